import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  metricMeter,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { defined } from '../../defined.ts';
import { publishAttributes, publishDetails } from '../shared/attention.ts';
import { readFailure } from '../shared/failures.ts';
import { startNoticeOutbox } from '../shared/outbox.ts';
import { priorityOf } from '../shared/priorities.ts';
import { ignoreUnknownSignals } from '../shared/start.ts';
import { reconcileDefaults } from './defaults.ts';
import { reconcileDetails, reconcileStatus } from './details.ts';
import { requireInput } from './input.ts';
import * as messages from './contract.ts';
import { missedNotice } from './notices.ts';
import { newReconciliation, type Reconciliation, type ReconcileMessage } from './state.ts';
import { next } from './transitions/next.ts';
import { windowOf, type Window } from './window.ts';

const minuteMs = 60_000;

/**
 * No deadline: a refusal or an outage may last, and the account's schedule starts no other run meanwhile. The missing
 * heartbeat ends an attempt whose worker died.
 */
function activitiesOf(account: string) {
  return proxyActivities<messages.ReconcileActivities>({
    startToCloseTimeout: 15 * minuteMs,
    heartbeatTimeout: minuteMs / 3,
    retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
    priority: priorityOf(account, 'live', 'listing'),
  });
}

/** A run's state, and where findings go. */
interface Work {
  readonly window: Window;
  readonly current: () => Reconciliation;
  readonly apply: (message: ReconcileMessage) => void;
}

/**
 * Checks, and delivers what was missed, batch after batch. The findings of a check stand in the history before the first
 * delivery: so each missed event counts once, whatever dies in between, although the next check would know a workflow that
 * a dead attempt started.
 */
async function checkWindow({ window, current, apply }: Work): Promise<void> {
  if (window.fromMs >= window.untilMs) return;
  const { account, catalogs, checkedFrom: from, checkedUntil: until } = current();
  const { findMissed, deliverMissed } = activitiesOf(account);
  for (;;) {
    const { after } = current();
    const checked = await findMissed({ account, catalogs, from, until, ...defined({ after }) });
    const { missed } = checked;
    if (missed.length > 0) {
      const result = await CancellationScope.nonCancellable(() => deliverMissed({ account, missed }));
      const changeSetIds = missed.map(({ row }) => row.changeSetId);
      apply({ type: 'delivered', changeSetIds, result });
    }
    apply({ type: 'checked', checked });
    if (checked.after === undefined) return;
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

/** Begins at zero: an alarm on growth needs the value before the first missed event. */
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
export async function reconcileChangeSets(input: messages.ReconcileInput): Promise<messages.ReconcileStatus> {
  requireInput(input, Date.now());
  const { workflowId, firstExecutionRunId, lastResult } = workflowInfo();
  const { account, catalogs = ['AWSMarketplace'] } = input;
  const policy = { ...reconcileDefaults, ...input.policy };
  const window = windowOf({ input, lastResult, policy, nowMs: Date.now() });
  let run = newReconciliation({ account, catalogs }, window);
  const outbox = startNoticeOutbox((sentence) => apply({ type: 'noted', sentence }));

  function publish(): void {
    publishDetails(reconcileDetails(run));
    publishAttributes({ state: run.state, account, attention: false });
  }

  function apply(message: ReconcileMessage): void {
    const before = run.missed;
    run = next(run, message);
    if (run.missed > before) countMissed(account, run.missed - before);
    publish();
  }

  setHandler(messages.reconcileStatusQuery, () => reconcileStatus(run), {
    description: 'What was checked and found',
  });
  ignoreUnknownSignals();
  countMissed(account, 0);
  publish();

  let cause: Error | undefined;
  try {
    await checkWindow({ window, current: () => run, apply });
    apply({ type: 'completed' });
  } catch (error) {
    const end = endOf(error);
    cause = end.cause;
    apply(end.broken);
  }
  if (run.missed + run.undelivered > 0)
    outbox.add([missedNotice(run, { workflowId, firstRunId: firstExecutionRunId })]);
  await CancellationScope.nonCancellable(() => condition(() => outbox.idle()));
  if (cause !== undefined) throw cause;
  return reconcileStatus(run);
}
