import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { lastPollMsAgo } from './taskProblems.ts';

/** An activity that has not ended, as the server describes it. */
type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** PENDING_ACTIVITY_STATE_SCHEDULED: no worker has it. */
const scheduled = 1;

/** The task queue of an activity that any worker could take now; undefined where one has it, or its next attempt is to come. */
export function queueOfWaiting({ state, nextAttemptScheduleTime, activityOptions }: Pending): string | undefined {
  const isDue = !nextAttemptScheduleTime || tsToMs(nextAttemptScheduleTime) <= Date.now();
  return state === scheduled && isDue ? (activityOptions?.taskQueue?.name ?? undefined) : undefined;
}

/** Those of the queues that no worker has asked for work in a minute and a half: stopped, or never started. */
export async function unservedQueues(client: Client, queues: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = await Promise.all(
    [...new Set(queues)].map(async (queue) => {
      const agoMs = await lastPollMsAgo(client, queue);
      return agoMs === undefined ? [queue] : [];
    }),
  );
  return new Set(asked.flat());
}
