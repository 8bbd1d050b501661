import { Context } from '@temporalio/activity';
import type { ItemRecheck } from '../../delivery/itemRecheck.ts';
import type { ItemReference } from '../../workflows/backfillItems/contract.ts';

/** Part of a list, and the identity by which an item's workflow knows a repeat. */
interface ItemBatch {
  readonly eventId: string;
  readonly items: readonly ItemReference[];
}

/** What became of a batch: what is not listed was taken. */
export interface FoundDelivery {
  /** Of those that were taken, so many had an open workflow before. */
  readonly alreadyOpen: number;
  /** `index` is the position in the batch. */
  readonly notTaken: ReadonlyArray<{ readonly index: number; readonly reason: string }>;
}

/** Activities of a backfill of items. */
export interface BackfillActivities {
  /**
   * Hands every item of the batch to its own workflow. A try that follows one that was cut off goes on where the last
   * heartbeat stood; what that one had handed over since is handed over again, and known as a repeat by the item.
   */
  deliverItems(batch: ItemBatch): Promise<FoundDelivery>;
}

interface Progress extends FoundDelivery {
  readonly done: number;
}

/** Hand-overs under way at once: enough for the highest rate, and no burst to speak of for the server. */
const atOnce = 10;

function isProgress(value: unknown): value is Progress {
  return typeof value === 'object' && value !== null && 'done' in value && 'notTaken' in value;
}

/** Makes the activities over the way to the items' workflows. */
export function createBackfillActivities({ items: port }: { items: ItemRecheck }): BackfillActivities {
  async function deliverPart(
    { eventId, items }: ItemBatch,
    { done, alreadyOpen, notTaken }: Progress,
  ): Promise<Progress> {
    const part = items.slice(done, done + atOnce);
    const results = await Promise.allSettled(part.map((item) => port.recheck(item, eventId)));
    const refused = results.flatMap((result, index) =>
      result.status === 'rejected' ? [{ index: done + index, reason: reasonOf(result.reason) }] : [],
    );
    const open = results.filter((result) => result.status === 'fulfilled' && result.value.wasOpen);
    return {
      done: done + part.length,
      alreadyOpen: alreadyOpen + open.length,
      notTaken: [...notTaken, ...refused],
    };
  }
  return {
    async deliverItems(batch) {
      const context = Context.current();
      const before: unknown = context.info.heartbeatDetails;
      let progress: Progress = isProgress(before) ? before : { done: 0, alreadyOpen: 0, notTaken: [] };
      while (progress.done < batch.items.length) {
        context.cancellationSignal.throwIfAborted();
        progress = await deliverPart(batch, progress);
        context.heartbeat(progress);
      }
      const { alreadyOpen, notTaken } = progress;
      return { alreadyOpen, notTaken };
    },
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
