import type { Client } from '@temporalio/client';
import { itemWorkflowId, type ItemReference } from '../workflows/itemBuyability/contract.ts';
import { deliverOrThrow } from './deliver.ts';
import type { RouteContext } from './delivery.ts';
import { recheckDelivery } from './routing/routeItem.ts';
import { describeOrThrow } from './workflows.ts';

/** Has items checked again by their own workflows, by the same delivery as events. */
export interface ItemRecheck {
  /**
   * Delivers the request to the item's workflow, which is started where none is open.
   * @param eventId the request's identity: an item's workflow knows a repeat by it.
   * @returns whether a workflow of the item was open before.
   * @throws a failure of type Unreachable where Temporal does not take it.
   */
  recheck(item: ItemReference, eventId: string): Promise<{ readonly wasOpen: boolean }>;
}

/** Makes an {@link ItemRecheck}. */
export function createItemRecheck(client: Client, context: Pick<RouteContext, 'policies'>): ItemRecheck {
  return {
    async recheck(item, eventId) {
      // Only counted: the delivery does not depend on it.
      const before = await describeOrThrow(client, itemWorkflowId(item.businessProductId, item.itemId));
      await deliverOrThrow(client, recheckDelivery(item, eventId, context));
      return { wasOpen: before?.status.name === 'RUNNING' };
    },
  };
}
