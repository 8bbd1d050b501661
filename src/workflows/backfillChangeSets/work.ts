import { ActivityCancellationType, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { awsActivities } from '../shared/activities.ts';
import type { FoundBy } from '../changeSetRemediation/contract.ts';
import { retryAtMost15Minutes } from '../shared/activityOptions.ts';
import type { BackfillPhase } from '../shared/backfills.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { minuteMs, secondMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import { timerMs } from '../shared/reminders.ts';
import type { BackfillChangeSetsActivities, BackfillPlan } from './contract.ts';
import { nextBatch, type Backfill, type BackfillMessage } from './state.ts';

/**
 * An attempt ends within minutes; the missing heartbeat ends one whose worker died. There is no deadline: where AWS
 * refuses the account, the access alarm reports it, and only this backfill waits.
 */
function activitiesOf({ account }: BackfillPlan) {
  return awsActivities<BackfillChangeSetsActivities>({
    startToCloseTimeout: 10 * minuteMs,
    heartbeatTimeout: 15 * secondMs,
    retry: retryAtMost15Minutes,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: priorityOf(account, 'backfill', 'listing'),
  });
}

/**
 * How long an activity may go on once its phase was left, in milliseconds: longer than the server takes to end an attempt
 * whose worker died, so that the next attempt counts what that one started.
 */
const graceMs = 30 * secondMs;

/** What the work of a phase needs. */
interface Work extends CaseRun<Backfill, BackfillMessage> {
  readonly plan: BackfillPlan;
  readonly foundBy: FoundBy;
}

/** Asks the worker whether it knows account and catalog; gives a sentence where it does not. */
export function scopeProblem(plan: BackfillPlan): Promise<string | null> {
  const { account, catalog } = plan;
  return activitiesOf(plan).scopeProblem({ account, catalog });
}

/**
 * Waits for an activity. Once the phase is left the activity gets some time, then a cancellation: a running attempt gives
 * what it has counted, and one that AWS keeps refusing gives nothing.
 * @returns undefined where it gave nothing.
 */
async function attended<Answer>(left: () => boolean, call: () => Promise<Answer>): Promise<Answer | undefined> {
  const scope = new CancellationScope();
  let answered = false;
  const cancelWhenLeft = async (): Promise<void> => {
    await condition(() => answered || left());
    if (!answered && !(await condition(() => answered, graceMs))) scope.cancel();
  };
  const [answer] = await Promise.all([
    scope.run(async () => {
      try {
        return await call();
      } catch (error) {
        if (isCancellation(error)) return undefined;
        throw error;
      } finally {
        answered = true;
      }
    }),
    cancelWhenLeft(),
  ]);
  return answer;
}

async function find({ plan, current, apply }: Work, left: () => boolean): Promise<void> {
  const { cursor } = current();
  const part = await attended(left, () =>
    activitiesOf(plan).findChangeSets({ range: rangeOf(plan), cursor, countsKnown: plan.dryRun }),
  );
  if (part !== undefined) apply({ type: 'found', part });
}

async function deliver({ plan, foundBy, current, apply }: Work, left: () => boolean): Promise<void> {
  const begunAtMs = Date.now();
  const { nextAtMs, cursor } = current();
  if (nextAtMs > begunAtMs && !(await waited(nextAtMs, left))) return;
  const batch = nextBatch(current(), plan);
  const from = batch.rows === undefined ? { cursor } : { rows: batch.rows };
  const part = await attended(left, () =>
    activitiesOf(plan).deliverChangeSets({ range: rangeOf(plan), foundBy, most: batch.most, from }),
  );
  if (part !== undefined) apply({ type: 'delivered', batch, part, begunAtMs });
}

/** False where the phase was left meanwhile. */
async function waited(untilMs: number, left: () => boolean): Promise<boolean> {
  return !(await condition(left, timerMs(untilMs, Date.now())));
}

function rangeOf({ account, catalog, statuses, to }: BackfillPlan) {
  return { account, catalog, statuses, to };
}

/** One step after another, each to its end: a running activity counts, whatever the next phase is. */
async function repeat(
  phase: WorkingPhase<BackfillPhase>,
  work: Work,
  step: (work: Work, left: () => boolean) => Promise<void>,
): Promise<void> {
  const scope = CancellationScope.current();
  const left = (): boolean => work.current().phase !== phase;
  while (!left() && !scope.consideredCancelled) {
    try {
      await CancellationScope.nonCancellable(() => step(work, left));
    } catch (error) {
      work.apply({ type: 'refused', sentence: readFailure(error).sentence });
    }
  }
}

/** Does what a phase stands for, until it has a finding. The work of the phase before has ended by then. */
export async function workOn(phase: WorkingPhase<BackfillPhase>, work: Work): Promise<void> {
  switch (phase.name) {
    case 'finding':
      return repeat(phase, work, find);
    case 'delivering':
      return repeat(phase, work, deliver);
    case 'stopping':
      return work.apply({ type: 'drained' });
    case 'paused':
      return condition(() => false);
  }
}
