import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;
type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

const digestCharacters = 8;

/** Where tests leave the histories of their workflows, by type and shape; `npm test` begins with none. */
export const testHistoriesFolder = fileURLToPath(new URL('../../../.steward/test-histories', import.meta.url));

/**
 * Eight hex digits that are the same for two histories of the same events: types in their order, with the names of
 * activities, timers, signals and updates, and what a run failed with, whatever their ids and times. A run that continues
 * another has another shape than one that was started.
 */
export function shapeOf({ events }: History): string {
  const names = (events ?? []).map((event) => `${event.eventType ?? 0} ${nameIn(event)}`);
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, digestCharacters);
}

function nameIn(event: HistoryEvent): string {
  return (
    event.activityTaskScheduledEventAttributes?.activityType?.name ??
    event.timerStartedEventAttributes?.timerId ??
    event.workflowExecutionSignaledEventAttributes?.signalName ??
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ??
    event.workflowExecutionFailedEventAttributes?.failure?.message ??
    (event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ? 'continued' : '')
  );
}

/**
 * The build ids of the versions of a Worker Deployment whose code carried a history on; none where its workers had no
 * version. What a test made with a version of its own cannot be replayed with today's workflows.
 */
export function buildIdsIn({ events }: History): ReadonlySet<string> {
  return new Set(
    (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId || []),
  );
}

/** The type of the workflow that a history is of. */
export function typeOf({ events }: History): string {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? 'unknown';
}
