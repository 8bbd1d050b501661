import { defined } from '../../../defined.ts';
import { noted, stay } from '../../shared/transition.ts';
import { errorCodes, protectedChanges } from '../policy.ts';
import type { ChangeSetPolicy } from '../policyValues.ts';
import { type ChangeSetCase, type PhaseOf, type Replanned, type Transition, type TransitionContext } from '../state.ts';

type Question = PhaseOf<'awaitingDecision'>;

/** When a question ends, in milliseconds since the epoch. */
export function expiryMs(
  { askedAtMs, replanned }: Pick<Question, 'askedAtMs' | 'replanned'>,
  { expireAfterMs }: Pick<ChangeSetPolicy, 'expireAfterMs'>,
): number {
  return replanned?.expiresAtMs ?? askedAtMs + expireAfterMs;
}

/** When the next reminder of a question goes out, in milliseconds since the epoch; undefined where none is left. */
export function reminderMs(
  { askedAtMs, remindersSent, replanned }: Pick<Question, 'askedAtMs' | 'remindersSent' | 'replanned'>,
  { remindAfterMs }: Pick<ChangeSetPolicy, 'remindAfterMs'>,
): number | undefined {
  const afterMs = remindAfterMs[replanned?.passed ?? remindersSent];
  return afterMs === undefined ? undefined : askedAtMs + afterMs;
}

/** The question after a reminder of it. */
export function reminded(phase: Question, nowMs: number): Question {
  const { remindersSent, replanned } = phase;
  return {
    ...phase,
    remindersSent: remindersSent + 1,
    ...defined({ replanned: replanned && { ...replanned, passed: replanned.passed + 1, remindedAtMs: nowMs } }),
  };
}

/** When the newest reminder went out, in milliseconds since the epoch. */
function remindedMs({ askedAtMs, remindersSent, replanned }: Question, before: ChangeSetPolicy): number | undefined {
  if (replanned !== undefined) return replanned.remindedAtMs;
  const afterMs = before.remindAfterMs[remindersSent - 1];
  return afterMs === undefined ? undefined : askedAtMs + afterMs;
}

/**
 * How many reminders of a policy are over for a question: those whose time is past. The last one is due now where others lay
 * ahead until now, and none has gone out since its time: no change takes away the last reminder, and none repeats one.
 */
function passedOf(phase: Question, before: ChangeSetPolicy, { policy, nowMs }: TransitionContext): number {
  const { askedAtMs } = phase;
  const past = policy.remindAfterMs.filter((afterMs) => askedAtMs + afterMs <= nowMs);
  const lastMs = past.length < policy.remindAfterMs.length ? undefined : past.at(-1);
  if (lastMs === undefined || reminderMs(phase, before) === undefined) return past.length;
  return (remindedMs(phase, before) ?? 0) < askedAtMs + lastMs ? past.length - 1 : past.length;
}

function replannedBy(phase: Question, before: ChangeSetPolicy, context: TransitionContext): Replanned {
  const { policy } = context;
  return {
    passed: passedOf(phase, before, context),
    ...defined({ remindedAtMs: remindedMs(phase, before) }),
    expiresAtMs: Math.max(expiryMs(phase, before), phase.askedAtMs + policy.expireAfterMs),
    sentBefore: phase.remindersSent,
  };
}

/**
 * The configuration has changed. A question that is open goes on by the new policy: its reminders, and its end, which is not
 * before the time that was promised. Whatever else goes on was decided, and is checked where it leads to a submit
 * ({@link submitsStill}).
 */
export function onFollowed(lineage: ChangeSetCase, before: ChangeSetPolicy, context: TransitionContext): Transition {
  const { phase, diagnosis } = lineage;
  if (phase.name !== 'awaitingDecision') return stay(lineage);
  const { repeatAtMs, ...question } = phase;
  const asked: Question = { ...question, replanned: replannedBy(phase, before, context) };
  const isGuarded = diagnosis !== undefined && protectedChanges(diagnosis, context.policy).length > 0;
  if (repeatAtMs === undefined) return stay({ ...lineage, phase: asked });
  if (!isGuarded) return stay({ ...lineage, phase: { ...asked, repeatAtMs } });
  const note = 'It is not submitted again automatically: the configuration protects changes of its class now.';
  return stay(noted({ ...lineage, phase: asked }, note));
}

/**
 * Whether the policy that holds now still submits what an earlier one decided to submit: changes of a protected class it
 * leaves to operators, and it has a number of automatic successors. The repeat of row 10 is none of these.
 */
export function submitsStill(
  { diagnosis, automaticSubmits }: Pick<ChangeSetCase, 'diagnosis' | 'automaticSubmits'>,
  policy: ChangeSetPolicy,
): boolean {
  if (diagnosis === undefined) return true;
  if (protectedChanges(diagnosis, policy).length > 0) return false;
  return errorCodes(diagnosis).length > 0 || automaticSubmits < policy.retryBackOffMs.length;
}
