import fc from 'fast-check';
import { read } from '../../src/delivery/read.ts';
import type { Envelope } from '../../src/events/parse.ts';
import { hostileIds } from '../events/hostileIds.ts';
import { context, fixture } from '@marketplace-steward/testing/sampleEvents';

/** One event of Buy with Prime as each envelope and generation brings it. */
interface Facts {
  readonly resources: readonly string[];
  readonly idempotencyKey?: string;
  readonly eventId?: string;
  /** The `id` that EventBridge gives its envelope. */
  readonly envelopeId?: string;
  readonly eventTime?: string;
  readonly status?: string;
}

interface Form {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
}

const bytesOf = (body: object): Buffer => Buffer.from(JSON.stringify(body));
const sample = (name: string) => JSON.parse(fixture(name).toString());

function own({ resources, idempotencyKey, eventId, eventTime = '2025-01-20T12:34:56Z', status = 'BUYABLE' }: Facts) {
  const { data, ...rest } = sample('buyabilityChanged.webhook');
  const product = { ...data.product, buyability: { status } };
  return { ...rest, resources, idempotencyKey, eventId, eventTime, data: { product } };
}

const forms = {
  webhook: (facts: Facts): Form => ({ envelope: 'webhook', bytes: bytesOf(own(facts)) }),
  eventBridge: (facts: Facts): Form => {
    const envelope = sample('buyabilityChanged.eventBridge');
    const { resources, envelopeId: id = 'envelope', eventTime: time = '2025-01-20T12:34:56Z' } = facts;
    return { envelope: 'eventbridge', bytes: bytesOf({ ...envelope, id, time, resources, detail: own(facts) }) };
  },
  eventBridgeDeprecated: ({
    resources,
    envelopeId: id = 'envelope',
    eventTime: time = '2025-01-20T12:34:56Z',
  }: Facts): Form => {
    const envelope = sample('buyabilityChanged.eventBridgeDeprecated');
    return { envelope: 'eventbridge', bytes: bytesOf({ ...envelope, id, time, resources }) };
  },
} as const;

const everyForm = Object.entries(forms);
const safeId = fc.stringMatching(/^[A-Za-z0-9._~-]{1,200}$/).filter((id) => id !== '.' && id !== '..');

function deliveriesOf({ envelope, bytes }: Form) {
  const reading = read(envelope, bytes, context);
  if (reading.outcome !== 'deliver') throw new Error(JSON.stringify(reading));
  return reading.deliveries;
}

const identityOf = (form: Form): string => deliveriesOf(form)[0].eventId;

test('one item is one workflow by webhook, EventBridge and deprecated EventBridge', () => {
  fc.assert(
    fc.property(safeId, safeId, (businessProductId, itemId) => {
      const resources = [`businessProduct/${businessProductId}/items/${itemId}`];
      for (const [, form] of everyForm) {
        expect(deliveriesOf(form({ resources, idempotencyKey: 'k' }))).toMatchObject([
          {
            workflowType: 'itemBuyability',
            workflowId: `item:${businessProductId}:${itemId}`,
            input: { version: 1, businessProductId, itemId },
            signal: { name: 'buyabilityChanged', message: { eventTime: '2025-01-20T12:34:56.000Z' } },
            afterCompletion: 'startAgain',
          },
        ]);
      }
    }),
    { numRuns: 50 },
  );
});

