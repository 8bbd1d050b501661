import { bytesOf, eventsOf, type Json } from './fixtures.ts';
import { parse } from '../../src/events/parse.ts';

const source = 'aws.partner/buywithprime/one';
const descriptor = 'INVENTORY_CHANGED';
const envelope = (changes: Record<string, Json> = {}) => ({
  version: '0',
  id: 'id-1',
  'detail-type': descriptor,
  source,
  account: '123456789012',
  time: '2026-03-01T12:00:00Z',
  region: 'us-east-1',
  resources: ['businessProduct/b-1/item-quantities/i-1'],
  detail: {},
  ...changes,
});
const webhook = (changes: Record<string, Json> = {}) => ({
  idempotencyKey: 'key-1',
  eventDescriptor: descriptor,
  resources: ['businessProduct/b-1/item-quantities/i-1'],
  eventId: 'event-1',
  eventTime: '2026-03-01T12:00:00Z',
  data: {},
  ...changes,
});

test('the form that the vendor documents', () => {
  expect(eventsOf(parse('eventbridge', bytesOf(envelope())))).toEqual([
    {
      kind: 'inventory.changed',
      eventId: 'inventory:b-1:i-1:envelope:id-1',
      account: '123456789012',
      occurredAt: '2026-03-01T12:00:00.000Z',
      businessProductId: 'b-1',
      itemId: 'i-1',
      detail: {},
      notes: [],
    },
  ]);
});

test('with content, in the envelope and by webhook, it has one identity', () => {
  const byWebhook = eventsOf(parse('webhook', bytesOf(webhook())));
  const byEventBridge = eventsOf(parse('eventbridge', bytesOf(envelope({ detail: webhook({ resources: null }) }))));
  expect(byWebhook.map(({ eventId }) => eventId)).toEqual(['inventory:b-1:i-1:key:key-1']);
  expect(byEventBridge.map(({ eventId }) => eventId)).toEqual(['inventory:b-1:i-1:key:key-1']);
});

test('an item may stand in the form of the other events; each item has an event', () => {
  const resources = ['businessProduct/b-1/items/i-1', 'businessProduct/b-1/item-quantities/i-2'];
  const events = eventsOf(parse('webhook', bytesOf(webhook({ resources }))));
  expect(events.map((event) => event.kind === 'inventory.changed' && event.itemId)).toEqual(['i-1', 'i-2']);
});

test.each<[string, Json]>([
  ['of no known form', 'businessProduct/b-1/warehouse/w-1'],
  ['of an order', 'businessProduct/b-1/order/o-1'],
  ['that is no text', 7],
  ['with an id that would break out of a path', 'businessProduct/b-1/item-quantities/..'],
])('one with a resource %s is ignored, and never quarantined', (_name, resource) => {
  for (const result of [
    parse('webhook', bytesOf(webhook({ resources: [resource] }))),
    parse('eventbridge', bytesOf(envelope({ resources: [resource] }))),
  ]) {
    expect(result).toMatchObject({ outcome: 'ignored', kind: 'buy-with-prime/INVENTORY_CHANGED' });
  }
});

test('an item of a quantity is no item of a buyability event', () => {
  const body = { ...envelope(), 'detail-type': 'BUYABILITY_CHANGED' };
  expect(parse('eventbridge', bytesOf(body)).outcome).toBe('unreadable');
});
