import type { ItemReference } from '../workflows/backfillItems/messages.ts';

/** Has items asked for again by their own workflows, over the one way by which messages reach workflows. */
export interface ItemRecheck {
  /**
   * Hands the wish to the item's workflow, which is started where none is open.
   * @param eventId the wish's identity: an item's workflow knows a repeat by it.
   * @returns whether a workflow of the item was open before.
   * @throws a failure of type Unreachable where Temporal does not take it.
   */
  recheck(item: ItemReference, eventId: string): Promise<{ readonly wasOpen: boolean }>;
}
