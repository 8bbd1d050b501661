import { eventsOf, fieldsOf, fixture, fixtureBytes, parseBody, envelopeOf, withValue } from './fixtures.ts';
import type { FixtureName, Json, JsonRecord } from './fixtures.ts';
import { parse } from '../../src/events/parse.ts';
import { defined } from '../../src/defined.ts';

const product = {
  id: 'example-product-id',
  externalId: 'example-external-id',
  amazonSku: 'example-amazon-sku',
  sku: 'example-sku',
  buyabilityStatus: 'BUYABLE',
};
const eventBridge = 'buyabilityChanged.eventBridge';
const deprecated = 'buyabilityChanged.eventBridgeDeprecated';
const webhook = 'buyabilityChanged.webhook';

function buyabilityOf(name: FixtureName, body: Json) {
  return eventsOf(parseBody(name, body)).map((event) => {
    if (event.kind !== 'buyability.changed') throw new Error(`a ${event.kind}`);
    return event;
  });
}

describe('the three generations', () => {
  test.each([
    [webhook, 'webhook', 'key:example-idempotency-key', '2024-11-01', product, 0],
    [eventBridge, 'eventBridge', 'key:example-idempotency-key', '2024-11-01', product, 1],
    [deprecated, 'eventBridgeDeprecated', 'envelope:example-event-id', undefined, undefined, 1],
  ] as const)('%s', (name, generation, key, apiVersion, expectedProduct, noteCount) => {
    const sample = fixture(name);
    const notes = ['account is no AWS account id: string of 22 characters'].slice(0, noteCount);
    expect(eventsOf(parse(envelopeOf(name), fixtureBytes(name)))).toStrictEqual([
      {
        kind: 'buyability.changed',
        generation,
        eventId: `buyability:business-product-id:item-id:${key}`,
        occurredAt: '2025-01-20T12:34:56.000Z',
        eventTime: '2025-01-20T12:34:56.000Z',
        businessProductId: 'business-product-id',
        itemId: 'item-id',
        ...defined({ apiVersion, product: expectedProduct }),
        detail: name === webhook ? sample : sample['detail'],
        notes,
      },
    ]);
  });

  test('an account of 12 digits is the account and needs no note', () => {
    const body = withValue(fixture(eventBridge), ['account'], '123456789012');
    expect(buyabilityOf(eventBridge, body)).toMatchObject([{ account: '123456789012', notes: [] }]);
  });
});

describe('data', () => {
  const emptyOnes: [string, Json | undefined][] = [
    ['missing', undefined],
    ['null', null],
    ['empty', {}],
    ['without a product', { other: 1 }],
    ['with product null', { product: null }],
  ];
  test.each(emptyOnes)('%s: no product, and no word on buyability', (_, data) => {
    expect(buyabilityOf(webhook, withValue(fixture(webhook), ['data'], data))[0]?.product).toBeUndefined();
    const [event] = buyabilityOf(eventBridge, withValue(fixture(eventBridge), ['detail', 'data'], data));
    expect(event?.generation).toBe('eventBridge');
    expect(event).not.toHaveProperty('product');
  });

  const partialOnes: [string, Json, object][] = [
    ['an empty product', {}, {}],
    ['nulls, as GraphQL gives them', { id: null, sku: null, externalId: { value: null }, buyability: null }, {}],
    ['a status nobody knows', { buyability: { status: 'buyable-ish' } }, { buyabilityStatus: 'buyable-ish' }],
    ['no status', { id: 'p', buyability: {} }, { id: 'p' }],
  ];
  test.each(partialOnes)('%s: a product with what is there', (_, given, expected) => {
    const [event] = buyabilityOf(webhook, withValue(fixture(webhook), ['data', 'product'], given));
    expect(event?.product).toStrictEqual(expected);
  });
});

describe('fields that hold the same value by the vendor’s word', () => {
  const inner = (key: string, value: Json): JsonRecord => withValue(fixture(eventBridge), ['detail', key], value);

  test('another eventTime: the inner one counts, both are kept', () => {
    const [event] = buyabilityOf(eventBridge, inner('eventTime', '2025-01-20T12:00:00Z'));
    expect(event?.eventTime).toBe('2025-01-20T12:00:00.000Z');
    expect(event?.occurredAt).toBe('2025-01-20T12:00:00.000Z');
    expect(event?.notes.join('\n')).toMatch(/detail\.eventTime .*12:00:00\.000Z.* time .*12:34:56\.000Z/);
  });

  test('the same instant with another offset is no difference', () => {
    const [event] = buyabilityOf(eventBridge, inner('eventTime', '2025-01-20T14:34:56+02:00'));
    expect(event?.notes.join('\n')).not.toContain('eventTime');
  });

  test('other resources: the inner ones count, both are kept', () => {
    const events = buyabilityOf(eventBridge, inner('resources', ['businessProduct/other/items/inner']));
    expect(events).toMatchObject([{ businessProductId: 'other', itemId: 'inner' }]);
    expect(events[0]?.notes.join('\n')).toMatch(/detail\.resources .*inner.* resources .*business-product-id/);
  });

  test('another eventId: the inner one counts, both are kept', () => {
    const body = withValue(inner('eventId', 'inner-id'), ['detail', 'idempotencyKey'], undefined);
    const [event] = buyabilityOf(eventBridge, body);
    expect(event?.eventId).toBe('buyability:business-product-id:item-id:event:inner-id');
    expect(event?.notes.join('\n')).toMatch(/detail\.eventId .*inner-id.* id .*example-event-id/);
  });

  test('what is missing inside is taken from the envelope', () => {
    const body = ['eventTime', 'resources'].reduce(
      (left, key) => withValue(left, ['detail', key], undefined),
      fixture(eventBridge),
    );
    expect(buyabilityOf(eventBridge, body)).toMatchObject([
      { generation: 'eventBridge', eventTime: '2025-01-20T12:34:56.000Z', itemId: 'item-id' },
    ]);
  });
});

describe('a webhook on its own', () => {
  test('without idempotencyKey it goes by its eventId', () => {
    const [event] = buyabilityOf(webhook, withValue(fixture(webhook), ['idempotencyKey'], undefined));
    expect(event?.eventId).toBe('buyability:business-product-id:item-id:event:example-event-id');
  });

  test('without either it is unreadable', () => {
    const body = withValue(withValue(fixture(webhook), ['idempotencyKey'], undefined), ['eventId'], undefined);
    expect(fieldsOf(parseBody(webhook, body))).toEqual(['idempotencyKey']);
  });

  test('without a descriptor it is unreadable', () => {
    for (const descriptor of [undefined, null, 7, {}]) {
      const body = withValue(fixture(webhook), ['eventDescriptor'], descriptor);
      expect(fieldsOf(parseBody(webhook, body))).toEqual(['eventDescriptor']);
    }
  });
});

describe('several items', () => {
  test('give one event each, with an identity each', () => {
    const body = withValue(
      fixture(webhook),
      ['resources'],
      ['businessProduct/b/items/one', 'businessProduct/b/items/two', 'businessProduct/b/items/one'],
    );
    expect(buyabilityOf(webhook, body).map(({ itemId, eventId }) => [itemId, eventId])).toEqual([
      ['one', 'buyability:b:one:key:example-idempotency-key'],
      ['two', 'buyability:b:two:key:example-idempotency-key'],
    ]);
  });
});
