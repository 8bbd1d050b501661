import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { defined } from '../defined.ts';
import { withMarks } from '../logging/marks.ts';
import { eventHeader } from '../workflows/shared/correlation.ts';

type Headers = Parameters<
  NonNullable<NonNullable<ReturnType<ActivityInterceptorsFactory>['inbound']>['execute']>
>[0]['headers'];

/** Anybody who may start activities may have written it: whatever is no text is none. */
function eventIdIn(headers: Headers): string | undefined {
  const { [eventHeader]: payload } = headers;
  if (payload === undefined) return undefined;
  try {
    const eventId: unknown = defaultPayloadConverter.fromPayload(payload);
    return typeof eventId === 'string' ? eventId : undefined;
  } catch {
    return undefined;
  }
}

/** Marks the log lines of each activity, those of the SDK included, with its workflow and the event that it is done for. */
export const correlated: ActivityInterceptorsFactory = ({ info }) => {
  let eventId: string | undefined;
  return {
    inbound: {
      execute(input, next) {
        eventId = eventIdIn(input.headers);
        const workflowId = info.workflowExecution?.workflowId;
        return withMarks(defined({ eventId, workflowId, activity: info.activityType }), () => next(input));
      },
    },
    outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, ...defined({ eventId }) }) },
  };
};
