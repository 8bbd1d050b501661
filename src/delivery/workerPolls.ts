import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { taskQueues, type QueueName } from '../workflows/shared/taskQueues.ts';

/** A queue that a worker asks for work. */
export interface PolledQueue {
  readonly queue: QueueName;
  /** Since it asked last, in milliseconds. */
  readonly agoMs: number;
}

/** TASK_QUEUE_TYPE_WORKFLOW and TASK_QUEUE_TYPE_ACTIVITY: a worker polls one or both. */
const queueTypes = [1, 2];
/**
 * How long after its last request for work a worker still counts as one, in milliseconds: a request lasts a minute, and the
 * server lists those of one partition of a queue, which a worker need not ask each time.
 */
const pollsWithinMs = 180_000;

/** Whether an identity is that of a worker of this host: `newWorkerIdentity` makes them. */
const isOf = (host: string, identity: string | null | undefined): boolean =>
  identity?.split('/')[0]?.endsWith(`@${host}`) ?? false;

/**
 * Which queues the workers of a host ask for work, as the server knows it. A worker that was killed a moment ago still shows.
 * @param host as the system names it; each container has one of its own.
 * @throws what the connection throws.
 */
export async function polledQueues(
  client: Client,
  host: string,
  queues: readonly QueueName[],
): Promise<readonly PolledQueue[]> {
  const { namespace } = client.options;
  const found = await Promise.all(
    queues.map(async (queue) => {
      const taskQueue = { name: taskQueues[queue] };
      const listed = await Promise.all(
        queueTypes.map((taskQueueType) =>
          client.workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType }),
        ),
      );
      const agoMs = listed.flatMap(({ pollers }) =>
        (pollers ?? []).flatMap(({ identity, lastAccessTime }) =>
          isOf(host, identity) && lastAccessTime ? [Math.max(0, Date.now() - tsToMs(lastAccessTime))] : [],
        ),
      );
      const newest = Math.min(...agoMs);
      return newest <= pollsWithinMs ? [{ queue, agoMs: newest }] : [];
    }),
  );
  return found.flat();
}

/** Workers of a host that are described at most. */
const mostDescribed = 20;

/**
 * When the workers of a host got their last task, in milliseconds ago, as they said with their last heartbeat, one a minute.
 * @returns undefined where none has had one, or the server keeps no list of workers.
 */
export async function lastTaskMsAgo(client: Client, host: string): Promise<number | undefined> {
  const { namespace } = client.options;
  const { workflowService } = client;
  try {
    const { workers } = await workflowService.listWorkers({ namespace, pageSize: 1_000 });
    const own = workers.filter(({ workerIdentity }) => isOf(host, workerIdentity)).slice(0, mostDescribed);
    const described = await Promise.all(
      own.map(({ workerInstanceKey }) =>
        workflowService.describeWorker({ namespace, workerInstanceKey: workerInstanceKey ?? '' }),
      ),
    );
    const agoMs = described.flatMap(({ workerInfo }) => {
      const { workflowPollerInfo, workflowStickyPollerInfo, activityPollerInfo } = workerInfo?.workerHeartbeat ?? {};
      return [workflowPollerInfo, workflowStickyPollerInfo, activityPollerInfo].flatMap((info) => {
        const at = info?.lastSuccessfulPollTime;
        return at ? [Math.max(0, Date.now() - tsToMs(at))] : [];
      });
    });
    return agoMs.length === 0 ? undefined : Math.min(...agoMs);
  } catch {
    return undefined;
  }
}
