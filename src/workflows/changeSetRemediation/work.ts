import type { ActivityOptions, Priority } from '@temporalio/common';
import { ActivityCancellationType, condition, proxyActivities, sleep } from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { dayMs, hourMs, minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf, type Step } from '../shared/priorities.ts';
import type { ChangeSetActivities, ChangeSetReference, LineageReference } from './contract.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import { submitToken, successorName } from './lineage.ts';
import {
  newestMember,
  type ChangeSetCase,
  type DecisionReason,
  type LineageMessage,
  type Phase,
  type PhaseOf,
  type Proposal,
} from './state.ts';
import { nextDueMs } from './transitions/operatorCommands.ts';

/** A check takes seconds; within a week somebody grants a missing permission, or an operator decides. */
const checking = { ...untilItWorks, scheduleToCloseTimeout: 7 * dayMs };

function checksOf(lineage: ChangeSetCase): ChangeSetActivities {
  return proxyActivities<ChangeSetActivities>({ ...checking, priority: priorityIn(lineage) });
}

/** What a backfill found waits behind live events. */
function priorityIn({ account, foundBy }: ChangeSetCase, step: Step = 'check'): Priority {
  return priorityOf(account, foundBy === undefined ? 'live' : 'backfill', step);
}

type Work = CaseRun<ChangeSetCase, LineageMessage, ChangeSetPolicy>;

function reference({ account, catalog }: ChangeSetCase, changeSetId: string): ChangeSetReference {
  return { account, catalog, changeSetId };
}

function lineageOf({ originId, originStartTime, members }: ChangeSetCase): LineageReference {
  return { originId, ...defined({ originStartTime }), memberIds: members.map(({ changeSetId }) => changeSetId) };
}

/** One activity for a whole wait: the server repeats it, so that polling adds nothing to the history. */
function polling(lineage: ChangeSetCase, options: ActivityOptions, step?: Step): ChangeSetActivities {
  return proxyActivities<ChangeSetActivities>({
    startToCloseTimeout: minuteMs,
    ...options,
    priority: priorityIn(lineage, step),
  });
}

async function inspect({ current, apply }: Work): Promise<void> {
  const lineage = current();
  try {
    const findings = await checksOf(lineage).inspectLineage(reference(lineage, lineage.originId));
    apply({ type: 'inspected', findings });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'checkFailed', sentence, ...(type === 'NotFound' ? { originUnknown: true } : {}) });
  }
}

async function diagnose({ current, apply }: Work, changeSetId: string): Promise<void> {
  const lineage = current();
  try {
    const source = reference(lineage, changeSetId);
    apply({ type: 'diagnosed', diagnosis: await checksOf(lineage).diagnoseChangeSet(source, lineageOf(lineage)) });
  } catch (error) {
    apply({ type: 'checkFailed', sentence: readFailure(error).sentence });
  }
}

async function awaitOutcome({ current, policy, apply }: Work, changeSetId: string): Promise<void> {
  const polls = polling(current(), {
    scheduleToCloseTimeout: policy.outcomeWithinMs,
    retry: { initialInterval: policy.pollFirstMs, backoffCoefficient: 2, maximumInterval: policy.pollLongestMs },
    summary: `outcome of ${changeSetId}`,
  });
  try {
    apply({ type: 'outcomeFound', found: await polls.awaitOutcome(reference(current(), changeSetId)) });
  } catch (error) {
    apply({ type: 'outcomeMissing', sentence: readFailure(error).sentence });
  }
}

async function submit({ current, policy, apply }: Work, { attempt, authority }: PhaseOf<'submitting'>): Promise<void> {
  const lineage = current();
  const submitting = proxyActivities<ChangeSetActivities>({
    // The checks have 25 s, the submit itself 30 s: no attempt still runs when the next one checks.
    ...untilItWorks,
    scheduleToCloseTimeout: policy.submitWithinMs,
    retry: { ...untilItWorks.retry, initialInterval: policy.submitRetryFirstMs },
    // A submit is never left while AWS may still accept it.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `attempt ${attempt} of ${lineage.originId}`,
    priority: priorityIn(lineage, 'submit'),
  });
  try {
    const result = await submitting.submitSuccessor({
      account: lineage.account,
      catalog: lineage.catalog,
      attempt,
      clientRequestToken: submitToken(lineage.originId, attempt),
      name: successorName(lineage.originName, lineage.originId, attempt),
      sourceId: newestMember(lineage).changeSetId,
      authority,
      ...lineageOf(lineage),
      known: authority === 'operator' ? lineage.known : [],
      amendments: lineage.amendments,
    });
    apply({ type: 'submitAnswered', result });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'submitFailed', outcomeKnown: type === 'RequestRejected' || type === 'NotFound', sentence });
  }
}

