import { eventsOf, fieldsOf, fixture, parseBody, withValue } from './fixtures.ts';
import type { FixtureName, Json, JsonRecord, Path } from './fixtures.ts';

// A test for each row of the vendor's tables "Fields" and "Detail fields", named by it.

const webhook = 'buyabilityChanged.webhook';
const eventBridge = 'buyabilityChanged.eventBridge';
const deprecated = 'buyabilityChanged.eventBridgeDeprecated';
const envelopes: readonly FixtureName[] = [eventBridge, deprecated];

function eventOf(name: FixtureName, changes: ReadonlyArray<readonly [Path, Json | undefined]> = []) {
  const body = changes.reduce<JsonRecord>((left, [path, value]) => withValue(left, path, value), fixture(name));
  const [event] = eventsOf(parseBody(name, body));
  if (event?.kind !== 'buyability.changed') throw new Error(`a ${event?.kind}`);
  return event;
}

const problemsAt = (name: FixtureName, path: Path, value: Json) =>
  fieldsOf(parseBody(name, withValue(fixture(name), path, value)));

describe.each(envelopes)('fields of the envelope: %s', (name) => {
  test.each(['version', 'region'])('%s decides nothing', (field) => {
    expect(eventOf(name, [[[field], 'another']])).toEqual(eventOf(name));
  });

  test('id, made by EventBridge, is the identity where the event has none of its own', () => {
    const bare = [[['id'], 'by-eventbridge'] as const, [['detail'], {}] as const];
    expect(eventOf(name, bare).eventId).toBe('buyability:business-product-id:item-id:envelope:by-eventbridge');
  });

  test('detail-type is BUYABILITY_CHANGED, and nothing else is taken for it', () => {
    expect(eventOf(name).kind).toBe('buyability.changed');
    for (const other of ['ORDER_CREATED', 'buyability_changed', '']) {
      expect(parseBody(name, withValue(fixture(name), ['detail-type'], other)).outcome).toBe('unknownKind');
    }
  });

  test('source names the partner event source, whatever its name', () => {
    expect(eventOf(name, [[['source'], 'aws.partner/buywithprime/of-my-own']])).toEqual(eventOf(name));
    for (const other of ['aws.partner/buywithprime/', 'aws.partner/other/name', 'buywithprime']) {
      expect(problemsAt(name, ['source'], other)).toEqual(['source']);
    }
  });

  test('account hosts the partner event source: it is reported and decides neither item nor identity', () => {
    const { account, notes: _, ...rest } = eventOf(name, [[['account'], '123456789012']]);
    const { account: none, notes: __, ...restOfSample } = eventOf(name);
    expect([account, none]).toEqual(['123456789012', undefined]);
    expect(rest).toEqual(restOfSample);
  });

  test('time, ISO 8601 with any offset, is when it was published where the event itself does not say', () => {
    const changes = [[['time'], '2025-01-20T14:34:56+01:00'] as const, [['detail', 'eventTime'], undefined] as const];
    expect(eventOf(name, changes)).toMatchObject({
      eventTime: '2025-01-20T13:34:56.000Z',
      occurredAt: '2025-01-20T13:34:56.000Z',
    });
  });

  test('detail may be empty: that is the deprecated generation', () => {
    const event = eventOf(name, [[['detail'], {}]]);
    expect(event).toMatchObject({ generation: 'eventBridgeDeprecated', itemId: 'item-id' });
    expect(event).not.toHaveProperty('product');
  });
});

