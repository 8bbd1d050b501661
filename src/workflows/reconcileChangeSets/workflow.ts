import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  metricMeter,
  workflowInfo,
} from '@temporalio/workflow';
import { awsActivities } from '../shared/activities.ts';
import { defined } from '../../defined.ts';
import { retryAtMost15Minutes } from '../shared/activityOptions.ts';
import { openCase, type CaseRun } from '../shared/case.ts';
import { minuteMs, secondMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { priorityOf } from '../shared/priorities.ts';
import {
  reconcileChangeSetsContract,
  type AccountCheck,
  type BatchCheck,
  type FoundRow,
  type ReconcileActivities,
  type ReconcileInput,
  type ReconcileResult,
} from './contract.ts';
import { reconcilePolicy, type ReconcilePolicy } from './policyValues.ts';
import { roundPlan, type RoundPlan } from './roundPlan.ts';
import { reconcileDetails, reconcileStatus } from './details.ts';
import { exampleInput, isRound, requireInput } from './input.ts';
import { newAccountCheck, newRound, type AccountRun, type Reconciliation, type ReconcileMessage } from './state.ts';
import { reconcileSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { unsentIn } from './window.ts';

type Run = CaseRun<Reconciliation, ReconcileMessage>;

/** Whose a round is, among those between which the server alternates, and in the list of workflows. */
const everyAccount = 'all';

/**
 * The missing heartbeat ends an attempt whose worker died.
 * @param withinMs all attempts together; without it a refusal or an outage may last, and the check is repeated.
 */
function activitiesOf(whose: string, withinMs?: number): ReconcileActivities {
  return awsActivities<ReconcileActivities>({
    startToCloseTimeout: 15 * minuteMs,
    heartbeatTimeout: minuteMs / 3,
    retry:
      withinMs === undefined ? retryAtMost15Minutes : { initialInterval: secondMs, maximumInterval: 10 * secondMs },
    priority: priorityOf(whose, 'live', 'listing'),
    ...defined({ scheduleToCloseTimeout: withinMs }),
  });
}

function checkOf({ account, catalogs, from, until, after, before, outcome }: AccountRun): AccountCheck {
  const { failure } = before;
  const failing = failure && { since: failure.since, rounds: failure.rounds };
  const goesOn = outcome === 'waiting' ? undefined : true;
  return { account, catalogs, from, until, ...defined({ after, goesOn, failing }) };
}

/** In a round a check also reports to lineages what the listing shows. */
function roundCheckOf(run: AccountRun): AccountCheck {
  const { reported, entitiesUntil } = run.reporting ?? run.before;
  return { ...checkOf(run), reporting: defined({ reported, entitiesUntil }) };
}

/**
 * Checks some accounts once, and delivers what was missed. The findings stand in the history before the first delivery: so
 * each missed event counts once, whatever dies in between, although the next check would know a workflow that a dead attempt
 * started.
 */
async function checkOnce({ apply }: Run, activities: ReconcileActivities, batch: BatchCheck): Promise<void> {
  const checked = await activities.checkAccounts(batch);
  const { missed, late } = checked;
  for (const { account } of batch.accounts) countMissed(account, 0);
  if (late.length > 0) {
    const changeSetIds = await CancellationScope.nonCancellable(() => activities.openLate(late));
    apply({ type: 'lateOpened', changeSetIds });
  }
  if (missed.length > 0) {
    const result = await CancellationScope.nonCancellable(() =>
      activities.deliverMissed({ missed, ...(batch.withinMs === undefined ? {} : { onlyNow: true }) }),
    );
    apply({ type: 'delivered', missed, result });
    countDelivered(missed, new Set([...result.left, ...result.undelivered.map(({ changeSetId }) => changeSetId)]));
  }
  apply({ type: 'checked', checked });
}

function runsOf({ accounts }: Reconciliation, ids: ReadonlySet<string>): readonly AccountRun[] {
  return accounts.filter(({ account }) => ids.has(account));
}

/** Checks one account until there is nothing left: by hand, however long AWS refuses. */
async function checkAccount(run: Run, account: string): Promise<void> {
  const activities = activitiesOf(account);
  for (;;) {
    const [one] = runsOf(run.current(), new Set([account]));
    if (one === undefined) return;
    await checkOnce(run, activities, { accounts: [checkOf(one)] });
    if (run.current().accounts[0]?.after === undefined) return;
  }
}

/**
 * Checks a batch of accounts while the round's time lasts. Whatever becomes of it, its accounts have an outcome: no batch
 * holds up another, or the next round.
 */
async function checkBatch(run: Run, ids: ReadonlySet<string>, isFirst: boolean, plan: TimedPlan): Promise<void> {
  const { current, apply } = run;
  let first: Pick<BatchCheck, 'first'> = isFirst ? { first: true } : {};
  const due = (): readonly AccountRun[] =>
    runsOf(current(), ids).filter(
      ({ outcome, after }) => outcome === 'waiting' || (outcome === 'checked' && after !== undefined),
    );
  for (let left = due(); left.length > 0; left = due()) {
    const withinMs = plan.untilMs - Date.now();
    const waiting = left.filter(({ outcome }) => outcome === 'waiting').map(({ account }) => account);
    if (withinMs < plan.leastAttemptMs) {
      return apply({
        type: 'unchecked',
        accounts: waiting,
        sentence: 'The time of the round was over before this account was reached.',
      });
    }
    const batch = { accounts: left.map(roundCheckOf), withinMs: Math.min(plan.accountWithinMs, withinMs), ...first };
    try {
      await checkOnce(run, activitiesOf(everyAccount, withinMs), batch);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { sentence } = readFailure(error);
      return apply({ type: 'unchecked', accounts: left.map(({ account }) => account), sentence });
    }
    first = {};
  }
}

interface TimedPlan extends RoundPlan {
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Less is too short for an attempt, in milliseconds. */
  readonly leastAttemptMs: number;
}

/** Checks every account: some batches at once, each of them by one activity where nothing is missing. */
async function checkRound(run: Run, policy: ReconcilePolicy): Promise<void> {
  const { batchAccounts, leastAttemptMs } = policy;
  const waiting = run.current().accounts.filter(({ outcome }) => outcome === 'waiting');
  const batches = Array.from({ length: Math.ceil(waiting.length / batchAccounts) }, (_, index) =>
    waiting.slice(index * batchAccounts, (index + 1) * batchAccounts).map(({ account }) => account),
  );
  const plan = roundPlan(policy, batches.length);
  const timed = { ...plan, leastAttemptMs, untilMs: Date.now() + plan.roundWithinMs };
  const left = batches.map((ids, index) => ({ ids: new Set(ids), isFirst: index === 0 }));
  const lane = async (): Promise<void> => {
    for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
      await checkBatch(run, batch.ids, batch.isFirst, timed);
    }
  };
  await Promise.all(Array.from({ length: plan.lanes }, lane));
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

function countDelivered(missed: readonly FoundRow[], except: ReadonlySet<string>): void {
  const delivered = missed.filter(({ row }) => !except.has(row.changeSetId));
  for (const [account, rows] of Map.groupBy(delivered, (one) => one.account)) countMissed(account, rows.length);
}

/**
 * Compares once the failed change sets that AWS lists with the workflows, and delivers those that no event reported: of all
 * accounts, as the schedule starts it, or of one by hand. Each round begins for each account where the last round that could
 * check it ended, and a channel that is broken keeps none from ending. A round that is cancelled, terminated or fails counts as not made: the next one checks its time again.
 * @returns what it checked and found.
 */
export async function reconcileChangeSets(input: ReconcileInput): Promise<ReconcileResult> {
  requireInput(input, Date.now());
  const { workflowId, firstExecutionRunId: firstRunId, lastResult } = workflowInfo();
  const { policy } =
    wholePolicy(reconcilePolicy, input) ??
    (await resolvedPolicy('reconcileChangeSets', reconcilePolicy, input, exampleInput, reconcileChangeSetsContract));
  const beginning = { policy, nowMs: Date.now() };
  const { settled, publish, sending, carry, ...run } = openCase({
    contract: reconcileChangeSetsContract,
    unsent: { notices: isRound(input) ? unsentIn(lastResult) : [] },
    state: isRound(input) ? newRound(input, lastResult, beginning) : newAccountCheck(input, beginning),
    policy: { workflowId, firstRunId },
    next,
    status: reconcileStatus,
    statusDescription: 'What was checked and found',
    details: reconcileDetails,
    // A round that finds nothing costs no upsert.
    attributes: (run) => {
      const { state, account } = run;
      return account === undefined && (state === 'checking' || state === 'allKnown')
        ? undefined
        : { state, account: account ?? everyAccount, attention: false, subject: reconcileSubject(run) };
    },
  });

  let cause: Error | undefined;
  try {
    await (isRound(input) ? checkRound(run, policy) : checkAccount(run, input.account));
    run.apply({ type: 'completed' });
  } catch (error) {
    const end = endOf(error);
    cause = end.cause;
    run.apply(end.broken);
  }
  const waitsForAll = cause !== undefined || !isRound(input);
  const unsent = await CancellationScope.nonCancellable(async () => {
    if (waitsForAll) await condition(settled);
    if (settled() || (await condition(settled, policy.channelsWithinMs))) return undefined;
    sending.stop();
    await condition(() => sending.idle());
    return carry()?.notices;
  });
  publish();
  if (cause !== undefined) throw cause;
  return { ...reconcileStatus(run.current()), ...defined({ unsent }) };
}
