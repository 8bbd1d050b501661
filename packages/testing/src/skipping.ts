import type { WorkflowHandle } from '@temporalio/client';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time.js';
import { history } from './history.ts';
import type { SkippingWorld } from './stewardWorld.ts';
import { until } from './until.ts';

export const dayMs = 86_400_000;

/** Lets time pass on the server, a day at a time: what falls due is done before the next day begins. */
export async function passDays({ environment }: SkippingWorld, handle: WorkflowHandle, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    await environment.sleep(dayMs);
    await quiet(handle);
  }
}

/** Activities that the server repeats for as long as the workflow lives. */
const endless: ReadonlySet<string> = new Set(['watchAssessments', 'watchElsewhere', 'awaitOutcome']);

/** How many endless activities are under way by the history, and whether an attempt of one runs. */
async function watches(
  handle: WorkflowHandle,
): Promise<{ scheduled: number; working: boolean; historyLength: number }> {
  const { raw, historyLength } = await handle.describe();
  const pending = (raw.pendingActivities ?? []).filter(({ activityType }) => endless.has(activityType?.name ?? ''));
  return {
    historyLength,
    scheduled: pending.length,
    // The server says STARTED of one that waits for its next attempt too; its times show which.
    working: pending.some(
      ({ lastStartedTime, lastAttemptCompleteTime: ended }) =>
        !ended || tsToMs(ended) < (optionalTsToMs(lastStartedTime) ?? 0),
    ),
  };
}

/** Waits until every workflow task, and every activity that is not endless, that was begun has ended. */
export async function quiet(handle: WorkflowHandle): Promise<string[]> {
  let names: string[] = [];
  const count = (...some: string[]): number => names.filter((each) => some.includes(each)).length;
  await until(async () => {
    const { scheduled, working, historyLength } = await watches(handle);
    names = await history(handle);
    return (
      !working &&
      // Else the two readings are of different moments.
      names.length === historyLength &&
      count('WORKFLOW_TASK_COMPLETED') > 0 &&
      count('WORKFLOW_TASK_SCHEDULED') ===
        count('WORKFLOW_TASK_COMPLETED', 'WORKFLOW_TASK_FAILED', 'WORKFLOW_TASK_TIMED_OUT') &&
      count('ACTIVITY_TASK_SCHEDULED') - scheduled ===
        count('ACTIVITY_TASK_COMPLETED', 'ACTIVITY_TASK_FAILED', 'ACTIVITY_TASK_TIMED_OUT', 'ACTIVITY_TASK_CANCELED')
    );
  });
  return names;
}

/**
 * Ends a run that is still there. One that is terminated while an activity is under way holds the server's clock for
 * good, until the environment takes the lock off.
 */
export async function endRun(handle: WorkflowHandle): Promise<void> {
  const { status } = await handle.describe();
  if (status.name !== 'RUNNING') return;
  await quiet(handle);
  await handle.terminate('the test is over');
}

/** The actions that a stretch of history stands for, where every activity had one attempt. */
export function actions(names: readonly string[]): number {
  const counted = new Set([
    'WORKFLOW_EXECUTION_SIGNALED',
    'TIMER_STARTED',
    'ACTIVITY_TASK_SCHEDULED',
    'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  ]);
  return names.filter((name) => counted.has(name)).length;
}
