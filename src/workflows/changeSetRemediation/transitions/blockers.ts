import type { OtherChangeSet } from '../findings.ts';
import { nextAttempt, type ChangeSetCase, type Phase } from '../state.ts';
import { requestDecision, moveTo, stay, type Transition, type TransitionContext } from './steps.ts';

type AwaitingBlocker = Extract<Phase, { name: 'awaitingBlocker' }>;

/** Waits for what is in the way; no attempt is used. Found barred again in one wait, it is waited for longer. */
export function awaitBlocker(
  lineage: ChangeSetCase,
  found: { sentence: string; blocker?: OtherChangeSet; afterwards: AwaitingBlocker['afterwards'] },
  { nowMs }: TransitionContext,
): Transition {
  const before = lineage.barred;
  const barred = { sinceMs: before?.sinceMs ?? nowMs, round: (before?.round ?? 0) + 1 };
  return moveTo({ ...lineage, barred }, { name: 'awaitingBlocker', ...barred, ...found });
}

/** The way is clear, or is tried again. */
export function onUnblocked(lineage: ChangeSetCase): Transition {
  const { phase } = lineage;
  if (/* guard */ phase.name !== 'awaitingBlocker') return stay(lineage);
  const { afterwards } = phase;
  return /* guard */ afterwards.name === 'submitting'
    ? moveTo(lineage, { name: 'submitting', attempt: nextAttempt(lineage), authority: afterwards.authority })
    : moveTo(lineage, { name: 'inspecting' });
}

/** The deadline of the wait has passed. */
export function onBlockerRemains(lineage: ChangeSetCase, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (/* guard: false */ phase.name !== 'awaitingBlocker') return stay(lineage);
  const sentence = `${phase.sentence} It was waited for since ${new Date(phase.sinceMs).toISOString()}, which is too long.`;
  return requestDecision(lineage, { kind: 'blockerRemains', row: 4, sentence, retryLeadsTo: 'submit' }, context);
}