describe.each<readonly [FixtureName, Path]>([
  [webhook, ['resources']],
  [eventBridge, ['detail', 'resources']],
  [deprecated, ['resources']],
])('resources: %s', (name, path) => {
  test('each starts with businessProduct/{businessProductId}/, followed by types and ids in pairs', () => {
    const pairs = [
      'businessProduct/p1/items/i1',
      'businessProduct/p1/variants/v/items/i2',
      'businessProduct/p2/items/i1',
    ];
    const events = eventsOf(parseBody(name, withValue(fixture(name), path, pairs)));
    expect(events).toMatchObject([
      { businessProductId: 'p1', itemId: 'i1' },
      { businessProductId: 'p1', itemId: 'i2' },
      { businessProductId: 'p2', itemId: 'i1' },
    ]);
    expect(events[0]?.notes.join('\n')).toContain('(variants): businessProduct/p1/variants/v/items/i2');
  });

  test.each(['items/i', 'business/p/items/i', 'businessProduct/p/items', '/businessProduct/p/items/i'])(
    '%s does not, and is named',
    (entry) => {
      const problems = problemsAt(name, path, [entry]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/resources\[0\]$/);
    },
  );
});

describe.each<readonly [FixtureName, Path]>([
  [webhook, []],
  [eventBridge, ['detail']],
])('fields of the event: %s', (name, base) => {
  const at = (field: string): Path => [...base, field];
  const identityOf = (changes: ReadonlyArray<readonly [Path, Json | undefined]>) => eventOf(name, changes).eventId;

  test('idempotencyKey recognises duplicates: the same one is the same event, another one is another', () => {
    const same = [
      [at('eventId'), 'other'],
      [at('eventTime'), '2025-02-01T00:00:00Z'],
    ] as const;
    expect(identityOf(same)).toBe(identityOf([]));
    expect(identityOf([[at('idempotencyKey'), 'other']])).not.toBe(identityOf([]));
  });

  test('eventDescriptor is BUYABILITY_CHANGED, and nothing else is taken for it', () => {
    const other = parseBody(name, withValue(fixture(name), at('eventDescriptor'), 'ORDER_CREATED'));
    // Of an envelope the detail-type says what it is: a detail that contradicts it cannot be read.
    expect(other.outcome).toBe(name === webhook ? 'unknownKind' : 'unreadable');
  });

  test('eventId is the identity where there is no idempotencyKey', () => {
    const changes = [
      [at('idempotencyKey'), undefined],
      [at('eventId'), 'e-1'],
    ] as const;
    expect(identityOf(changes)).toBe('buyability:business-product-id:item-id:event:e-1');
  });

  test('apiVersion is the version that the item is asked for by', () => {
    expect(eventOf(name, [[at('apiVersion'), '2030-01-01']]).apiVersion).toBe('2030-01-01');
  });

  test('subscriptionId decides nothing: two subscriptions bring one event twice', () => {
    const { detail, ...rest } = eventOf(name, [[at('subscriptionId'), 'another']]);
    const { detail: _, ...sample } = eventOf(name);
    expect(rest).toEqual(sample);
    expect(detail['subscriptionId']).toBe('another');
  });

  test('eventTime, ISO 8601 with any offset, is when it was published', () => {
    const event = eventOf(name, [[at('eventTime'), '2025-01-20T14:34:56.5+02:00']]);
    expect([event.eventTime, event.occurredAt]).toEqual(['2025-01-20T12:34:56.500Z', '2025-01-20T12:34:56.500Z']);
  });

  test('data holds the product of the item, every field of it', () => {
    const product = {
      id: 'p',
      externalId: { value: 'e' },
      amazonSku: { value: 'a' },
      sku: { value: 's' },
      buyability: { status: 'NOT_BUYABLE' },
    };
    expect(eventOf(name, [[at('data'), { product }]]).product).toEqual({
      id: 'p',
      externalId: 'e',
      amazonSku: 'a',
      sku: 's',
      buyabilityStatus: 'NOT_BUYABLE',
    });
  });

  test('data can be missing or empty: that says nothing of the item', () => {
    for (const data of [undefined, null, {}]) expect(eventOf(name, [[at('data'), data]]).product).toBeUndefined();
  });
});

test('resources, eventId and eventTime are the same inside and outside: no word about them where they are', () => {
  const agreeing = withValue(fixture(eventBridge), ['account'], '123456789012');
  expect(eventsOf(parseBody(eventBridge, agreeing))[0]?.notes).toEqual([]);
});
