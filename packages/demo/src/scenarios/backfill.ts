import { backfillItemsWorkflowId } from '../../../../src/workflows/backfillItems/contract.ts';
import { businessProductId } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const product = { id: 'example-product-id', offerPrime: true, buyability: { status: 'BUYABLE' } };

/** Somebody has three items asked for again, one of them named twice. */
export function backfillScenarios({ token }: ScenarioContext): readonly Scenario[] {
  const items = [token(10), token(10), token(10)].map((end) => `item-${end}`);
  return [
    {
      name: 'a backfill of three items',
      group: 'Items',
      workflowId: backfillItemsWorkflowId(token(16)),
      expected: {
        state: 'completed',
        closed: true,
        facts: { given: '4', delivered: '3', failed: '0', duplicates: '1' },
      },
      prepare: ({ buyWithPrime }) => {
        for (const itemId of items) buyWithPrime.planItem({ businessProductId, itemId, answers: [{ product }] });
      },
      events: [
        {
          from: 'administrator',
          does: 'backfillItems',
          input: { businessProductId, items: [...items, ...items.slice(0, 1)] },
        },
      ],
    },
  ];
}
