import { defined } from '../../../defined.ts';
import { readableTime } from '../../shared/markdown.ts';
import { stay } from '../../shared/transition.ts';
import type { ConcurrentChanges, SubmitResult } from '../contract.ts';
import {
  nextAttempt,
  type ChangeSetCase,
  type DecisionReason,
  type PhaseOf,
  type Transition,
  type TransitionContext,
} from '../state.ts';
import { decide, freshUntilMs } from '../policy.ts';
import { followDecision } from './diagnosis.ts';
import { submitsStill } from './followed.ts';
import { claim } from './outcomes.ts';
import { followOwn } from './own.ts';
import { awaitBlocker, moveTo, requestDecision, submitNext, unblocked, withoutTags } from './steps.ts';

const shownChanges = 3;

/**
 * Until when the table would submit what waits, in milliseconds since the epoch: while the failure is fresh. Undefined
 * where an operator wants it submitted, whenever that is.
 */
export function worthWaitingUntilMs(
  { diagnosis }: ChangeSetCase,
  { afterwards }: Pick<PhaseOf<'awaitingBlocker'>, 'afterwards'>,
  policy: TransitionContext['policy'],
): number | undefined {
  if (afterwards.name === 'submitting' && afterwards.authority === 'operator') return undefined;
  return diagnosis && freshUntilMs(diagnosis, policy);
}

/** Nothing is in the way any more, or it is time to check again: what is no longer fresh goes through the table again. */
export function onUnblocked(lineage: ChangeSetCase, { policy, nowMs }: TransitionContext): Transition {
  const { phase } = lineage;
  if (/* guard */ phase.name !== 'awaitingBlocker') return stay(lineage);
  const { afterwards } = phase;
  const untilMs = worthWaitingUntilMs(lineage, phase, policy);
  if (untilMs !== undefined && nowMs > untilMs) return moveTo(lineage, { name: 'inspecting' });
  if (afterwards.name === 'submitting' && afterwards.authority === 'policy' && !submitsStill(lineage, policy)) {
    return moveTo(lineage, { name: 'inspecting' });
  }
  return /* guard */ afterwards.name === 'submitting'
    ? submitNext(lineage, afterwards.authority)
    : moveTo(lineage, { name: 'inspecting' });
}

/** The deadline of the wait has passed. */
export function onBlockerRemains(lineage: ChangeSetCase, context: TransitionContext): Transition {
  const { phase } = lineage;
  if (/* guard: false */ phase.name !== 'awaitingBlocker') return stay(lineage);
  const sentence = `${phase.sentence} It has been in the way since ${new Date(phase.sinceMs).toISOString()}.`;
  return requestDecision(lineage, { kind: 'blockerRemains', row: 4, sentence, retryLeadsTo: 'submit' }, context);
}

type Accepted = Extract<SubmitResult, { outcome: 'submitted' | 'adopted' }>;

function joined(lineage: ChangeSetCase, { changeSetId, outcome }: Accepted, context: TransitionContext): Transition {
  const { phase } = lineage;
  const attempt = nextAttempt(lineage);
  if (/* guard */ lineage.members.some((member) => member.changeSetId === changeSetId)) {
    const sentence = `AWS answered the submit with ${changeSetId}, which is a member of this lineage already. Retry checks again.`;
    return requestDecision(lineage, { kind: 'submitRefused', sentence, retryLeadsTo: 'inspect' }, context);
  }
  const byPolicy = phase.name === 'submitting' && /* guard */ phase.authority === 'policy';
  const automaticSubmits = lineage.automaticSubmits + (byPolicy ? 1 : 0);
  return claim({
    ...withoutTags(unblocked(lineage)),
    members: [...lineage.members, { attempt, changeSetId }],
    // Nobody knows who submitted what was there already.
    automaticSubmits: /* guard */ outcome === 'adopted' ? Math.max(automaticSubmits, attempt) : automaticSubmits,
    phase:
      /* guard */ phase.name === 'submitting'
        ? { name: 'awaitingOutcome', changeSetId, ...defined({ submitted: outcome === 'submitted' || undefined }) }
        : { name: 'abandoning', changeSetId },
  });
}

type HeldBy = Extract<SubmitResult, { outcome: 'held' }>['by'];

/** The rows by which the table submits. */
const submittingRows: ReadonlySet<number> = new Set([8, 9, 10]);

