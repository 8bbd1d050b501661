import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { BackfillChangeSetsActivities } from '../../activities/backfillChangeSets/index.ts';
import type { FoundBy } from '../changeSetRemediation/contract.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import { timerMs } from '../shared/reminders.ts';
import type { BackfillPlan } from './input.ts';
import type { BackfillMessage } from './transitions/next.ts';
import { nextBatch, type Backfill, type BackfillPhase } from './state.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/**
 * A try ends within minutes; one whose worker died is given up by its missing heartbeat. Without a deadline: where AWS
 * refuses the account, the alarm is raised elsewhere, and this backfill alone waits.
 */
function activitiesOf({ account }: BackfillPlan) {
  return proxyActivities<BackfillChangeSetsActivities>({
    startToCloseTimeout: 10 * minuteMs,
    heartbeatTimeout: 15 * secondMs,
    retry: { initialInterval: secondMs, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    priority: priorityOf(account, 'backfill', 'listing'),
  });
}

/**
 * How long what is under way may go on once the phase was left, in milliseconds: longer than the server takes to give up
 * a try whose worker died, so that the next one tells what that one had started.
 */
const graceMs = 30 * secondMs;

/** What the work of a phase needs: the present state, and where findings go. */
export interface PhaseWork {
  readonly plan: BackfillPlan;
  readonly foundBy: FoundBy;
  readonly current: () => Backfill;
  readonly apply: (message: BackfillMessage) => void;
}

/** Asks the worker whether it knows account and catalog; gives a sentence where it does not. */
export function scopeProblem(plan: BackfillPlan): Promise<string | null> {
  const { account, catalog } = plan;
  return activitiesOf(plan).scopeProblem({ account, catalog });
}

/**
 * Waits for an activity. Once the phase is left it gets some time, and is cancelled then: one that runs gives what it has
 * counted, one that AWS keeps refusing is dropped.
 * @returns undefined where it was dropped.
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

async function find({ plan, current, apply }: PhaseWork, left: () => boolean): Promise<void> {
  const { cursor } = current();
  const part = await attended(left, () =>
    activitiesOf(plan).findChangeSets({ range: rangeOf(plan), cursor, standings: plan.dryRun }),
  );
  if (part !== undefined) apply({ type: 'found', part });
}

async function deliverFound({ plan, foundBy, current, apply }: PhaseWork, left: () => boolean): Promise<void> {
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

/** One step after another, each to its end: what is under way is counted whatever becomes of the phase. */
async function repeat(
  phase: BackfillPhase,
  work: PhaseWork,
  step: (work: PhaseWork, left: () => boolean) => Promise<void>,
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
export async function workOn(phase: BackfillPhase, work: PhaseWork): Promise<void> {
  switch (phase.name) {
    case 'finding':
      return repeat(phase, work, find);
    case 'delivering':
      return repeat(phase, work, deliverFound);
    case 'stopping':
      return work.apply({ type: 'drained' });
    case 'paused':
    case 'ended':
      return condition(() => false);
  }
}
