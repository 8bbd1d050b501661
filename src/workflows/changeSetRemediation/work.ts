import type { Priority } from '@temporalio/common';
import { ActivityCancellationType, condition, proxyActivities, sleep } from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import type { ChangeSetActivities } from '../../activities/changeSetRemediation/index.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf, type Step } from '../shared/priorities.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import type { LineageReference } from './findings.ts';
import { submitToken, successorName } from './lineage.ts';
import { nextDueMs } from './transitions/operatorCommands.ts';
import { newestMember, type ChangeSetCase, type DecisionReason, type Phase, type Proposal } from './state.ts';
import type { LineageMessage } from './transitions/steps.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A check AWS takes seconds; a permission that is missing is granted within a week or becomes an operator's matter. */
const checking = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 7 * 24 * hourMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
} as const;

type Checks = Pick<ChangeSetActivities, 'inspectLineage' | 'diagnoseChangeSet' | 'describeAmendments'>;

function checksOf(lineage: ChangeSetCase): Checks {
  return proxyActivities<Checks>({ ...checking, priority: priorityIn(lineage) });
}

/** What a backfill has found waits for what happens now. */
function priorityIn({ account, foundBy }: ChangeSetCase, step: Step = 'check'): Priority {
  return priorityOf(account, foundBy === undefined ? 'live' : 'backfill', step);
}

/** What the work of a phase needs: the present state, the policy, and where findings go. */
export interface PhaseWork {
  readonly current: () => ChangeSetCase;
  readonly policy: ChangeSetPolicy;
  readonly apply: (message: LineageMessage) => void;
}

function reference({ account, catalog }: ChangeSetCase, changeSetId: string) {
  return { account, catalog, changeSetId };
}

function lineageOf({ originId, originStartTime, members }: ChangeSetCase): LineageReference {
  return {
    originId,
    ...defined({ originStartTime }),
    memberIds: members.map(({ changeSetId }) => changeSetId),
  };
}

async function learn({ current, apply }: PhaseWork): Promise<void> {
  const lineage = current();
  try {
    apply({
      type: 'inspected',
      findings: await checksOf(lineage).inspectLineage(reference(lineage, lineage.originId)),
    });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'checkFailed', sentence, ...(type === 'NotFound' ? { originUnknown: true } : {}) });
  }
}

async function diagnose({ current, apply }: PhaseWork, changeSetId: string): Promise<void> {
  try {
    apply({
      type: 'diagnosed',
      diagnosis: await checksOf(current()).diagnoseChangeSet(reference(current(), changeSetId), lineageOf(current())),
    });
  } catch (error) {
    apply({ type: 'checkFailed', sentence: readFailure(error).sentence });
  }
}

/** One activity for the whole wait: the server repeats it, so that polling adds nothing to the history. */
async function awaitOutcome({ current, policy, apply }: PhaseWork, changeSetId: string): Promise<void> {
  const polling = proxyActivities<Pick<ChangeSetActivities, 'awaitOutcome'>>({
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: policy.outcomeWithinMs,
    retry: { initialInterval: policy.pollFirstMs, backoffCoefficient: 2, maximumInterval: policy.pollLongestMs },
    summary: `outcome of ${changeSetId}`,
    priority: priorityIn(current()),
  });
  try {
    apply({ type: 'outcomeFound', found: await polling.awaitOutcome(reference(current(), changeSetId)) });
  } catch (error) {
    apply({ type: 'outcomeMissing', sentence: readFailure(error).sentence });
  }
}