/** The row that decided on the attempt; undefined where an operator did. */
function submittedByRow(
  { phase, diagnosis, ...lineage }: ChangeSetCase,
  context: TransitionContext,
): number | undefined {
  if (phase.name !== 'submitting' || phase.authority !== 'policy' || diagnosis === undefined) return undefined;
  const { row } = decide({ ...lineage, ...context, diagnosis });
  return submittingRows.has(row) ? row : undefined;
}

/** What the next attempt holds, in words: the first changes of the change set, and how many more. */
function contents({ diagnosis }: ChangeSetCase): string {
  const changes = diagnosis?.changes ?? [];
  const shown = changes
    .slice(0, shownChanges)
    .map(({ changeType, entityId, entityType }) => `${changeType} on ${entityId ?? `a new ${entityType}`}`);
  const more = changes.length > shown.length ? [`${changes.length - shown.length} more`] : [];
  return shown.length === 0 ? '' : ` (${[...shown, ...more].join(', ')})`;
}

/** Keeps back what observe mode does not submit, and says what that would have been, by which rule and when. */
function observed(lineage: ChangeSetCase, context: TransitionContext): Transition {
  const { phase } = lineage;
  const attempt = nextAttempt(lineage);
  const row = submittedByRow(lineage, context);
  const by = row === undefined ? '' : `, by rule ${row} of the decision table`;
  const decided =
    phase.name === 'submitting' && phase.authority === 'operator'
      ? { mode: 'approve or auto', by: ', on an operator’s command' }
      : { mode: 'auto', by };
  const at = readableTime(new Date(context.nowMs).toISOString());
  const sentence = `Observe mode: nothing was submitted. In ${decided.mode} mode, the steward would have submitted attempt ${attempt}${contents(lineage)} at ${at}${decided.by}.`;
  const heldBack = { attempt, atMs: context.nowMs, ...defined({ row }) };
  return requestDecision(lineage, { kind: 'modeObserve', sentence, retryLeadsTo: 'submit', heldBack }, context);
}

function held(lineage: ChangeSetCase, by: HeldBy, context: TransitionContext): Transition {
  if (by === 'observe') return observed(lineage, context);
  const attempt = nextAttempt(lineage);
  const reasons = {
    approve: ['modeApprove', `The account is in approve mode: attempt ${attempt} waits for an operator's approval.`],
    dailyCap: [
      'dailyCap',
      `The account has reached its daily cap of automatic submits; attempt ${attempt} was not submitted.`,
    ],
  } as const;
  const [kind, sentence] = reasons[by];
  return requestDecision(lineage, { kind, sentence, retryLeadsTo: 'submit' }, context);
}

/** The concurrent changes that the operator who decided did not know of. */
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
  { authority }: PhaseOf<'submitting'>,
  { concurrentChanges }: Extract<SubmitResult, { outcome: 'overtaken' }>,
  context: TransitionContext,
): Transition {
  if (lineage.diagnosis === undefined) return stay(lineage);
  const found = followOwn(lineage, concurrentChanges.own);
  if (found !== undefined) return found;
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
  if (result.outcome === 'submitted' || result.outcome === 'adopted') return joined(lineage, result, context);
  // Nothing was submitted, and nothing more will be: the check that follows ends the lineage.
  if (/* guard */ phase.name === 'abandoning') return stay(lineage);
  switch (result.outcome) {
    case 'held':
      return held(lineage, result.by, context);
    case 'overtaken':
      return overtaken(lineage, phase, result, context);
    case 'locked': {
      const { sentence, blockerId, blockerStartTime } = result;
      const afterwards = { name: 'submitting', authority: phase.authority } as const;
      const blocker =
        blockerId === undefined ? undefined : { changeSetId: blockerId, ...defined({ startTime: blockerStartTime }) };
      return awaitBlocker(lineage, { sentence, afterwards, ...defined({ blocker }) }, context);
    }
  }
}

/** Takes the failure of a submit, after its last activity attempt. */
export function onSubmitFailed(
  lineage: ChangeSetCase,
  { outcomeKnown, sentence }: { outcomeKnown: boolean; sentence: string },
  context: TransitionContext,
): Transition {
  // While abandoning, the check that follows shows whether AWS accepted anything.
  if (/* guard */ lineage.phase.name !== 'submitting') return stay(lineage);
  const kind = outcomeKnown ? 'submitRefused' : 'submitUnknown';
  const reason: DecisionReason = { kind, sentence, retryLeadsTo: 'submit' };
  return requestDecision(lineage, reason, context);
}
