import { merchantHealthWorkflowId } from '../../../../src/workflows/accountHealth/contract.ts';
import { backfillItemsWorkflowId } from '../../../../src/workflows/backfillItems/contract.ts';
import { defined } from '../../../../src/defined.ts';
import type { Announcement } from '@marketplace-steward/simulators/buyWithPrime/events';
import type { ItemPlan } from '@marketplace-steward/simulators/buyWithPrime/plans';
import { itemWorkflowId } from '../../../../src/workflows/itemBuyability/contract.ts';
import { businessProductId, onEveryChannel, posted, vendorTime } from './scenario.ts';
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

function replacementsFor(form: Form, itemId: string, { uuid, nowMs }: ScenarioContext): Array<[string, string]> {
  return [
    [sample.eventId, uuid()],
    [sample.businessProductId, businessProductId],
    [sample.itemId, itemId],
    [sample.time, vendorTime(nowMs)],
    ...(form === 'webhook' ? [] : ([[sample.hostAccount, hostAccount]] satisfies Array<[string, string]>)),
    ...(form === 'eventBridgeDeprecated'
      ? []
      : ([
          [sample.idempotencyKey, uuid()],
          [sample.subscriptionId, uuid()],
        ] satisfies Array<[string, string]>)),
  ];
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

/** An item that becomes buyable, unless another state is named. */
function item(itemId: string, story: Pick<Scenario, 'name' | 'prepare' | 'events'>, state = 'BUYABLE'): Scenario {
  return { ...story, group: 'Items', workflowId: itemWorkflowId(businessProductId, itemId), expected: { state } };
}

function scenarioOf({ name, form, state, answers }: ItemStory, context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  // What is delivered over EventBridge comes in EventBridge's envelope, from any vendor.
  const envelope = form === 'webhook' ? 'webhook' : 'eventbridge';
  const events = [posted(`buyabilityChanged.${form}`, replacementsFor(form, itemId, context), envelope)];
  return item(itemId, { name, events, ...defined({ prepare: answers && answering([itemId], answers) }) }, state);
}

/** The data of an event lacks the status: what is there is not enough to go by. */
function partialEvent(context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  const data = { product: { id: 'example-product-id', sku: { value: 'example-sku' }, buyability: {} } };
  return item(itemId, {
    name: 'an event with a part of the data',
    prepare: answering([itemId], [product('BUYABLE', true)]),
    events: [announced({ form: 'webhook', itemIds: [itemId], data })],
  });
}

/** The merchant switches the offer off, which needs nobody, and on again. */
function switchedOff(context: ScenarioContext): Scenario {
  const itemId = freshItem(context);
  // Events are dated in whole seconds: one of the same second would be older than what the query showed.
  const eventTime = vendorTime(context.nowMs + aheadMs);
  const data = { product: { id: 'example-product-id', buyability: { status: 'BUYABLE' } } };
  return item(itemId, {
    name: 'switched off by the merchant, then on again',
    prepare: answering([itemId], [product('NOT_BUYABLE', false)]),
    events: [
      announced({ form: 'eventBridge', itemIds: [itemId], data: {} }),
      {
        ...announced({ form: 'eventBridge', itemIds: [itemId], data, eventTime }),
        once: { state: 'NOT_BUYABLE', saying: 'if the merchant intended it' },
      },
    ],
  });
}

/** One event names two items: each has a workflow of its own. */
function twoItems(context: ScenarioContext): readonly Scenario[] {
  const [one, other] = [freshItem(context), freshItem(context)];
  const itemIds = [one, other];
  return [
    item(one, {
      name: 'an event of two items',
      prepare: answering(itemIds, [product('BUYABLE', true)]),
      events: [announced({ form: 'webhook', itemIds, data: {} })],
    }),
    item(other, { name: 'the other item of that event', events: [] }),
  ];
}

/**
 * The merchant's API client may not ask for a product until somebody gives it the permission: the item waits, and the
 * merchant has one alarm, which ends automatically.
 */
function refusal(context: ScenarioContext): readonly Scenario[] {
  const itemId = freshItem(context);
  const alarm = merchantHealthWorkflowId(businessProductId);
  return [
    item(itemId, {
      name: 'a permission of the merchant is missing for a while',
      prepare: answering([itemId], [{ error: 'AccessDeniedException' }]),
      events: [
        announced({ form: 'webhook', itemIds: [itemId], data: {} }),
        {
          from: 'console',
          once: { of: alarm, state: 'refused' },
          works: answering([itemId], [product('BUYABLE', true)]),
        },
      ],
    }),
    {
      name: 'the one alarm of that merchant',
      group: 'Items',
      workflowId: alarm,
      expected: { state: 'recovered', closed: true },
      notified: onEveryChannel(2),
      events: [],
    },
  ];
}

/** Somebody has three items asked for again, one of them named twice. */
function backfill(context: ScenarioContext): Scenario {
  const items = [freshItem(context), freshItem(context), freshItem(context)];
  const input = { businessProductId, items: [...items, ...items.slice(0, 1)] };
  return {
    name: 'a backfill of three items',
    group: 'Items',
    workflowId: backfillItemsWorkflowId(context.token(16)),
    expected: { state: 'completed', closed: true, facts: { given: '4', delivered: '3', failed: '0', duplicates: '1' } },
    prepare: answering(items, [product('BUYABLE', true)]),
    events: [{ from: 'administrator', does: 'backfillItems', input }],
  };
}

/**
 * The items of a merchant: events with data, with a part of it, without; products found, unknown, throttled; switched off
 * and on; a missing permission; and a backfill.
 */
export function itemScenarios(context: ScenarioContext): readonly Scenario[] {
  return [
    ...stories.map((story) => scenarioOf(story, context)),
    partialEvent(context),
    switchedOff(context),
    ...twoItems(context),
    ...refusal(context),
    backfill(context),
  ];
}