async function submit(
  { current, policy, apply }: PhaseWork,
  { attempt, authority }: Extract<Phase, { name: 'submitting' }>,
): Promise<void> {
  const lineage = current();
  const submitting = proxyActivities<Pick<ChangeSetActivities, 'submitSuccessor'>>({
    // The checks have 25 s, the submit itself 30 s: no try still runs when the next one checks.
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: policy.submitWithinMs,
    retry: { initialInterval: policy.submitRetryFirstMs, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
    // A submit is never left while it may still be accepted.
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

/** Waits until the way is clear; found barred again, it waits before it even checks. */
async function awaitUnblocked(
  { current, policy, apply }: PhaseWork,
  { blocker, round, sinceMs }: Extract<Phase, { name: 'awaitingBlocker' }>,
): Promise<void> {
  const leftMs = sinceMs + policy.blockerWithinMs - Date.now();
  if (leftMs <= 0) return apply({ type: 'blockerRemains' });
  if (round > 1 || blocker === undefined) {
    await sleep(Math.min(policy.blockerPollMs, leftMs), { summary: 'wait before the next check of the lock' });
  }
  if (blocker !== undefined) {
    const polling = proxyActivities<Pick<ChangeSetActivities, 'awaitEnd'>>({
      startToCloseTimeout: minuteMs,
      scheduleToCloseTimeout: leftMs,
      retry: { initialInterval: policy.pollFirstMs, backoffCoefficient: 2, maximumInterval: policy.blockerPollMs },
      summary: `end of ${blocker.changeSetId}`,
      priority: priorityIn(current()),
    });
    try {
      await polling.awaitEnd(reference(current(), blocker.changeSetId));
    } catch (error) {
      if (readFailure(error).deadline) return apply({ type: 'blockerRemains' });
    }
  }
  apply({ type: 'unblocked' });
}

async function untilDue({ current, policy, apply }: PhaseWork): Promise<void> {
  const { phase } = current();
  if (phase.name !== 'awaitingDecision') return;
  const dueMs = nextDueMs(phase, { policy });
  // A clock that went back would otherwise end the only wait too early, and nothing would come after it.
  while (Date.now() < dueMs) {
    await sleep(dueMs - Date.now(), { summary: 'until the next reminder, or the end of the question' });
  }
  apply({ type: 'clock' });
}

/** What is asked right after a check of what else happened: another one at once would find the same. */
const afterCheck: ReadonlySet<DecisionReason['kind']> = new Set(['decision', 'modeObserve', 'modeApprove', 'dailyCap']);

/** Checks now and then whether somebody settled it elsewhere; the server repeats the check, the history stays as it is. */
async function watchElsewhere({ current, policy, apply }: PhaseWork, { kind }: DecisionReason): Promise<void> {
  const lineage = current();
  const watching = proxyActivities<Pick<ChangeSetActivities, 'watchElsewhere'>>({
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: policy.expireAfterMs + minuteMs,
    retry: { initialInterval: policy.watchEveryMs, backoffCoefficient: 1 },
    summary: 'checks for a fix made elsewhere',
    priority: priorityIn(lineage, 'watch'),
  });
  const sourceId = newestMember(lineage).changeSetId;
  try {
    const source = reference(lineage, sourceId);
    const justChecked = afterCheck.has(kind);
    const concurrentChanges = await watching.watchElsewhere(source, lineageOf(lineage), lineage.known, justChecked);
    apply({ type: 'workElsewhere', concurrentChanges });
  } catch (error) {
    // Not to be seen any more: the operator is awaited all the same.
    readFailure(error);
    await condition(() => false);
  }
}

async function describeProposal({ current, apply }: PhaseWork, { amendments }: Proposal): Promise<void> {
  const lineage = current();
  try {
    const source = reference(lineage, newestMember(lineage).changeSetId);
    const { lines } = await checksOf(lineage).describeAmendments(source, amendments);
    apply({ type: 'differenceComputed', lines });
  } catch (error) {
    apply({ type: 'differenceComputed', lines: [`it could not be computed: ${readFailure(error).sentence}`] });
  }
}

/** While an operator is awaited: time passes, somebody may settle it elsewhere, and a proposal is described. */
async function awaitDecision(work: PhaseWork, phase: Extract<Phase, { name: 'awaitingDecision' }>): Promise<void> {
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
export async function workOn(phase: Phase, work: PhaseWork): Promise<void> {
  switch (phase.name) {
    case 'inspecting':
      return learn(work);
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
      // What was accepted a moment ago may not be listed yet.
      await sleep(work.policy.submitRetryFirstMs, { summary: 'wait before the check for a successor' });
      return learn(work);
    case 'awaitingDecision':
      return awaitDecision(work, phase);
    case 'ended':
      return;
  }
}
