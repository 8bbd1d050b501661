import { readFixture } from '@marketplace-steward/testing/fixtures';
import type { Draws } from './draws.ts';
import { sent, start, type Story, type StoryContext, type StoryEvent } from './story.ts';

type Status = 'BUYABLE' | 'NOT_BUYABLE';
type Form = 'webhook' | 'eventBridge' | 'eventBridgeDeprecated';

/** What a seller knows of one item: the vendor's own ids of it, and what Buy with Prime would say if it were asked. */
interface Item {
  readonly merchant: string;
  readonly itemId: string;
  readonly truth: Status;
}

const idLength = 10;
const sourceAccount = '111122223333';
const forms = ['webhook', 'eventBridge'] as const;

/** The id of the workflow that owns it. */
function workflowOf({ merchant, itemId }: Item): string {
  return `item:${merchant}:${itemId}`;
}

function productOf(status: string): object {
  return {
    id: 'example-product-id',
    externalId: { value: 'example-external-id' },
    sku: { value: 'example-sku' },
    amazonSku: { value: 'example-amazon-sku' },
    buyability: { status },
  };
}

/** What it answers to queries: some that say nothing, then the truth. */
function answering(
  { merchant, itemId, truth }: Item,
  before: readonly object[] = [],
): Required<StoryEvent>['puts'][number] {
  const last = { product: { ...productOf(truth), offerPrime: true } };
  const body = { businessProductId: merchant, itemId, answers: [...before, last] };
  return { vendor: 'buyWithPrime', name: 'products', body };
}

/** What an event says: about which items, when, and what of the product. */
interface Said {
  readonly items: readonly [Item, ...Item[]];
  readonly form: Form;
  readonly time: string;
  readonly status?: Status;
  readonly descriptor?: 'BUYABILITY_CHANGED' | 'INVENTORY_CHANGED';
}

function itemEvent(
  { uuid }: Draws,
  { items, form, time, status, descriptor = 'BUYABILITY_CHANGED' }: Said,
): StoryEvent {
  const kind = descriptor === 'INVENTORY_CHANGED' ? 'item-quantities' : 'items';
  const resources = items.map(({ merchant, itemId }) => `businessProduct/${merchant}/${kind}/${itemId}`);
  const [eventId, identity] = [uuid(), uuid()];
  const data = status === undefined ? {} : { product: productOf(status) };
  const inner = { eventDescriptor: descriptor, idempotencyKey: identity, eventId, resources, eventTime: time, data };
  const envelope = { id: eventId, 'detail-type': descriptor, account: sourceAccount, time, resources };
  const workflowId = workflowOf(items[0]);
  switch (form) {
    case 'webhook': {
      const body = { ...(readFixture('buyabilityChanged.webhook') as object), ...inner };
      return { vendor: 'buyWithPrime', body: JSON.stringify(body), workflowId, identity };
    }
    case 'eventBridge': {
      const sample = readFixture('buyabilityChanged.eventBridge') as { readonly detail: object };
      const body = { ...sample, ...envelope, detail: { ...sample.detail, ...inner } };
      return { vendor: 'aws', body: JSON.stringify(body), workflowId, identity };
    }
    case 'eventBridgeDeprecated': {
      const body = { ...(readFixture('buyabilityChanged.eventBridgeDeprecated') as object), ...envelope };
      return { vendor: 'aws', body: JSON.stringify(body), workflowId, identity: eventId };
    }
  }
}

function newItem({ draws, cast }: StoryContext, truth?: Status): Item {
  return {
    merchant: cast.merchant,
    itemId: `item-${draws.token(idLength)}`,
    truth: truth ?? draws.one(['BUYABLE', 'NOT_BUYABLE']),
  };
}

/**
 * The item changes to and fro, and its events come in any order: the one with the newest time counts, and it is what a
 * query would answer.
 */
export function itemWithData(context: StoryContext): Story {
  const { draws } = context;
  const item = newItem(context);
  const other: Status = item.truth === 'BUYABLE' ? 'NOT_BUYABLE' : 'BUYABLE';
  const count = 1 + draws.below(4);
  const first = start(-1_500 - draws.below(600));
  const events = Array.from({ length: count }, (_, index): StoryEvent => {
    const newest = index === count - 1;
    const time = index === 0 ? first : start(-1_400 + 60 * index);
    const said: Said = { items: [item], form: draws.one(forms), time, status: newest ? item.truth : other };
    return { ...itemEvent(draws, said), after: index * 0.01 };
  });
  const shuffled = draws.shuffle(events).map((event, index) => ({ ...event, after: index * 0.01 }));
  return {
    events: shuffled.map((event, index) => (index === 0 ? { ...event, puts: [answering(item)] } : event)),
    ends: { [workflowOf(item)]: { states: [item.truth] } },
  };
}

/** The event has no data: a query says what holds, at once or after answers that say nothing. */
export function itemWithoutData(context: StoryContext): Story {
  const { draws, index } = context;
  const item = newItem(context);
  const nothing = [
    [],
    [{ notFound: 'classification' }, { null: true }],
    [{ http: 429, retryAfterSeconds: 1 }, { error: 'ThrottlingException' }],
    [{ notFound: 'classification' }, { endsToken: true }],
    [{ http: 'html' }, { http: 'reset' }],
  ];
  const event = itemEvent(draws, { items: [item], form: 'eventBridgeDeprecated', time: sent(0) });
  return {
    events: [{ ...event, puts: [answering(item, nothing[index % nothing.length])] }],
    ends: { [workflowOf(item)]: { states: [item.truth] } },
  };
}

/** Stock moves, which asks an open workflow to query; and an operator has it checked. */
export function itemRechecked(context: StoryContext): Story {
  const { draws } = context;
  const item = newItem(context);
  const workflowId = workflowOf(item);
  const opening = itemEvent(draws, { items: [item], form: draws.one(forms), time: start(-900), status: item.truth });
  const stock = { items: [item], form: draws.one(forms), time: sent(0), descriptor: 'INVENTORY_CHANGED' } as const;
  return {
    events: [
      { ...opening, puts: [answering(item)] },
      { ...itemEvent(draws, stock), after: 0.03, mayBeIgnored: true },
    ],
    commands: [{ words: ['recheck', workflowId], workflowId, after: 0.06 }],
    ends: { [workflowId]: { states: [item.truth] } },
  };
}

/** One event names several items: more than five go by way of a workflow that delivers them. */
export function severalItems(context: StoryContext): Story {
  const { draws } = context;
  const [head, ...others] = [newItem(context), ...Array.from({ length: 1 + draws.below(8) }, () => newItem(context))];
  if (head === undefined) return { events: [], ends: {} };
  const items: Said['items'] = [head, ...others];
  const event = itemEvent(draws, { items, form: draws.one(forms), time: sent(0) });
  return {
    events: [{ ...event, puts: items.map((item) => answering(item)) }],
    ends: Object.fromEntries(items.map((item) => [workflowOf(item), { states: [item.truth] }])),
  };
}
