import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What became of a start: one of this id may be under way, or have ended, already. */
export type BackfillStart = 'started' | 'alreadyRunning' | 'alreadyEnded';

/** A backfill that is to be started. */
export interface BackfillToStart {
  /** The workflow type. */
  readonly type: string;
  readonly workflowId: string;
  readonly input: unknown;
  /** Starts one that has come to its end once more. */
  readonly again: boolean;
  /** One line, for the Web UI's list. */
  readonly summary: string;
  /** What it does, for its page there. */
  readonly details: string;
}

/**
 * Starts a backfill, unless one of the same id runs or has come to its end. One that failed, was terminated or timed out
 * is started again.
 */
export async function startBackfill(
  client: Client,
  { type, workflowId, input, again, summary, details }: BackfillToStart,
): Promise<BackfillStart> {
  try {
    await client.workflow.start(type, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: summary,
      staticDetails: details,
    });
    return 'started';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? 'alreadyRunning' : 'alreadyEnded';
  }
}
