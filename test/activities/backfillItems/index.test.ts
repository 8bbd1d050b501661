import { setImmediate } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createBackfillActivities } from '../../../src/activities/backfillItems/index.ts';
import { failure } from '../../../src/failures.ts';
import type { DeliveredItems } from '../../../src/workflows/backfillItems/contract.ts';
import type { ItemReference } from '../../../src/workflows/itemBuyability/contract.ts';

const batch = {
  eventId: 'backfill:run-1',
  items: Array.from({ length: 25 }, (_, index) => ({ businessProductId: 'm', itemId: `item-${index}` })),
};

/** Runs the activity over a port that refuses some items, and keeps what it was given. */
async function deliverItems(
  refuses: (item: ItemReference) => boolean,
  heartbeatDetails?: unknown,
): Promise<{ result: DeliveredItems; given: string[]; heartbeats: unknown[]; atOnce: number }> {
  const given: string[] = [];
  const heartbeats: unknown[] = [];
  let open = 0;
  let atOnce = 0;
  const activities = createBackfillActivities({
    items: {
      async recheck(item, eventId) {
        open += 1;
        atOnce = Math.max(atOnce, open);
        given.push(`${item.itemId} ${eventId}`);
        await setImmediate();
        open -= 1;
        if (refuses(item)) throw failure('Unreachable', `not now: ${item.itemId}`);
        return { wasOpen: item.itemId.endsWith('0') };
      },
    },
  });
  const environment = new MockActivityEnvironment({ heartbeatDetails });
  environment.on('heartbeat', (details) => heartbeats.push(details));
  const result = (await environment.run(() => activities.deliverItems(batch))) as DeliveredItems;
  return { result, given, heartbeats, atOnce };
}

test('every item is delivered once, ten at a time, with the identity of the backfill', async () => {
  const { result, given, heartbeats, atOnce } = await deliverItems(() => false);
  expect(given).toEqual(batch.items.map(({ itemId }) => `${itemId} backfill:run-1`));
  expect(result).toEqual({ alreadyOpen: 3, undelivered: [] });
  expect(atOnce).toBe(10);
  expect(heartbeats).toMatchObject([{ done: 10 }, { done: 20 }, { done: 25 }]);
});

test('an undelivered item does not hold up the others, and is listed with its reason', async () => {
  const { result, given } = await deliverItems(({ itemId }) => itemId === 'item-3' || itemId === 'item-21');
  expect(given).toHaveLength(25);
  expect(result.undelivered).toEqual([
    { index: 3, reason: 'not now: item-3' },
    { index: 21, reason: 'not now: item-21' },
  ]);
});

test('an attempt after a dead one starts where the last heartbeat stood', async () => {
  const before = { done: 20, alreadyOpen: 2, undelivered: [{ index: 3, reason: 'not now: item-3' }] };
  const { result, given } = await deliverItems(() => false, before);
  expect(given).toHaveLength(5);
  expect(given[0]).toBe('item-20 backfill:run-1');
  expect(result).toEqual({ alreadyOpen: 3, undelivered: [{ index: 3, reason: 'not now: item-3' }] });
});

test('a cancelled attempt delivers nothing more', async () => {
  const given: string[] = [];
  const environment = new MockActivityEnvironment();
  const activities = createBackfillActivities({
    items: {
      async recheck({ itemId }) {
        given.push(itemId);
        if (itemId === 'item-9') environment.cancel();
        return { wasOpen: false };
      },
    },
  });
  await expect(environment.run(() => activities.deliverItems(batch))).rejects.toThrow('CANCELLED');
  expect(given).toHaveLength(10);
});
