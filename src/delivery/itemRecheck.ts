import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { failure } from '../ports/failures.ts';
import type { ItemRecheck } from '../ports/itemRecheck.ts';
import { itemWorkflowId } from '../workflows/itemBuyability/messages.ts';
import type { RouteContext } from './context.ts';
import { deliver, deliverWithinMs } from './deliver.ts';
import { recheckDelivery } from './routeItem.ts';

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
