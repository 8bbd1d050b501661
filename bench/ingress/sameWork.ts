import type { Client } from '@temporalio/client';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';

/**
 * Proves that the two sides did the same work: what Temporal recorded of their first events differs in nothing but
 * the change set's id.
 *
 * @param bareId id of a change set that the bare call was made for
 * @param ingressId of one that went through the ingress
 * @throws Error with both records where they differ
 */
export async function assertSameWork(client: Client, bareId: string, ingressId: string): Promise<void> {
  const [bare, through] = await Promise.all([recordOf(client, bareId), recordOf(client, ingressId)]);
  if (bare === through) return;
  throw new Error(`the bare call and the ingress start different workflows:\n  ${bare}\n  ${through}`);
}

/** The start and the signal as recorded, with the id taken out and bytes as text. */
async function recordOf(client: Client, changeSetId: string): Promise<string> {
  const { events } = await client.workflow.getHandle(changeSetWorkflowId(changeSetId)).fetchHistory();
  const started = events?.find(({ workflowExecutionStartedEventAttributes: attributes }) => attributes);
  const signaled = events?.find(({ workflowExecutionSignaledEventAttributes: attributes }) => attributes);
  const start = started?.workflowExecutionStartedEventAttributes;
  const signal = signaled?.workflowExecutionSignaledEventAttributes;
  const record = {
    type: start?.workflowType?.name,
    taskQueue: start?.taskQueue?.name,
    input: start?.input,
    searchAttributes: start?.searchAttributes?.indexedFields,
    memo: start?.memo,
    userMetadata: started?.userMetadata,
    signal: signal?.signalName,
    signalInput: signal?.input,
  };
  return JSON.stringify(readable(record)).replaceAll(changeSetId, '{id}');
}

/** The same with bytes as text, so that an id within is found, and keys in order: the server gives maps in any. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, readable(item)]));
}
