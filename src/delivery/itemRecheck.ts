import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { failure } from '../failures.ts';
import { itemWorkflowId } from '../workflows/itemBuyability/contract.ts';
import type { RouteContext } from './context.ts';
import { deliver, deliverWithinMs } from './deliver.ts';
import { recheckDelivery } from './routing/routeItem.ts';
import type { ItemReference } from '../workflows/backfillItems/contract.ts';

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

/** The way to the items' workflows for a backfill: the same delivering as for events. */
export function createItemRecheck(client: Client, context: Pick<RouteContext, 'policies'>): ItemRecheck {
  return {
    async recheck(item, eventId) {
      const wasOpen = await isOpen(client, itemWorkflowId(item.businessProductId, item.itemId));
      const delivered = await deliver(client, recheckDelivery(item, eventId, context));
      if (delivered.outcome === 'unavailable') throw failure('Unreachable', delivered.reason);
      return { wasOpen };
    },
  };
}

/** Only counted: what delivers decides nothing by it. */
async function isOpen(client: Client, workflowId: string): Promise<boolean> {
  try {
    const describe = () => client.workflow.getHandle(workflowId).describe();
    const { status } = await client.withDeadline(Date.now() + deliverWithinMs, describe);
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw failure('Unreachable', `Temporal did not say whether ${workflowId} is open`, { cause: error });
  }
}
