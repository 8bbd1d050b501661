import { Context } from '@temporalio/activity';
import type { EventDelivery } from '../../delivery/eventDelivery.ts';
import type { FanOutActivities } from '../../workflows/eventFanOut/contract.ts';
import { withHeartbeat } from '../heartbeat.ts';

interface Progress {
  /** Positions of the parts that Temporal has. */
  readonly done: readonly number[];
}

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'done' in value && Array.isArray(value.done);
}

/** Makes the activities over the delivery of events. */
export function createFanOutActivities({ delivery }: { delivery: Pick<EventDelivery, 'fanOut'> }): FanOutActivities {
  return {
    async fanOut({ envelope, bytesBase64 }) {
      const context = Context.current();
      const before: unknown = context.info.heartbeatDetails;
      const done = new Set(isProgress(before) ? before.done : []);
      const progress = (): Progress => ({ done: [...done] });
      const { cancellationSignal } = context;
      return withHeartbeat(progress, async () => {
        try {
          return await delivery.fanOut(envelope, Buffer.from(bytesBase64, 'base64'), done, cancellationSignal);
        } finally {
          // The next attempt begins with what this one has done.
          context.heartbeat(progress());
        }
      });
    },
  };
}
