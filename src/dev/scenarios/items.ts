import type { Road } from '../../events/parse.ts';
import type { ItemPlan } from '../../simulators/buyWithPrime/plans.ts';
import { itemWorkflowId } from '../../workflows/itemBuyability/messages.ts';
import { readFixture, withReplaced } from '../fixtures.ts';
import { bytesOf, businessProductId, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

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

type Form = 'webhook' | 'eventBridge' | 'eventBridgeDeprecated';

interface ItemStory {
  readonly name: string;
  readonly form: Form;
  readonly state: 'BUYABLE' | 'NOT_BUYABLE' | 'INVALID_PRODUCT';
  readonly answers?: ItemPlan['answers'];
}

const stories: readonly ItemStory[] = [
  { name: 'buyability with data, by webhook', form: 'webhook', state: 'BUYABLE' },
  { name: 'buyability with data, by EventBridge', form: 'eventBridge', state: 'BUYABLE' },
  {
    name: 'buyability without data, found by query',
    form: 'eventBridgeDeprecated',
    state: 'BUYABLE',
    answers: [{ notFound: 'classification' }, product('BUYABLE', true)],
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
];

function product(status: string, offerPrime: boolean): ItemPlan['answers'][number] {
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

function scenarioOf({ name, form, state, answers }: ItemStory, context: ScenarioContext): Scenario {
  const itemId = `item-${context.token(10)}`;
  const event = withReplaced(readFixture(`buyabilityChanged.${form}`), replacementsFor(form, itemId, context));
  // What is delivered over EventBridge comes with EventBridge's envelope, whoever the vendor is.
  const road: Road = form === 'webhook' ? 'buy-with-prime' : 'eventbridge';
  return {
    name,
    group: 'Items',
    workflowId: itemWorkflowId(businessProductId, itemId),
    expected: { state },
    ...(answers === undefined
      ? {}
      : { prepare: ({ buyWithPrime }) => buyWithPrime.planItem({ businessProductId, itemId, answers }) }),
    events: [{ from: 'sample', road, bytes: bytesOf(event), answer: 'delivered' }],
  };
}

/** The items of a merchant: told with data, told without, unknown. */
export function itemScenarios(context: ScenarioContext): readonly Scenario[] {
  return stories.map((story) => scenarioOf(story, context));
}
