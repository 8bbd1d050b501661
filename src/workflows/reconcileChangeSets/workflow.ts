import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  metricMeter,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import { retryAtMost15Minutes } from '../shared/activityOptions.ts';
import { openCase, type CaseRun } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import {
  reconcileChangeSetsContract,
  type ReconcileActivities,
  type ReconcileInput,
  type ReconcileStatus,
} from './contract.ts';
import { reconcileDefaults } from './defaults.ts';
import { reconcileDetails, reconcileStatus } from './details.ts';
import { requireInput } from './input.ts';
import { newReconciliation, type Reconciliation, type ReconcileMessage } from './state.ts';
import { next } from './transitions/next.ts';
import { windowOf } from './window.ts';

/**
 * No deadline: a refusal or an outage may last, and the account's schedule starts no other run meanwhile. The missing
 * heartbeat ends an attempt whose worker died.
 */
function activitiesOf(account: string) {
  return proxyActivities<ReconcileActivities>({
    startToCloseTimeout: 15 * minuteMs,
    heartbeatTimeout: minuteMs / 3,
    retry: retryAtMost15Minutes,
    priority: priorityOf(account, 'live', 'listing'),
  });
}

/**
 * Checks, and delivers what was missed, batch after batch. The findings of a check stand in the history before the first
 * delivery: so each missed event counts once, whatever dies in between, although the next check would know a workflow that
 * a dead attempt started.
 */
async function checkWindow({ current, apply }: CaseRun<Reconciliation, ReconcileMessage>): Promise<void> {
  const { account, catalogs, checkedFrom: from, checkedUntil: until } = current();
  if (from === until) return apply({ type: 'completed' });
  const { findMissed, deliverMissed, openLate } = activitiesOf(account);
  for (;;) {
    const { after, missed: before } = current();
    const checked = await findMissed({ account, catalogs, from, until, ...defined({ after }) });
    const { missed, late = [] } = checked;
    if (late.length > 0) {
      const changeSetIds = await CancellationScope.nonCancellable(() => openLate({ account, late }));
      apply({ type: 'lateOpened', changeSetIds });
    }
    if (missed.length > 0) {
      const result = await CancellationScope.nonCancellable(() => deliverMissed({ account, missed }));
      apply({ type: 'delivered', changeSetIds: missed.map(({ row }) => row.changeSetId), result });
      countMissed(account, current().missed - before);
    }
    apply({ type: 'checked', checked });
    if (checked.after === undefined) return apply({ type: 'completed' });
  }
}

/** What ends a run early, in a form whose first line says why. */
function endOf(error: unknown): { readonly cause: Error; readonly broken: ReconcileMessage } {
  if (error instanceof Error && isCancellation(error)) {
    const sentence = 'The run was cancelled: the next one checks the rest.';
    return { cause: error, broken: { type: 'brokenOff', state: 'abandoned', sentence } };
  }
  if (!(error instanceof ActivityFailure)) throw error;
  const { sentence, type } = readFailure(error);
  const cause = ApplicationFailure.nonRetryable(sentence, type);
  return { cause, broken: { type: 'brokenOff', state: 'failed', sentence } };
}

/** The count begins at zero: an alarm on growth needs the value before the first missed event. */
function countMissed(account: string, missed: number): void {
  metricMeter.createCounter('steward_missed_events').add(missed, { account });
  if (missed === 0) return;
  log.error('Events of failed change sets never came', { counter: 'missedEvents', account, missed });
}

/**
 * Compares once the failed change sets that AWS lists with the workflows, and delivers those that no event reported. The
 * account's schedule starts it; each run begins where the last completed one ended. A run that is cancelled, terminated
 * or fails counts as not made: the next one checks its time again.
 * @returns what it checked and found.
 */
export async function reconcileChangeSets(input: ReconcileInput): Promise<ReconcileStatus> {
  requireInput(input, Date.now());
  const { workflowId, firstExecutionRunId: firstRunId, lastResult } = workflowInfo();
  const { account, catalogs = ['AWSMarketplace'] } = input;
  const window = windowOf({
    input,
    lastResult,
    policy: { ...reconcileDefaults, ...input.policy },
    nowMs: Date.now(),
  });
  const { settled, publish, ...run } = openCase({
    contract: reconcileChangeSetsContract,
    state: newReconciliation({ account, catalogs }, window),
    policy: { workflowId, firstRunId },
    next,
    status: reconcileStatus,
    statusDescription: 'What was checked and found',
    details: reconcileDetails,
    attributes: ({ state }) => ({ state, account, attention: false }),
  });
  countMissed(account, 0);

  let cause: Error | undefined;
  try {
    await checkWindow(run);
  } catch (error) {
    const end = endOf(error);
    cause = end.cause;
    run.apply(end.broken);
  }
  await CancellationScope.nonCancellable(() => condition(settled));
  publish();
  if (cause !== undefined) throw cause;
  return reconcileStatus(run.current());
}
