import { awaitBlocker } from './blockers.ts';
import type { SubmitResult, ConcurrentChanges } from '../findings.ts';
import { followDecision } from './diagnosis.ts';
import { claim } from './outcomes.ts';
import { nextAttempt, type ChangeSetCase, type DecisionReason, type Phase } from '../state.ts';
import { requestDecision, stay, unbarred, type Transition, type TransitionContext } from './steps.ts';

type Submitting = Extract<Phase, { name: 'submitting' }>;

function joined(lineage: ChangeSetCase, changeSetId: string, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (/* guard */ lineage.members.some((member) => member.changeSetId === changeSetId)) {
    const sentence = `AWS answered the submit with ${changeSetId}, which was sent before; nobody can tell what that means.`;
    return requestDecision(lineage, { kind: 'submitRefused', sentence, retryLeadsTo: 'inspect' }, context);
  }
  const byPolicy = phase.name === 'submitting' && /* guard */ phase.authority === 'policy';
  return claim({
    ...unbarred(lineage),
    members: [...lineage.members, { attempt: nextAttempt(lineage), changeSetId }],
    automaticSubmits: lineage.automaticSubmits + (byPolicy ? 1 : 0),
    phase: { name: /* guard */ phase.name === 'submitting' ? 'awaitingOutcome' : 'abandoning', changeSetId },
  });
}

function held(lineage: ChangeSetCase, by: 'observe' | 'approve' | 'dailyCap', context: TransitionContext): Transition {
  const attempt = nextAttempt(lineage);
  switch (by) {
    case 'observe': {
      const sentence = `The account is in observe mode: attempt ${attempt} would have been sent now.`;
      return requestDecision(lineage, { kind: 'modeObserve', sentence, retryLeadsTo: 'submit' }, context);
    }
    case 'approve': {
      const sentence = `The account is in approve mode: attempt ${attempt} goes out on an operator's word.`;
      return requestDecision(lineage, { kind: 'modeApprove', sentence, retryLeadsTo: 'submit' }, context);
    }
    case 'dailyCap': {
      const sentence = `The account's cap of automatic submits for today is reached; attempt ${attempt} was not sent.`;
      return requestDecision(lineage, { kind: 'dailyCap', sentence, retryLeadsTo: 'submit' }, context);
    }
  }
}

/** What an operator did not know of when they gave the word. */
function beyond(concurrentChanges: ConcurrentChanges, known: readonly string[]): ConcurrentChanges {
  const isNews = ({ changeSetId }: { changeSetId: string }): boolean => !known.includes(changeSetId);
  return {
    ...concurrentChanges,
    newerSuccesses: concurrentChanges.newerSuccesses.filter(isNews),
    newerFailures: concurrentChanges.newerFailures.filter(isNews),
    externalChanges: concurrentChanges.externalChanges.filter(
      ({ entityId, revision }) => !known.includes(`${entityId}@${revision}`),
    ),
  };
}

function overtaken(
  lineage: ChangeSetCase,
  { authority }: Submitting,
  { concurrentChanges }: Extract<SubmitResult, { outcome: 'overtaken' }>,
  context: TransitionContext,
): Transition {
  if (lineage.diagnosis === undefined) return stay(lineage);
  const afterwards = { name: 'submitting', authority } as const;
  const news = authority === 'operator' ? beyond(concurrentChanges, lineage.known) : concurrentChanges;
  return followDecision(
    { ...lineage, diagnosis: { ...lineage.diagnosis, concurrentChanges: news } },
    afterwards,
    context,
  );
}

/** Takes the answer to a submit. */
export function onSubmitAnswered(lineage: ChangeSetCase, result: SubmitResult, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (/* guard */ phase.name !== 'submitting' && phase.name !== 'abandoning') return stay(lineage);
  if (result.outcome === 'submitted' || result.outcome === 'adopted')
    return joined(lineage, result.changeSetId, context);
  // Nothing went out, and while abandoning nothing more does: the check that follows ends it.
  if (/* guard */ phase.name === 'abandoning') return stay(lineage);
  switch (result.outcome) {
    case 'held':
      return held(lineage, result.by, context);
    case 'overtaken':
      return overtaken(lineage, phase, result, context);
    case 'locked': {
      const { sentence, blockerId, blockerStartTime } = result;
      const afterwards = { name: 'submitting', authority: phase.authority } as const;
      if (blockerId === undefined) return awaitBlocker(lineage, { sentence, afterwards }, context);
      const started = blockerStartTime === undefined ? {} : { startTime: blockerStartTime };
      const blocker = { changeSetId: blockerId, ...started };
      return awaitBlocker(lineage, { sentence, afterwards, blocker }, context);
    }
  }
}

/** Takes the failure of a submit, after its last try. */
export function onSubmitFailed(
  lineage: ChangeSetCase,
  { outcomeKnown, sentence }: { outcomeKnown: boolean; sentence: string },
  context: TransitionContext,
): Transition {
  // While abandoning, the check that follows tells whether anything was accepted.
  if (/* guard */ lineage.phase.name !== 'submitting') return stay(lineage);
  const kind = outcomeKnown ? 'submitRefused' : 'submitUnknown';
  const reason: DecisionReason = { kind, sentence, retryLeadsTo: 'submit' };
  return requestDecision(lineage, reason, context);
}
