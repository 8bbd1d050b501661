import { defined } from '../../../defined.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { Diagnosis, LineageFindings } from '../contract.ts';
import { decide, type Decision } from '../policy.ts';
import {
  newestMember,
  nextAttempt,
  type ChangeSetCase,
  type LineageMessage,
  type Member,
  type PhaseOf,
  type Transition,
  type TransitionContext,
} from '../state.ts';
import { proposed } from './backfilled.ts';
import { disown, hasClaims } from './claims.ts';
import { claim, followOutcome } from './outcomes.ts';
import { followOwn, outcomeOf, withOriginShown, withOwn } from './own.ts';
import { awaitBlocker, finish, inOrder, moveTo, requestDecision, withMember } from './steps.ts';

type AfterBlocker = PhaseOf<'awaitingBlocker'>['afterwards'];

/** Takes what an inspection showed of the origin, and the successors of earlier runs as members. */
function adopt(lineage: ChangeSetCase, { origin: diagnosis, successors }: LineageFindings): ChangeSetCase {
  return withOwn(
    {
      ...withOriginShown(lineage, diagnosis.status),
      diagnosis,
      ...defined({ originName: diagnosis.name, originStartTime: diagnosis.startTime }),
    },
    successors,
  );
}

/** Takes what a run found of its origin and of its successors. */
export function onInspected(
  before: ChangeSetCase,
  message: Extract<LineageMessage, { type: 'inspected' }>,
  context: TransitionContext,
): Transition {
  const { phase } = before;
  const { findings } = message;
  switch (phase.name) {
    case 'inspecting':
    case 'abandoning':
      break;
    case 'awaitingOutcome':
    case 'awaitingDecision':
      return /* guard */ hasClaims(before) ? claimsChecked(before, message) : stay(before);
    case 'diagnosing':
    case 'backingOff':
    case 'submitting':
    case 'awaitingBlocker':
    case 'ended':
      return stay(before);
  }
  const followNewest = (lineage: ChangeSetCase): Transition => {
    const newest = newestMember(lineage);
    if (/* guard: false */ newest.attempt > 0) return followOutcome(lineage, newest);
    return /* guard */ phase.name === 'abandoning'
      ? finish(lineage, /* guard: 'abandoned' */ lineage.pendingEnd ?? 'abandoned')
      : followDiagnosis(lineage, findings.origin, context);
  };
  return inOrder(adopt(before, findings), [claim, (lineage) => stay(disown(lineage, message)), followNewest]);
}

/** An outcome came under the lineage's marker while something else was awaited, and a check shows whose it is. */
function claimsChecked(before: ChangeSetCase, message: Extract<LineageMessage, { type: 'inspected' }>): Transition {
  const { origin, successors } = message.findings;
  const found = followOwn(withOriginShown(before, origin.status), successors, message);
  return found ?? stay(/* guard: before */ disown(before, message));
}

/** Takes the diagnosis of the newest member. */
export function onDiagnosed(
  before: ChangeSetCase,
  message: Extract<LineageMessage, { type: 'diagnosed' }>,
  context: TransitionContext,
): Transition {
  const { phase } = before;
  const { diagnosis } = message;
  if (/* guard */ phase.name !== 'diagnosing' || phase.changeSetId !== diagnosis.changeSetId) return stay(before);
  const { concurrentChanges } = diagnosis;
  const lineage: ChangeSetCase = { ...before, diagnosis };
  const found = /* guard: undefined */ followOwn(lineage, concurrentChanges?.own, message);
  return (
    found ?? followDiagnosis(concurrentChanges === undefined ? lineage : disown(lineage, message), diagnosis, context)
  );
}

function followDiagnosis(lineage: ChangeSetCase, diagnosis: Diagnosis, context: TransitionContext): Transition {
  const shown = withContradiction(lineage, newestMember(lineage), diagnosis);
  return followDecision(shown, { name: 'diagnosing' }, context);
}

/**
 * Decides on the diagnosis that the state holds, and goes on as decided.
 * @param afterwards what follows a blocker: the work that it interrupted.
 */
export function followDecision(
  lineage: ChangeSetCase,
  afterwards: AfterBlocker,
  context: TransitionContext,
): Transition {
  const { diagnosis } = lineage;
  if (diagnosis === undefined) return stay(lineage);
  const eventFailureCode = newestMember(lineage).failureCode;
  const submitDue = /* guard */ afterwards.name === 'submitting';
  const decision = decide({ ...lineage, ...context, diagnosis, submitDue, ...defined({ eventFailureCode }) });
  return carryOut(lineage, proposed(decision, lineage, submitDue), afterwards, context);
}

function carryOut(
  lineage: ChangeSetCase,
  decision: Decision,
  afterwards: AfterBlocker,
  context: TransitionContext,
): Transition {
  const newest = newestMember(lineage);
  const { row, sentence } = decision;
  const pending = afterwards.name === 'submitting' ? ({ submitPending: true } as const) : {};
  const reason = { kind: 'decision', row, sentence, retryLeadsTo: 'submit', ...pending } as const;
  const ask = (repeatInMs?: number): Transition => requestDecision(lineage, reason, context, repeatInMs);
  switch (decision.act) {
    case 'retry':
      return moveTo(lineage, { name: 'backingOff', attempt: nextAttempt(lineage), delayMs: decision.delayMs });
    case 'operator':
      return ask(decision.repeatInMs);
    case 'awaitBlocker':
      return awaitBlocker(lineage, { sentence, blocker: decision.blocker, afterwards }, context);
    case 'awaitOutcome': {
      // Reported as finished, shown as running: the outcome counts as open.
      const { outcome: _outcome, failureCode: _failureCode, ...open } = newest;
      return moveTo(/* guard: lineage */ withMember(lineage, open), {
        name: 'awaitingOutcome',
        changeSetId: newest.changeSetId,
      });
    }
    case 'end':
      // The operator who decided did not know of the newer one: the lineage must not end over their head.
      if (decision.end === 'superseded' && afterwards.name === 'submitting' && afterwards.authority === 'operator')
        return ask();
      return finish(
        decision.end === 'superseded' ? noted(lineage, sentence) : lineage,
        decision.end === 'succeeded' && /* guard */ newest.attempt > 0 ? 'remediated' : decision.end,
      );
  }
}

/** What AWS shows counts; where an event said otherwise, a note says so. */
function withContradiction(lineage: ChangeSetCase, newest: Member, { status }: Diagnosis): ChangeSetCase {
  const shown = outcomeOf(status);
  if (newest.outcome !== undefined && /* guard */ newest.outcome !== shown) {
    const note = `${newest.changeSetId} was reported as ${newest.outcome}, but AWS shows ${status ?? 'no status'}.`;
    return withMember(noted(lineage, note), shown === undefined ? newest : { ...newest, outcome: shown });
  }
  return shown === undefined ? lineage : withMember(lineage, { ...newest, outcome: shown });
}
