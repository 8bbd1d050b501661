import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { backfillItemsType, type BackfillItemsInput } from '../workflows/backfillItems/messages.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What became of a start: one of this id may be under way, or have ended, already. */
export type BackfillStart = 'started' | 'alreadyRunning' | 'alreadyEnded';

/**
 * Starts a backfill, unless one of the same id runs or has come to its end. One that failed, was terminated or timed out
 * is started again.
 * @param again starts one that has come to its end once more.
 */
export async function startBackfillItems(
  client: Client,
  { workflowId, input, again }: { workflowId: string; input: BackfillItemsInput; again: boolean },
): Promise<BackfillStart> {
  const { businessProductId: merchant, items } = input;
  try {
    await client.workflow.start(backfillItemsType, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: `Backfill of ${items.length} items${merchant === undefined ? '' : ` of merchant ${merchant}`}`,
      staticDetails: 'Has each item of a list asked for again by its own workflow. How far it is: the current details.',
    });
    return 'started';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? 'alreadyRunning' : 'alreadyEnded';
  }
}
