import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { serverPageSize } from './firstRows.ts';

/** Rows as the server orders them, the newest first. */
export interface NewestFirst {
  readonly rows: readonly WorkflowExecutionInfo[];
  /** The server's own word for where the next page begins; absent where no row is left. */
  readonly next?: Buffer;
}

/**
 * Lists the newest workflows of a visibility query, in as many pages of the server as it takes.
 * @param token where the page before has ended.
 * @param progress hears how many rows there are after each page of the server.
 */
export async function listNewestFirst(
  client: Client,
  query: string,
  wanted: number,
  { token, progress }: { readonly token?: Buffer; readonly progress?: (rows: number) => void } = {},
): Promise<NewestFirst> {
  const { namespace, loadedDataConverter } = client.options;
  const rows: WorkflowExecutionInfo[] = [];
  let nextPageToken = token;
  do {
    const { executions, nextPageToken: next } = await client.workflowService.listWorkflowExecutions({
      namespace,
      query,
      pageSize: Math.min(wanted - rows.length, serverPageSize),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
    });
    for (const raw of executions ?? []) {
      rows.push(await executionInfoFromRaw(raw, loadedDataConverter, raw, namespace));
    }
    nextPageToken = next && next.length > 0 ? Buffer.from(next) : undefined;
    progress?.(rows.length);
  } while (nextPageToken !== undefined && rows.length < wanted);
  return nextPageToken === undefined ? { rows } : { rows, next: nextPageToken };
}
