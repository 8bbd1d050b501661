import { defaultPayloadConverter, type WorkflowInterceptors } from '@temporalio/workflow';
import { eventHeader, eventIdOf } from './shared/correlation.ts';

/**
 * Gives each activity the id of the event that the workflow was given last, as a header: no command is another for it, so
 * histories from before replay. A continued run has it from the run before, in its input.
 */
export function interceptors(): WorkflowInterceptors {
  let eventId: string | undefined;
  return {
    inbound: [
      {
        execute(input, next) {
          eventId ??= eventIdOf(input.args[0]);
          return next(input);
        },
        handleSignal(input, next) {
          eventId = eventIdOf(input.args[0]) ?? eventId;
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity(input, next) {
          if (eventId === undefined) return next(input);
          const headers = { ...input.headers, [eventHeader]: defaultPayloadConverter.toPayload(eventId) };
          return next({ ...input, headers });
        },
      },
    ],
  };
}
