import { CancellationScope, condition } from '@temporalio/workflow';
import { ownActivities } from '../shared/activities.ts';
import type { BackfillPhase } from '../shared/backfills.ts';
import type { CaseRun, WorkingPhase } from '../shared/case.ts';
import { minuteMs, secondMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import type { BackfillItemsActivities } from './contract.ts';
import { nextPositions, type Backfill, type BackfillMessage, type BackfillPlan, type Batch } from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

/** What the work of a phase needs. */
interface Work extends CaseRun<Backfill, BackfillMessage> {
  /** The identity by which an item's workflow recognizes a repeat. */
  readonly eventId: string;
  readonly plan: BackfillPlan;
}

/**
 * An attempt ends within seconds; the missing heartbeat ends one whose worker died. After an hour without a result the
 * whole batch counts as undelivered.
 */
async function deliverBatch({ eventId, plan: { items }, apply }: Work, batch: Batch): Promise<void> {
  const { positions } = batch;
  const { deliverItems } = ownActivities<BackfillItemsActivities>({
    startToCloseTimeout: 5 * minuteMs,
    scheduleToCloseTimeout: 60 * minuteMs,
    heartbeatTimeout: 15 * secondMs,
    retry: { initialInterval: secondMs, backoffCoefficient: 2, maximumInterval: minuteMs },
    summary: `${positions.length} items`,
  });
  const wanted = positions.flatMap((position) => items[position] ?? []);
  try {
    apply({ type: 'delivered', batch, result: await deliverItems({ eventId, items: wanted }) });
  } catch (error) {
    apply({ type: 'unanswered', batch, sentence: readFailure(error).sentence });
  }
}

/** A batch that runs is never dropped: its result counts, whatever the next phase is. */
async function deliverList(work: Work): Promise<void> {
  const scope = CancellationScope.current();
  while (work.current().phase.name === 'delivering' && !scope.consideredCancelled) {
    const { nextAtMs } = work.current();
    if (nextAtMs > Date.now()) {
      await sleepUntil(nextAtMs, 'the rate');
    } else {
      const positions = nextPositions(work.current(), work.plan.policy);
      await CancellationScope.nonCancellable(() => deliverBatch(work, { positions, begunAtMs: Date.now() }));
    }
  }
}

/** Does what a phase stands for, until it has a finding. The work of the phase before has ended by then. */
export async function workOn({ name }: WorkingPhase<BackfillPhase>, work: Work): Promise<void> {
  switch (name) {
    case 'delivering':
      return deliverList(work);
    case 'stopping':
      return work.apply({ type: 'drained' });
    case 'finding':
    case 'paused':
      return condition(() => false);
  }
}
