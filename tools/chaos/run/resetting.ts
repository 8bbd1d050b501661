import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { resetPoints, resetTo } from '@marketplace-steward/testing/resets';
import { drawnFrom } from './random.ts';
import { byTheClock } from './survey.ts';

const listed = 60;
const attempts = 20;
const againAfterMs = 500;

/**
 * Resets a workflow, open or just ended, to one of its workflow tasks.
 * @returns which, and to where; undefined where there was none, or the server did not answer
 */
export async function resetOne(
  client: Client,
  which: 'open' | 'justEnded',
  words: readonly number[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const status = which === 'open' ? 'Running' : 'Completed';
  const query = [`ExecutionStatus="${status}"`, ...byTheClock.map((type) => `WorkflowType!="${type}"`)].join(' AND ');
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      const { executions } = await client.workflowService.listWorkflowExecutions({
        namespace: client.options.namespace,
        query,
        pageSize: listed,
      });
      const runs = executions.flatMap(({ execution }) =>
        execution?.workflowId && execution.runId ? [{ workflowId: execution.workflowId, runId: execution.runId }] : [],
      );
      if (runs.length > 0) {
        const run = drawnFrom(
          runs.toSorted((one, other) => (one.workflowId < other.workflowId ? -1 : 1)),
          'run',
          ...words,
          attempt,
        );
        const points = await resetPoints(client.workflow.getHandle(run.workflowId, run.runId));
        if (points.length > 0) {
          const point = drawnFrom(points, 'point', ...words, attempt);
          await resetTo(client, run, point);
          return `${run.workflowId} (${which}), to ${String(point)}`;
        }
      }
    } catch {
      // The server is away, or the run has ended meanwhile.
    }
    await pause(againAfterMs, undefined, { signal });
  }
  return undefined;
}
