import type { Client, WorkflowHandle } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { itemWorkflowId } from '../../../src/workflows/itemBuyability/contract.ts';

/** The names of a run's history events, without the words that all of them share. */
export async function history(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const { EventType } = temporal.api.enums.v1;
  return (events ?? []).map(({ eventType }) => (EventType[eventType ?? 0] ?? '').replace('EVENT_TYPE_', ''));
}

/**
 * Why workflow tasks of a run failed. Where a message came while a task was ending the run, the server has it done again,
 * with the message: that is no failure of the workflow's.
 */
export async function taskFailures(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const { WorkflowTaskFailedCause: Cause } = temporal.api.enums.v1;
  const causes = (events ?? []).flatMap((event) => event.workflowTaskFailedEventAttributes?.cause ?? []);
  return causes
    .filter((cause) => cause !== Cause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND)
    .map((cause) => (Cause[cause] ?? '').replace('WORKFLOW_TASK_FAILED_CAUSE_', ''));
}

/** All that stands in a value, bytes included, as text. */
export function textsIn(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(textsIn).join('\n');
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : '';
  return Object.values(value).map(textsIn).join('\n');
}

/** All that stands in a run's history, payloads included, as text. */
export async function historyText(handle: WorkflowHandle): Promise<string> {
  return textsIn((await handle.fetchHistory()).events);
}

/** The number of events in a workflow's history, and how many there are of each type. */
export async function historyOf(handle: WorkflowHandle): Promise<{ events: number; count: (type: string) => number }> {
  const names = await history(handle);
  return { events: names.length, count: (type) => names.filter((name) => name === type).length };
}

/** How many rechecks reached an item's workflow, repeats included, and how many product queries it began. */
export async function itemHistory(
  client: Client,
  businessProductId: string,
  itemId: string,
): Promise<{ readonly rechecks: number; readonly queries: number }> {
  const { count } = await historyOf(client.workflow.getHandle(itemWorkflowId(businessProductId, itemId)));
  return { rechecks: count('WORKFLOW_EXECUTION_SIGNALED'), queries: count('ACTIVITY_TASK_SCHEDULED') };
}
