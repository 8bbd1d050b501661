import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/**
 * gRPC codes by which a role of the server has answered: there is no such workflow; this client may not ask; too much is
 * asked at once, where the server lets starts and signals go first.
 */
const answered: ReadonlySet<number> = new Set([5, 7, 8, 12]); // NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNIMPLEMENTED
/** Each asks another of history's shards, as far as ids spread; so a part of the history that is away shows soon. */
let probes = 0;
const manyIds = 1_000;
/** TASK_QUEUE_TYPE_WORKFLOW */
const workflowTasks = 1;

async function problemOf(role: string, call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    if (answered.has(Number(error.code))) return undefined;
    return `Temporal’s ${role} service cannot be reached: ${error.details}`;
  }
}

/**
 * Asks the roles of the server that an event needs, beside its frontend: history for a workflow that is not there, and matching
 * for the pollers of a queue. It starts nothing and costs no action.
 * @returns one sentence for each that does not answer.
 */
export async function roleProblems({ workflowService }: Connection, namespace: string): Promise<readonly string[]> {
  probes = (probes + 1) % manyIds;
  const execution = { workflowId: `readiness-probe-${probes}` };
  const taskQueue = { name: stewardTaskQueue };
  const found = await Promise.all([
    problemOf('history', () => workflowService.describeWorkflowExecution({ namespace, execution })),
    problemOf('matching', () =>
      workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: workflowTasks }),
    ),
  ]);
  return found.filter((problem) => problem !== undefined);
}
