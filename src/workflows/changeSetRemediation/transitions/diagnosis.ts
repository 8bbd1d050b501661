import { defined } from '../../../defined.ts';
import { noted, stay } from '../../shared/transition.ts';
import type { ChangeSetOutcome, Diagnosis, LineageFindings } from '../contract.ts';
import { decide, type Decision } from '../policy.ts';
import {
  newestMember,
  nextAttempt,
  type ChangeSetCase,
  type Member,
  type PhaseOf,
  type Transition,
  type TransitionContext,
} from '../state.ts';
import { proposed } from './backfilled.ts';
import { claim, followOutcome } from './outcomes.ts';
import { awaitBlocker, finish, inOrder, moveTo, requestDecision, withMember, withoutTags } from './steps.ts';

type AfterBlocker = PhaseOf<'awaitingBlocker'>['afterwards'];

function outcomeOf(status: string | undefined): ChangeSetOutcome | undefined {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED' ? status : undefined;
}

/** Makes the successors of earlier runs members of the lineage. */
function adopt(lineage: ChangeSetCase, { origin: diagnosis, successors }: LineageFindings): ChangeSetCase {
  const [origin, ...known] = lineage.members;
  const found = successors
    .filter(({ changeSetId }) => /* guard */ !lineage.members.some((member) => member.changeSetId === changeSetId))
    .map(({ status, ...one }): Member => ({ ...one, ...defined({ outcome: outcomeOf(status) }) }));
  const all = [...known, ...found].sort((one, other) => one.attempt - other.attempt);
  const outcome = /* guard */ origin.outcome ?? outcomeOf(diagnosis.status);
  const withDiagnosis = { ...lineage, diagnosis };
  return {
    .../* guard */ (found.length > 0 ? withoutTags(withDiagnosis) : withDiagnosis),
    members: [{ ...origin, ...defined({ outcome }) }, ...all],
    // Nobody knows who submitted what another run did: it counts, so that no restart brings six more.
    automaticSubmits: /* guard: lineage.automaticSubmits */ Math.max(
      lineage.automaticSubmits,
      ...found.map(({ attempt }) => attempt),
    ),
    ...defined({ originName: diagnosis.name, originStartTime: diagnosis.startTime }),
  };
}

/** Takes what a run found of its origin and of its successors. */
export function onInspected(before: ChangeSetCase, findings: LineageFindings, context: TransitionContext): Transition {
  const { phase } = before;
  if (/* guard */ phase.name !== 'inspecting' && phase.name !== 'abandoning') return stay(before);
  const followNewest = (lineage: ChangeSetCase): Transition => {
    const newest = newestMember(lineage);
    if (/* guard: false */ newest.attempt > 0) return followOutcome(lineage, newest);
    return /* guard */ phase.name === 'abandoning'
      ? finish(lineage, /* guard: 'abandoned' */ lineage.pendingEnd ?? 'abandoned')
      : followDiagnosis(lineage, findings.origin, context);
  };
  return inOrder(adopt(before, findings), [claim, followNewest]);
}

/** Takes the diagnosis of the newest member. */
export function onDiagnosed(before: ChangeSetCase, diagnosis: Diagnosis, context: TransitionContext): Transition {
  const { phase } = before;
  if (/* guard */ phase.name !== 'diagnosing' || phase.changeSetId !== diagnosis.changeSetId) return stay(before);
  return followDiagnosis({ ...before, diagnosis }, diagnosis, context);
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
