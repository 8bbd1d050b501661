import { defined } from '../defined.ts';
import { inventoryIdentity, ownKey, type BuyabilityKey } from './identity.ts';
import { idKinds } from './ids.ts';
import { readItems } from './resources.ts';
import { inventoryEnvelope, inventoryWebhook } from './schemas/buyWithPrime.ts';
import type { InventoryChanged, JsonObject, ReaderResult } from './types.ts';

type Shared = Omit<InventoryChanged, 'eventId' | 'businessProductId' | 'itemId'>;

/** Reads the body of a webhook that says INVENTORY_CHANGED. */
export function readInventoryWebhook(body: JsonObject): ReaderResult {
  const parsed = inventoryWebhook.safeParse(body);
  if (!parsed.success) return notReadable;
  const { idempotencyKey, eventId, eventTime, resources } = parsed.data;
  const key = ownKey(idempotencyKey, eventId);
  if (key === undefined) return notReadable;
  const shared: Shared = { kind: 'inventory.changed', occurredAt: eventTime, detail: body, notes: [] };
  return eventPerItem(shared, key, resources);
}

/** Reads an EventBridge envelope that says INVENTORY_CHANGED. */
export function readInventoryEnvelope(body: JsonObject, detail: JsonObject): ReaderResult {
  const parsed = inventoryEnvelope.safeParse(body);
  if (!parsed.success) return notReadable;
  const { id, account, time, resources, detail: inner } = parsed.data;
  const key = ownKey(inner.idempotencyKey, inner.eventId) ?? { kind: 'envelope', value: id };
  const shared: Shared = {
    kind: 'inventory.changed',
    occurredAt: inner.eventTime ?? time,
    detail,
    notes: [],
    ...defined({ account: idKinds.account.matches(account) ? account : undefined }),
  };
  return eventPerItem(shared, key, inner.resources ?? resources ?? []);
}

const notReadable: ReaderResult = {
  outcome: 'nothing',
  reason: 'a change of inventory that names no item in the documented form: nothing is checked',
};

/**
 * One event for each item. The event only hints that an item may be worth a query, so one that cannot be read is ignored,
 * where one that says something about buyability would be kept.
 */
function eventPerItem(shared: Shared, key: BuyabilityKey, resources: readonly string[]): ReaderResult {
  // The vendor's sample has `businessProduct/{id}/item-quantities/{id}` (Buy with Prime API, "INVENTORY_CHANGED").
  const read = readItems(resources, 'resources', ['item-quantities', 'items']);
  if (!read.ok) return notReadable;
  const [first, ...rest] = read.items.map(({ businessProductId, itemId }): InventoryChanged => ({
    ...shared,
    eventId: inventoryIdentity(key, businessProductId, itemId),
    businessProductId,
    itemId,
  }));
  return first === undefined ? notReadable : { outcome: 'events', events: [first, ...rest] };
}