/** Waits until nothing is in the way; where a blocker is found again, it waits before it checks. */
async function awaitUnblocked(
  { current, policy, apply }: Work,
  { blocker, round, sinceMs }: PhaseOf<'awaitingBlocker'>,
): Promise<void> {
  const leftMs = sinceMs + policy.blockerWithinMs - Date.now();
  if (leftMs <= 0) return apply({ type: 'blockerRemains' });
  if (round > 1 || blocker === undefined) {
    await sleep(Math.min(policy.blockerPollMs, leftMs), { summary: 'wait before the next check of the lock' });
  }
  if (blocker !== undefined) {
    const polls = polling(current(), {
      scheduleToCloseTimeout: leftMs,
      retry: { initialInterval: policy.pollFirstMs, backoffCoefficient: 2, maximumInterval: policy.blockerPollMs },
      summary: `end of ${blocker.changeSetId}`,
    });
    try {
      await polls.awaitEnd(reference(current(), blocker.changeSetId));
    } catch (error) {
      if (readFailure(error).deadline) return apply({ type: 'blockerRemains' });
    }
  }
  apply({ type: 'unblocked' });
}

async function untilDue({ current, policy, apply }: Work): Promise<void> {
  const { phase } = current();
  if (phase.name !== 'awaitingDecision') return;
  const dueMs = nextDueMs(phase, { policy });
  // A clock that goes back would otherwise end the only wait too early, and nothing would come after it.
  while (Date.now() < dueMs) {
    await sleep(dueMs - Date.now(), { summary: 'until the next reminder, or the end of the question' });
  }
  apply({ type: 'clock' });
}

/** What is asked right after a check for concurrent changes: another one at once would find the same. */
const afterCheck: ReadonlySet<DecisionReason['kind']> = new Set(['decision', 'modeObserve', 'modeApprove', 'dailyCap']);

/** Polls for a fix made elsewhere; the server repeats the check, and the history does not grow. */
async function watchElsewhere({ current, policy, apply }: Work, { kind }: DecisionReason): Promise<void> {
  const lineage = current();
  const options = {
    scheduleToCloseTimeout: policy.expireAfterMs + minuteMs,
    retry: { initialInterval: policy.watchEveryMs, backoffCoefficient: 1 },
    summary: 'checks for a fix made elsewhere',
  };
  const watching = polling(lineage, options, 'watch');
  try {
    const source = reference(lineage, newestMember(lineage).changeSetId);
    const justChecked = afterCheck.has(kind);
    const concurrentChanges = await watching.watchElsewhere(source, lineageOf(lineage), lineage.known, justChecked);
    apply({ type: 'workElsewhere', concurrentChanges });
  } catch (error) {
    // It cannot be watched any longer; the question stays open.
    readFailure(error);
    await condition(() => false);
  }
}

async function describeProposal({ current, apply }: Work, { amendments }: Proposal): Promise<void> {
  const lineage = current();
  const source = reference(lineage, newestMember(lineage).changeSetId);
  try {
    const { lines } = await checksOf(lineage).describeAmendments(source, amendments);
    apply({ type: 'differenceComputed', lines });
  } catch (error) {
    const sentence = `The difference could not be computed: ${readFailure(error).sentence}`;
    apply({ type: 'differenceComputed', lines: [sentence] });
  }
}

/** Asks AWS what succeeded, for its notice; where that cannot be read in time, the notice says what the event said. */
export async function describeSuccess(
  { current, apply }: Pick<Work, 'current' | 'apply'>,
  changeSetId: string,
): Promise<void> {
  const lineage = current();
  const describing = proxyActivities<Pick<ChangeSetActivities, 'describeSuccess'>>({
    ...untilItWorks,
    scheduleToCloseTimeout: hourMs,
    priority: priorityIn(lineage, 'watch'),
  });
  try {
    apply({ type: 'successDescribed', success: await describing.describeSuccess(reference(lineage, changeSetId)) });
  } catch (error) {
    readFailure(error);
    apply({ type: 'successDescribed', success: { changeSetId, changes: [] } });
  }
}

/** While an operator is asked: time passes, somebody may settle it elsewhere, and a proposal is described. */
async function awaitDecision(work: Work, phase: PhaseOf<'awaitingDecision'>): Promise<void> {
  const { diagnosis } = work.current();
  const watched = diagnosis?.concurrentChanges !== undefined && phase.reason.kind !== 'outcomeMissing';
  const { proposal } = phase;
  await Promise.race([
    untilDue(work),
    ...(watched ? [watchElsewhere(work, phase.reason)] : []),
    ...(proposal !== undefined && proposal.difference === undefined ? [describeProposal(work, proposal)] : []),
  ]);
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: WorkingPhase<Phase>, work: Work): Promise<void> {
  switch (phase.name) {
    case 'inspecting':
      return inspect(work);
    case 'diagnosing':
      return diagnose(work, phase.changeSetId);
    case 'awaitingOutcome':
      return awaitOutcome(work, phase.changeSetId);
    case 'backingOff':
      await sleep(phase.delayMs, { summary: `wait before attempt ${phase.attempt}` });
      return work.apply({ type: 'backOffElapsed' });
    case 'submitting':
      return submit(work, phase);
    case 'awaitingBlocker':
      return awaitUnblocked(work, phase);
    case 'abandoning':
      if (phase.changeSetId !== undefined) return awaitOutcome(work, phase.changeSetId);
      // AWS may not list yet what it accepted a moment ago.
      await sleep(work.policy.submitRetryFirstMs, { summary: 'wait before the check for a successor' });
      return inspect(work);
    case 'awaitingDecision':
      return awaitDecision(work, phase);
  }
}
