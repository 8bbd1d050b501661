import { Context } from '@temporalio/activity';
import { pMapIterable } from 'p-map';
import type { ItemRecheck } from '../../delivery/itemRecheck.ts';
import type { BackfillItemsActivities, DeliveredItems } from '../../workflows/backfillItems/contract.ts';

interface Progress extends DeliveredItems {
  /** Items of the batch that are done, from its beginning on. */
  readonly done: number;
}

/** Deliveries at once: enough for the highest rate, and a load that the server does not feel. */
const atOnce = 10;

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'done' in value && 'undelivered' in value;
}

/** Makes the activities from the deliveries to the items' workflows. */
export function createBackfillActivities({ items: port }: { items: ItemRecheck }): BackfillItemsActivities {
  return {
    async deliverItems({ eventId, items }) {
      const context = Context.current();
      const before: unknown = context.info.heartbeatDetails;
      let progress: Progress = isProgress(before) ? before : { done: 0, alreadyOpen: 0, undelivered: [] };
      // In the order of the list: a heartbeat says how far the next attempt may skip.
      const results = pMapIterable(
        items.slice(progress.done),
        async (item) => {
          context.cancellationSignal.throwIfAborted();
          try {
            return { wasOpen: (await port.recheck(item, eventId)).wasOpen };
          } catch (error) {
            return { reason: error instanceof Error ? error.message : String(error) };
          }
        },
        { concurrency: atOnce },
      );
      for await (const result of results) {
        const { done, alreadyOpen, undelivered } = progress;
        progress = {
          done: done + 1,
          alreadyOpen: alreadyOpen + ('wasOpen' in result && result.wasOpen ? 1 : 0),
          undelivered: 'reason' in result ? [...undelivered, { index: done, reason: result.reason }] : undelivered,
        };
        if (progress.done % atOnce === 0 || progress.done === items.length) context.heartbeat(progress);
      }
      const { alreadyOpen, undelivered } = progress;
      return { alreadyOpen, undelivered };
    },
  };
}
