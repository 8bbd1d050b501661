import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import type { Notice } from '../../../src/workflows/shared/notices.ts';

/** The id of a completed workflow task. */
export type ResetPoint = NonNullable<temporal.api.history.v1.IHistoryEvent['eventId']>;

/** Where a run can be reset to, the oldest first. */
export async function resetPoints(handle: WorkflowHandle): Promise<readonly ResetPoint[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes: completed }) =>
    completed && eventId ? [eventId] : [],
  );
}

/**
 * Resets a run, open or closed, to one of its points; signals that came after it are applied again.
 * @returns the id of the run that goes on from there.
 */
export async function resetTo(
  client: Client,
  run: { readonly workflowId: string; readonly runId: string },
  point: ResetPoint,
): Promise<string> {
  const request: temporal.api.workflowservice.v1.IResetWorkflowExecutionRequest = {
    namespace: client.options.namespace,
    workflowExecution: run,
    workflowTaskFinishEventId: point,
    reason: 'resets are tried',
    requestId: randomUUID(),
  };
  return (await client.workflowService.resetWorkflowExecution(request)).runId;
}

/**
 * What a notice is about: its kind, title and first line, without times, and without the name of the change set, which an
 * early notice does not know. The rest says how things stand at the moment.
 */
function decisionOf({ kind, title, lines }: Notice): string {
  const times = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: UTC|Z)?|\b\d+ (?:seconds|minutes|hours|days)\b/g;
  const names = /“[^”]*” \(([\w-]+)\)/g;
  const distances = /(?:overdue since|due) … \((?:in …|… ago)\)/g;
  return [kind, title, ...lines.slice(0, 1)]
    .join('\n')
    .replaceAll(times, '…')
    .replaceAll(distances, 'due …')
    .replaceAll(names, '$1');
}

/** Identities under which several decisions were reported: no two share one. */
export function sharedIdentities(notices: readonly Notice[]): readonly string[] {
  const said = new Map<string, Set<string>>();
  for (const notice of notices) said.set(notice.id, (said.get(notice.id) ?? new Set()).add(decisionOf(notice)));
  return [...said].flatMap(([id, words]) => (words.size > 1 ? [[id, ...words].join('\n')] : []));
}

/** Every notice that the histories of a namespace hold: those of all runs, of reset and closed ones as well. */
export async function decidedNotices(client: Client): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { activityTaskScheduledEventAttributes: scheduled } of events ?? []) {
      const [payload] = scheduled?.input?.payloads ?? [];
      if (scheduled?.activityType?.name !== 'sendNotice' || payload === undefined) continue;
      notices.push(defaultPayloadConverter.fromPayload<Notice>(payload));
    }
  }
  return notices;
}
