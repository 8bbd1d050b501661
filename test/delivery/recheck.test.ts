import { itemDelivery, recheckDelivery } from '../../src/delivery/routing/routeItem.ts';
import { businessProductId, eventId, itemId } from '../../src/events/ids.ts';
import type { BuyabilityChanged } from '../../src/events/types.ts';

const context = { accounts: {}, policies: { itemBuyability: { lingerMs: 5_000 } } };
const event: BuyabilityChanged = {
  kind: 'buyability.changed',
  generation: 'eventBridge',
  eventId: eventId('event-1'),
  occurredAt: '2026-03-01T12:00:00.000Z',
  eventTime: '2026-03-01T12:00:00.000Z',
  businessProductId: businessProductId('m'),
  itemId: itemId('a'),
  detail: {},
  notes: [],
};

test('a wish to ask again goes where an event of the item goes, and starts the same workflow', () => {
  const { kind: _kind, eventId: _id, signal: _signal, ...ofEvent } = itemDelivery(event, context);
  const recheck = recheckDelivery({ businessProductId: 'm', itemId: 'a' }, 'backfill:run-1', context);
  const { kind, eventId: identity, signal, ...ofRecheck } = recheck;
  expect(ofRecheck).toEqual(ofEvent);
  expect({ kind, identity, signal }).toEqual({
    kind: 'itemRecheck',
    identity: 'backfill:run-1',
    signal: { name: 'recheck', message: { eventId: 'backfill:run-1' } },
  });
});
