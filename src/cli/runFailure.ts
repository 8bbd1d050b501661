import { WorkflowFailedError, type WorkflowExecutionDescription } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TemporalAccess } from './temporal.ts';

/** Why a run ended otherwise than by its own end. */
export interface RunFailure {
  /** The failure's type, where workflow or activity gave it one, for instance InvalidInput. */
  readonly type?: string;
  readonly message: string;
}

const orderlyEnds: ReadonlySet<string> = new Set(['RUNNING', 'COMPLETED', 'CONTINUED_AS_NEW', 'PAUSED']);

/** Why a run failed, was terminated or timed out; undefined for one that goes on or came to its end. */
export async function runFailure(
  access: TemporalAccess,
  { workflowId, runId, status }: Pick<WorkflowExecutionDescription, 'workflowId' | 'runId' | 'status'>,
): Promise<RunFailure | undefined> {
  if (orderlyEnds.has(status.name)) return undefined;
  try {
    await access.client.workflow.getHandle(workflowId, runId).result();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return failureOf(error.cause ?? error);
  }
}

/** The innermost failure that has a type: an activity's own, and not that an activity failed. */
function failureOf(error: Error): RunFailure {
  if (error.cause instanceof Error) return failureOf(error.cause);
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  return { message: error.message, ...(typeof type === 'string' ? { type } : {}) };
}
