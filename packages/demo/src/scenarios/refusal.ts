import { merchantHealthWorkflowId } from '../../../../src/workflows/accountHealth/contract.ts';
import { itemWorkflowId } from '../../../../src/workflows/itemBuyability/contract.ts';
import { businessProductId } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const group = 'Items';
const product = { id: 'example-product-id', offerPrime: true, buyability: { status: 'BUYABLE' } };

/**
 * The merchant's API client may not ask for a product until somebody gives it the permission: the item waits, and the
 * merchant has one alarm, which ends automatically.
 */
export function refusalScenarios({ token }: ScenarioContext): readonly Scenario[] {
  const itemId = `item-${token(10)}`;
  const alarm = merchantHealthWorkflowId(businessProductId);
  return [
    {
      name: 'a permission of the merchant is missing for a while',
      group,
      workflowId: itemWorkflowId(businessProductId, itemId),
      expected: { state: 'BUYABLE' },
      prepare: ({ buyWithPrime }) =>
        buyWithPrime.planItem({ businessProductId, itemId, answers: [{ error: 'AccessDeniedException' }] }),
      events: [
        {
          from: 'buyWithPrimeSimulator',
          announcement: { businessProductId, form: 'webhook', itemIds: [itemId], data: {} },
        },
        {
          from: 'console',
          once: { of: alarm, state: 'refused' },
          works: ({ buyWithPrime }) => buyWithPrime.planItem({ businessProductId, itemId, answers: [{ product }] }),
        },
      ],
    },
    {
      name: 'the one alarm of that merchant',
      group,
      workflowId: alarm,
      expected: { state: 'recovered', closed: true },
      notified: { webhook: 2, slack: 2, sns: 2, pagerDuty: 2 },
      events: [],
    },
  ];
}
