import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { defined } from '../../src/defined.ts';
import type { LimitFigures } from './figures.ts';

const bytesPerKilobyte = 1_024;
const eventsPerPage = 500;
const checkEveryMs = 1_000;
/** Billed by Temporal Cloud (evaluate/cloud/actions), as far as a history shows it. */
const billed = [
  'workflowExecutionStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'activityTaskScheduledEventAttributes',
  'timerStartedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
] as const;

/** The actions of a run, page by page: an answer takes 4 MB. */
async function actionsOf(client: Client, workflowId: string, runId: string): Promise<number> {
  let actions = 0;
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: eventsPerPage,
      ...defined({ nextPageToken }),
    });
    actions += (page.history?.events ?? []).filter((event) => billed.some((name) => event[name] != null)).length;
    nextPageToken = page.nextPageToken ?? undefined;
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
  return actions;
}

/** What a workflow has gone through until now: its runs, from the first to the last. */
export async function runsOf(
  client: Client,
  workflowId: string,
  count: number,
): Promise<Pick<LimitFigures, 'runs' | 'mostEvents' | 'mostKilobytes' | 'actionsEach'>> {
  const last = await client.workflow.getHandle(workflowId).describe();
  let listed = 0;
  for (;;) {
    const ids = new Set<string>();
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) ids.add(runId);
    // The list lags a little behind.
    if (!ids.has(last.runId) || ids.size !== listed) {
      listed = ids.size;
      await wait(checkEveryMs);
      continue;
    }
    const runs = await Promise.all(
      [...ids].map(async (runId) => {
        const { historyLength, historySize = 0 } = await client.workflow.getHandle(workflowId, runId).describe();
        return { historyLength, historySize, actions: await actionsOf(client, workflowId, runId) };
      }),
    );
    return {
      runs: runs.length,
      mostEvents: Math.max(...runs.map(({ historyLength }) => historyLength)),
      mostKilobytes: Math.max(...runs.map(({ historySize }) => historySize)) / bytesPerKilobyte,
      actionsEach: runs.reduce((sum, { actions }) => sum + actions, 0) / count,
    };
  }
}