describe('identity: the idempotencyKey, else the eventId, else the id of the envelope', () => {
  const facts: Facts = { resources: ['businessProduct/b/items/i'], idempotencyKey: 'K', eventId: 'E', envelopeId: 'V' };
  const { idempotencyKey: _key, ...withoutKey } = facts;
  const { eventId: _id, ...withoutBoth } = withoutKey;

  test.each<readonly [keyof typeof forms, Facts, string]>([
    ['webhook', facts, 'key:K'],
    ['webhook', withoutKey, 'event:E'],
    ['eventBridge', facts, 'key:K'],
    ['eventBridge', withoutKey, 'event:E'],
    ['eventBridge', withoutBoth, 'envelope:V'],
    ['eventBridgeDeprecated', facts, 'envelope:V'],
  ])('%s %#', (name, given, key) => {
    expect(identityOf(forms[name](given))).toBe(`buyability:b:i:${key}`);
  });

  test('a webhook without either goes to the quarantine: nobody could recognize a repeat', () => {
    const { envelope, bytes } = forms.webhook(withoutBoth);
    expect(read(envelope, bytes, context)).toMatchObject({
      outcome: 'quarantine',
      reason: expect.stringContaining('idempotencyKey'),
    });
  });

  test('the same key by webhook and EventBridge is the same event, whatever else differs', () => {
    const repeat = { ...facts, eventId: 'another', envelopeId: 'another', status: 'NOT_BUYABLE' };
    expect(identityOf(forms.eventBridge(repeat))).toBe(identityOf(forms.webhook(facts)));
  });

  test('a deprecated event that EventBridge repeats or replays keeps the id of its envelope', () => {
    const { envelope, bytes } = forms.eventBridgeDeprecated(facts);
    const replayed = bytesOf({ ...JSON.parse(bytes.toString()), 'replay-name': 'replay' });
    expect(identityOf({ envelope, bytes: replayed })).toBe(identityOf({ envelope, bytes }));
    expect(identityOf(forms.eventBridgeDeprecated({ ...facts, envelopeId: 'W' }))).not.toBe(
      identityOf({ envelope, bytes }),
    );
  });
});

describe.each(everyForm)('%s', (_name, form) => {
  test('several items in one event give one delivery each, and a repeated item one', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(safeId, safeId), { minLength: 1, maxLength: 100 }), (pairs) => {
        const resources = pairs.map(([product, item]) => `businessProduct/${product}/items/${item}`);
        const deliveries = deliveriesOf(form({ resources, idempotencyKey: 'k' }));
        const expected = [...new Set(pairs.map(([product, item]) => `item:${product}:${item}`))];
        expect(deliveries.map(({ workflowId }) => workflowId)).toEqual(expected);
        expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(expected.length);
      }),
      { numRuns: 30 },
    );
  });

  test('resources of unknown types are kept: they travel with the message, and are no error', () => {
    const type = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,20}$/)
      .filter((one) => !/^(businessProduct|items)$/.test(one));
    const id = fc.string({ maxLength: 20 }).filter((one) => !one.includes('/'));
    fc.assert(
      fc.property(type, id, (unknownType, unknownId) => {
        const entry = `businessProduct/b/items/i/${unknownType}/${unknownId}`;
        const [{ workflowId, signal }] = deliveriesOf(form({ resources: [entry], idempotencyKey: 'k' }));
        expect(workflowId).toBe('item:b:i');
        const { notes } = signal.message as { notes: string[] };
        expect(notes.filter((note) => note.includes(`(${unknownType})`) && note.includes(entry))).toHaveLength(1);
      }),
    );
  });

  const isSafe = (id: string): boolean => /^[A-Za-z0-9._~-]{1,200}$/.test(id) && id !== '.' && id !== '..';
  // A slash makes other pairs of the entry, which are a case of their own.
  const anyId = fc
    .oneof(
      fc.constantFrom(...hostileIds),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.stringMatching(/^[A-Za-z0-9.]{0,5}[?#&:%\\\s.]{1,3}[A-Za-z0-9.]{0,5}$/),
    )
    .filter((id) => !id.includes('/'));
  const readingOf = (resources: readonly string[]) => {
    const { envelope, bytes } = form({ resources, idempotencyKey: 'k' });
    return read(envelope, bytes, context);
  };

  test('an id that could break out of a path, a query or a workflow id goes to the quarantine, named', () => {
    const hostile = anyId.filter((id) => !isSafe(id));
    const pair = fc.oneof(fc.tuple(hostile, safeId), fc.tuple(safeId, hostile), fc.tuple(hostile, hostile));
    fc.assert(
      fc.property(pair, fc.boolean(), ([product, item], besideGood) => {
        const good = besideGood ? ['businessProduct/good/items/good'] : [];
        expect(readingOf([...good, `businessProduct/${product}/items/${item}`])).toMatchObject({
          outcome: 'quarantine',
          reason: expect.stringContaining(`resources[${good.length}]`),
        });
      }),
      { numRuns: 300 },
    );
  });

  test('whatever the entry says, what is delivered has ids that stay in their place', () => {
    const part = fc.oneof(anyId, safeId, fc.constantFrom('businessProduct', 'items', '..', 'a/b', '/'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const reading = readingOf([['businessProduct', ...parts].join('/'), 'businessProduct/b/items/i']);
        const deliveries = reading.outcome === 'deliver' ? reading.deliveries : [];
        for (const { workflowId, input } of deliveries) {
          const { businessProductId, itemId } = input as { businessProductId: string; itemId: string };
          expect([businessProductId, itemId].filter((id) => !isSafe(id))).toEqual([]);
          const url = new URL(`https://host/${businessProductId}/${itemId}?id=${itemId}&next=1`);
          expect([url.pathname, url.search, url.hash]).toEqual([
            `/${businessProductId}/${itemId}`,
            `?id=${itemId}&next=1`,
            '',
          ]);
          expect(workflowId.split(':')).toEqual(['item', businessProductId, itemId]);
        }
      }),
      { numRuns: 300, examples: [[['b', 'items', 'i']], [['a.b', 'items', '~']], [['b', 'items', '%41']]] },
    );
  });

  test('no item at all goes to the quarantine: there is nobody to hand it to', () => {
    for (const resources of [[], ['businessProduct/b'], ['businessProduct/b/orders/o']]) {
      const { envelope, bytes } = form({ resources, idempotencyKey: 'k' });
      expect(read(envelope, bytes, context)).toMatchObject({ outcome: 'quarantine' });
    }
  });
});

