import { read } from '../../../src/delivery/read.ts';
import { itemBuyabilityDefaults as policy } from '../../../src/policies/defaults.ts';
import { itemStatus } from '../../../src/workflows/itemBuyability/details.ts';
import type { BuyabilityMessage } from '../../../src/workflows/itemBuyability/contract.ts';
import { context, fixture } from '@marketplace-steward/testing/sampleEvents';
import { play, startMs, type Played } from './played.ts';

const eventTime = new Date(startMs).toISOString();
const body = (name: string) => JSON.parse(fixture(`buyabilityChanged.${name}`).toString());

/** An item that has taken an event as it came in. */
function taken(envelope: 'webhook' | 'eventbridge', event: object): Played {
  const reading = read(envelope, Buffer.from(JSON.stringify(event)), context);
  if (reading.outcome !== 'deliver') throw new Error(JSON.stringify(reading));
  const { message } = reading.deliveries[0].signal;
  return play().take({ type: 'event', message: message as BuyabilityMessage });
}

const webhookWith = (data: unknown): Played => taken('webhook', { ...body('webhook'), eventTime, data });
const envelopeWith = (data: unknown): Played =>
  taken('eventbridge', { ...body('eventBridge'), detail: { ...body('eventBridge').detail, eventTime, data } });

const product = {
  id: 'example-product-id',
  externalId: { value: 'example-external-id' },
  amazonSku: { value: 'example-amazon-sku' },
  sku: { value: 'example-sku' },
  buyability: { status: 'BUYABLE' },
};

describe.each([
  ['webhook', webhookWith],
  ['EventBridge', envelopeWith],
])('data of an event by %s', (_envelope, itemWith) => {
  test('that is present is recorded with every field of the schema, and nothing is asked', () => {
    const { item, summary } = itemWith({ product });
    expect(summary).toEqual({ state: 'BUYABLE', phase: 'lingering', needsDecision: false, notices: [] });
    expect(itemStatus(item, policy)).toMatchObject({
      asOf: eventTime,
      product: {
        id: 'example-product-id',
        externalId: 'example-external-id',
        amazonSku: 'example-amazon-sku',
        sku: 'example-sku',
        buyabilityStatus: 'BUYABLE',
      },
    });
  });

  test.each([
    ['missing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['without a product', { other: 1 }],
    ['with a product that is null', { product: null }],
    ['with an empty product', { product: {} }],
    ['without a status', { product: { ...product, buyability: undefined } }],
    ['with a status that is null', { product: { ...product, buyability: { status: null } } }],
    ['with the status UNKNOWN', { product: { ...product, buyability: { status: 'UNKNOWN' } } }],
    ['with a status that nobody knows', { product: { ...product, buyability: { status: 'ON_SALE_SOON' } } }],
    ['of another shape: a text', 'BUYABLE'],
    ['of another shape: a list', [{ product }]],
    ['of another shape: a list of products', { product: [product] }],
    ['of another shape: a bare status', { product: { ...product, buyability: 'BUYABLE' } }],
    ['of another shape: a status that is no text', { product: { ...product, buyability: { status: true } } }],
  ])('that is %s leads to the product query, and to no word on buyability', (_name, data) => {
    expect(itemWith(data).summary).toEqual({
      state: 'querying',
      phase: 'querying',
      needsDecision: false,
      notices: [],
    });
  });

  test('that is partial is kept as far as it goes', () => {
    const { item } = itemWith({ product: { ...product, sku: 17, buyability: { status: 'SOON' } } });
    expect(item.product).toEqual({
      id: 'example-product-id',
      externalId: 'example-external-id',
      amazonSku: 'example-amazon-sku',
      buyabilityStatus: 'SOON',
    });
  });
});

test('an event of the deprecated generation, which has no data at all, leads to the product query', () => {
  expect(taken('eventbridge', { ...body('eventBridgeDeprecated'), time: eventTime }).summary.state).toBe('querying');
});
