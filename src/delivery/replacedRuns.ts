import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { describeWorkflow, listWorkflows } from './workflows.ts';

/** The query of runs that were cut short. */
export const cutShort = 'ExecutionStatus IN ("Failed", "Terminated", "TimedOut")';
const cutShortNames: ReadonlySet<string> = new Set(['FAILED', 'TERMINATED', 'TIMED_OUT']);
/** So many are described at once. */
const atOnce = 8;
/** Runs that were cut short and are described one by one, at most: there are few, unless somebody ends them in bulk. */
const mostDescribed = 200;

/**
 * Of runs, by their ids, those that were cut short and in whose place a newer run of their workflow is, with its id: a reset
 * terminates the run before, and a failed one stays failed. Runs that came to their end are not looked up.
 */
export async function replacedRuns(
  client: Client,
  runs: ReadonlyArray<Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status'>>,
): Promise<ReadonlyMap<string, string>> {
  const asked = runs.filter(({ status }) => cutShortNames.has(status.name));
  const newest = new Map<string, string | undefined>();
  const ids = [...new Set(asked.map(({ workflowId }) => workflowId))];
  for (let from = 0; from < ids.length; from += atOnce) {
    const described = ids.slice(from, from + atOnce).map(async (id) => {
      newest.set(id, (await describeWorkflow(client, id))?.runId);
    });
    await Promise.all(described);
  }
  return new Map(
    asked.flatMap(({ workflowId, runId }) => {
      const now = newest.get(workflowId);
      return now === undefined || now === runId ? [] : [[runId, now] as const];
    }),
  );
}

/** How many runs of a query were cut short and replaced, of the newest ones. */
export async function countReplaced(client: Client, query: string): Promise<number> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of listWorkflows(client, `${query} AND ${cutShort}`, mostDescribed)) {
    runs.push(run);
    if (runs.length === mostDescribed) break;
  }
  return (await replacedRuns(client, runs)).size;
}
