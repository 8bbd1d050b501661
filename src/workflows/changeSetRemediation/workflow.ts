import { carriedOr } from '../shared/carried.ts';
import { readLineage } from './carried.ts';
import { ActivityCancellationType, patched, setHandler } from '@temporalio/workflow';
import { ownActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type CaseRun, type Carried } from '../shared/case.ts';
import { isInterruption, readFailure } from '../shared/failures.ts';
import type { StewardAttributes } from '../shared/searchAttributes.ts';
import { requireTexts } from '../shared/input.ts';
import { namesShow } from '../shared/subjects.ts';
import {
  amendmentQuery,
  accountListedSignal,
  changeSetContract,
  changeSetOutcomeSignal,
  type OutcomeActivities,
  type ChangeSetOutcomeMessage,
  type ChangeSetRemediationInput,
  type ChangeSetStatus,
} from './contract.ts';
import { changeSetPolicy } from './policyValues.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { amendmentView, changeSetDetails, changeSetStatus, searchable } from './details.ts';
import {
  needsDecision,
  newCase,
  newestMember,
  nextAttempt,
  stateName,
  type ChangeSetCase,
  type LineageEffect,
} from './state.ts';
import { couldMeanAnother } from './proposals.ts';
import { changeSetSubject } from './subject.ts';
import { listedWork } from './transitions/listed.ts';
import { next } from './transitions/next.ts';
import { givenRefusal } from './transitions/operatorCommands.ts';
import { outcomeProblem } from './transitions/outcomes.ts';
import { leadsToSubmit } from './transitions/refusals.ts';
import { describeSuccess, refusedByMode, workOn } from './work.ts';

const exampleInput = { version: 1, account: '123456789012', catalog: 'AWSMarketplace', changeSetId: 'the origin’s id' };

/** Delivery has no deadline: an event must not be lost. A run that ends hands it to the next one. */
const { deliverOutcome } = ownActivities<OutcomeActivities>({
  ...untilItWorks,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

async function deliver(
  outcome: ChangeSetOutcomeMessage,
  { note }: Pick<CaseRun<unknown, never>, 'note'>,
): Promise<void> {
  try {
    await deliverOutcome(outcome);
  } catch (error) {
    if (isInterruption(error)) throw error;
    note(`The outcome of ${outcome.changeSetId} was not delivered: ${readFailure(error).sentence}`);
  }
}

function attributes(lineage: ChangeSetCase, named: boolean): StewardAttributes {
  const { entities, failureCodes } = searchable(lineage);
  return {
    state: stateName(lineage),
    account: lineage.account,
    attention: needsDecision(lineage),
    subject: changeSetSubject(lineage, named),
    changeSets: lineage.members.map(({ changeSetId }) => changeSetId),
    attempt: lineage.phase.name === 'backingOff' ? nextAttempt(lineage) : newestMember(lineage).attempt,
    ...(entities.length > 0 ? { entities } : {}),
    ...(failureCodes.length > 0 ? { failureCodes } : {}),
  };
}

/** The search attributes follow the state's name and the beginning of an attempt, not every step. */
function isNews(before: ChangeSetCase | undefined, after: ChangeSetCase): boolean {
  if (before === undefined || stateName(before) !== stateName(after)) return true;
  return after.phase.name === 'backingOff' && after.phase !== before.phase;
}

/**
 * Owns a change set and all its successors (its lineage) from the first event to a proven end: diagnoses a failure,
 * decides by the table in `policy.ts`, submits it again where that is safe, and asks an operator where it is not.
 * @returns how it ended, with every member, note and command.
 */
export async function changeSetRemediation(
  input: ChangeSetRemediationInput & Carried<LineageEffect>,
): Promise<ChangeSetStatus> {
  requireTexts(input, ['account', 'catalog', 'changeSetId'], exampleInput);
  const recorded =
    wholePolicy(changeSetPolicy, input) ??
    (await resolvedPolicy('changeSetRemediation', changeSetPolicy, input, exampleInput, changeSetContract));
  return runCase({
    contract: changeSetContract,
    input,
    state: carriedOr(input, readLineage, () => newCase(input, Date.now(), begun().firstRunId)),
    ...recorded,
    policyShape: changeSetPolicy,
    next,
    status: changeSetStatus,
    statusDescription: 'The lineage: state, change sets, and what can be done',
    details: changeSetDetails,
    attributes: (lineage, before) => (isNews(before, lineage) ? attributes(lineage, namesShow(input)) : undefined),
    signals: [
      onSignal(
        changeSetOutcomeSignal,
        'AWS reported an outcome; sent by the ingress',
        (message) => outcomeProblem(message) ?? { type: 'outcome', message },
      ),
      onSignal(
        accountListedSignal,
        'The listing of the account shows work on the entities; sent by the reconciliation',
        listedWork,
      ),
    ],
    commands: {
      // Runs from before took two proposals, and an approval without a name.
      message: (given, lineage) =>
        given.type === 'amend' && couldMeanAnother(lineage)
          ? { ...given, mustBeNamed: patched('approvalNamesProposal') }
          : given,
      refusal: givenRefusal,
      // Runs from before took such a command without reading the mode.
      refusalNow: ({ type, command }, run) =>
        leadsToSubmit(run.current(), type) && patched('modeBeforeCommand')
          ? refusedByMode(type, command, run)
          : undefined,
    },
    cancelled: (command) => ({ type: 'abandon', command }),
    perform: (effect, run) =>
      effect.type === 'deliverOutcome' ? deliver(effect.outcome, run) : describeSuccess(run, effect.changeSetId),
    begin: async ({ current }) => {
      setHandler(amendmentQuery, () => amendmentView(current()), {
        description: 'What a proposed amendment would change, without the contents',
      });
    },
    // A submit is never left while AWS may still accept it.
    holdsRun: ({ name }) => name === 'submitting',
    work: (phase, run) => workOn(phase, { ...run, policy: run.policy() }),
  });
}
