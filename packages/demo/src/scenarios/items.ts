import type { Envelope } from '../../../../src/events/parse.ts';
import type { Announcement } from '@marketplace-steward/simulators/buyWithPrime/events';
import type { ItemPlan } from '@marketplace-steward/simulators/buyWithPrime/plans';
import { itemWorkflowId } from '../../../../src/workflows/itemBuyability/contract.ts';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { bytesOf, businessProductId, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent } from './scenario.ts';

const sample = {
  hostAccount: 'example-aws-account-id',
  eventId: 'example-event-id',
  idempotencyKey: 'example-idempotency-key',
  subscriptionId: 'example-subscription-id',
  businessProductId: 'business-product-id',
  itemId: 'item-id',
  time: '2025-01-20T12:34:56Z',
};
/** Hosts the vendor's partner event source; it is no seller. */
const hostAccount = '111122223333';
const aheadMs = 60_000;

type Form = 'webhook' | 'eventBridge' | 'eventBridgeDeprecated';

interface ItemStory {
  readonly name: string;
  /** The vendor's sample that begins it. */
  readonly form: Form;
  readonly state: 'BUYABLE' | 'NOT_BUYABLE' | 'INVALID_PRODUCT' | 'UNVERIFIED';
  readonly answers?: ItemPlan['answers'];
}

const stories: readonly ItemStory[] = [
  { name: 'buyability with data, by webhook', form: 'webhook', state: 'BUYABLE' },
  { name: 'buyability with data, by EventBridge', form: 'eventBridge', state: 'BUYABLE' },
  {
    name: 'buyability without data, found by query',
    form: 'eventBridgeDeprecated',
    state: 'BUYABLE',
    answers: [{ notFound: 'classification' }, { null: true }, product('BUYABLE', true)],
  },
  {
    name: 'not buyable: one notice',
    form: 'eventBridgeDeprecated',
    state: 'NOT_BUYABLE',
    answers: [product('NOT_BUYABLE', true)],
  },
  {
    name: 'a product that stays unknown',
    form: 'eventBridgeDeprecated',
    state: 'INVALID_PRODUCT',
    answers: [{ notFound: 'classification' }],
  },
  {
    name: 'the token ends between two queries',
    form: 'eventBridgeDeprecated',
    state: 'BUYABLE',
    answers: [{ notFound: 'classification' }, { endsToken: true }, product('BUYABLE', true)],
  },
  {
    name: 'queries are throttled, then answered',
    form: 'eventBridgeDeprecated',
    state: 'BUYABLE',
    answers: [{ http: 429, retryAfterSeconds: 1 }, { error: 'ThrottlingException' }, product('BUYABLE', true)],
  },
  {
    name: 'queries are throttled to the end',
    form: 'eventBridgeDeprecated',
    state: 'UNVERIFIED',
    answers: [{ error: 'ThrottlingException' }],
  },
  {
    name: 'a query is answered in part, then whole',
    form: 'eventBridgeDeprecated',
    state: 'BUYABLE',
    answers: [{ partial: 'buyability', ...product('BUYABLE', true) }, product('BUYABLE', true)],
  },
];

function product(status: string, offerPrime: boolean): Extract<ItemPlan['answers'][number], { product: unknown }> {
  return {
    product: {
      id: 'example-product-id',
      externalId: { value: 'example-external-id' },
      sku: { value: 'example-sku' },
      amazonSku: { value: 'example-amazon-sku' },
      offerPrime,
      buyability: { status },
    },
  };
}

function replacementsFor(form: Form, itemId: string, { uuid, nowMs }: ScenarioContext): Map<string, string> {
  return new Map([
    [sample.eventId, uuid()],
    [sample.businessProductId, businessProductId],
    [sample.itemId, itemId],
    [sample.time, vendorTime(nowMs)],
    ...(form === 'webhook' ? [] : ([[sample.hostAccount, hostAccount]] as const)),
    ...(form === 'eventBridgeDeprecated'
      ? []
      : ([
          [sample.idempotencyKey, uuid()],
          [sample.subscriptionId, uuid()],
        ] as const)),
  ]);
}

function freshItem({ token }: ScenarioContext): string {
  return `item-${token(10)}`;
}

function answering(itemIds: readonly string[], answers: ItemPlan['answers']): NonNullable<Scenario['prepare']> {
  return ({ buyWithPrime }) => {
    for (const itemId of itemIds) buyWithPrime.planItem({ businessProductId, itemId, answers });
  };
}

function announced(announcement: Omit<Announcement, 'businessProductId'>): ScenarioEvent {
  return { from: 'buyWithPrimeSimulator', announcement: { businessProductId, ...announcement } };
}

function scenarioOf({ name, form, state, answers }: ItemStory, context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  const event = withReplaced(readFixture(`buyabilityChanged.${form}`), replacementsFor(form, itemId, context));
  // What is delivered over EventBridge comes in EventBridge's envelope, from any vendor.
  const envelope: Envelope = form === 'webhook' ? 'webhook' : 'eventbridge';
  return {
    name,
    group: 'Items',
    workflowId: itemWorkflowId(businessProductId, itemId),
    expected: { state },
    ...(answers === undefined ? {} : { prepare: answering([itemId], answers) }),
    events: [{ from: 'sample', envelope, bytes: bytesOf(event), answer: 'delivered' }],
  };
}

/** The data of an event lacks the status: what is there is not enough to go by. */
function partialEvent(context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  const data = { product: { id: 'example-product-id', sku: { value: 'example-sku' }, buyability: {} } };
  return {
    name: 'an event with a part of the data',
    group: 'Items',
    workflowId: itemWorkflowId(businessProductId, itemId),
    expected: { state: 'BUYABLE' },
    prepare: answering([itemId], [product('BUYABLE', true)]),
    events: [announced({ form: 'webhook', itemIds: [itemId], data })],
  };
}

/** The merchant switches the offer off, which needs nobody, and on again. */
function switchedOff(context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  // Events are dated in whole seconds: one of the same second would be older than what the query showed.
  const eventTime = vendorTime(context.nowMs + aheadMs);
  const data = { product: { id: 'example-product-id', buyability: { status: 'BUYABLE' } } };
  return {
    name: 'switched off by the merchant, then on again',
    group: 'Items',
    workflowId: itemWorkflowId(businessProductId, itemId),
    expected: { state: 'BUYABLE' },
    prepare: answering([itemId], [product('NOT_BUYABLE', false)]),
    events: [
      announced({ form: 'eventBridge', itemIds: [itemId], data: {} }),
      {
        ...announced({ form: 'eventBridge', itemIds: [itemId], data, eventTime }),
        once: { state: 'NOT_BUYABLE', saying: 'if the merchant intended it' },
      },
    ],
  };
}

/** One event names two items: each has a workflow of its own. */
function twoItems(context: ScenarioContext): readonly Scenario[] {
  const itemIds = [freshItem(context), freshItem(context)];
  return itemIds.map((itemId, index) => ({
    name: index === 0 ? 'an event of two items' : 'the other item of that event',
    group: 'Items',
    workflowId: itemWorkflowId(businessProductId, itemId),
    expected: { state: 'BUYABLE' },
    ...(index === 0 ? { prepare: answering(itemIds, [product('BUYABLE', true)]) } : {}),
    events: index === 0 ? [announced({ form: 'webhook', itemIds, data: {} })] : [],
  }));
}

/** The items of a merchant: events with data, with a part of it, without; products found, unknown, throttled; switched off and on. */
export function itemScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    ...stories.map((story) => scenarioOf(story, context)),
    partialEvent(context),
    switchedOff(context),
    ...twoItems(context),
  ];
}