describe('the message', () => {
  const eventTime = '2025-01-20T12:34:56.000Z';
  const product = {
    id: 'example-product-id',
    externalId: 'example-external-id',
    amazonSku: 'example-amazon-sku',
    sku: 'example-sku',
    buyabilityStatus: 'BUYABLE',
  };
  const hostedBySample = ['account is no AWS account id: string of 22 characters'];

  test.each<readonly [keyof typeof forms, object, string]>([
    ['webhook', { apiVersion: '2024-11-01', product }, 'BUYABLE'],
    ['eventBridge', { apiVersion: '2024-11-01', product, notes: hostedBySample }, 'BUYABLE'],
    ['eventBridgeDeprecated', { notes: hostedBySample }, 'querying'],
  ])('of %s has its data where the event brought some', (name, rest, state) => {
    const [{ signal, attributes, eventId }] = deliveriesOf(
      forms[name]({ resources: ['businessProduct/b/items/i'], idempotencyKey: 'k' }),
    );
    expect(signal.message).toEqual({ eventId, eventTime, ...rest });
    expect(attributes.state).toBe(state);
  });
});

describe('fields that the vendor says are the same', () => {
  const body = sample('buyabilityChanged.eventBridge');
  const envelopeOf = (detail: object, envelope: object = {}): Form => ({
    envelope: 'eventbridge',
    bytes: bytesOf({ ...body, ...envelope, detail: { ...body.detail, ...detail } }),
  });

  test('where they differ the inner ones count, and the message holds both', () => {
    const [{ workflowId, signal }] = deliveriesOf(
      envelopeOf(
        { resources: ['businessProduct/inner/items/i'], eventId: 'inner-id', eventTime: '2025-01-20T12:00:00Z' },
        { resources: ['businessProduct/outer/items/i'], id: 'outer-id', time: '2025-01-20T13:00:00Z' },
      ),
    );
    expect(workflowId).toBe('item:inner:i');
    const { eventTime, notes } = signal.message as { eventTime: string; notes: string[] };
    expect(eventTime).toBe('2025-01-20T12:00:00.000Z');
    const both: ReadonlyArray<readonly [string, string]> = [
      ['inner-id', 'outer-id'],
      ['12:00:00', '13:00:00'],
      ['inner/items', 'outer/items'],
    ];
    for (const [inner, outer] of both) {
      expect(notes.filter((note) => note.includes(inner) && note.includes(outer))).toHaveLength(1);
    }
  });

  test('where the inner ones are missing those of the envelope count, eventTime too', () => {
    const outer = { resources: ['businessProduct/outer/items/i'], id: 'outer-id', time: '2025-01-20T13:00:00+02:00' };
    const missing = { resources: undefined, eventId: undefined, eventTime: undefined, idempotencyKey: undefined };
    const [{ workflowId, signal, eventId }] = deliveriesOf(envelopeOf(missing, outer));
    expect(workflowId).toBe('item:outer:i');
    expect(eventId).toBe('buyability:outer:i:envelope:outer-id');
    expect(signal.message).toMatchObject({ eventTime: '2025-01-20T11:00:00.000Z' });
  });
});
