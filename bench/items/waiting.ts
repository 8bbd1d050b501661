import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import pMap from 'p-map';
import { itemDelivery } from '../../src/delivery/routing/routeItem.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import * as ids from '../../src/events/ids.ts';
import type { BuyabilityChanged } from '../../src/events/types.ts';
import type { Policies } from '../../src/config/policySchema.ts';

/** How many deliveries are under way at once. */
const atOnce = 32;
const deliverWithinMs = 30_000;

/** The merchant of the items that wait. */
export const merchant = 'bench-business-product';

/** An event without data, of a fresh item: it says nothing, so the product has to be asked for. */
function emptyEvent(): BuyabilityChanged {
  const now = new Date().toISOString();
  return {
    kind: 'buyability.changed',
    generation: 'eventBridgeDeprecated',
    eventId: ids.eventId(randomUUID()),
    occurredAt: now,
    eventTime: now,
    businessProductId: ids.businessProductId(merchant),
    itemId: ids.itemId(`item-${randomUUID()}`),
    detail: {},
    notes: [],
  };
}

/**
 * Starts so many workflows of items as the ingress does, straight by the client.
 * @param onStarted hears how many there are
 * @throws Error where one is not taken
 */
export async function startWaitingItems(
  client: Client,
  { count, policies, onStarted }: { count: number; policies: Policies; onStarted: (done: number) => void },
): Promise<void> {
  let done = 0;
  const startOne = async (): Promise<void> => {
    const delivery = itemDelivery(emptyEvent(), { accounts: {}, policies });
    const { outcome } = await deliver(client, delivery, deliverWithinMs);
    if (outcome !== 'delivered') throw new Error(`an event of ${delivery.workflowId} was answered ${outcome}`);
    done += 1;
    onStarted(done);
  };
  await pMap(Array.from({ length: count }), startOne, { concurrency: atOnce });
}
