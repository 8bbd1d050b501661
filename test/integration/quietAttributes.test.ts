import type { WorkflowHandle } from '@temporalio/client';
import {
  buyabilityChangedSignal,
  itemStatusQuery,
  itemBuyabilityType,
  itemWorkflowId,
  type BuyabilityMessage,
  type ItemBuyabilityInput,
} from '../../src/workflows/itemBuyability/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { historyOf } from '@marketplace-steward/testing/history';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real', { activities: { queryProduct: async () => undefined } });
}, 120_000);
afterAll(() => world.close(), 60_000);

const businessProductId = 'bp-flood';
const startMs = Date.now();
/** Events a millisecond apart, each with the other status than the one before. */
const message = (index: number): BuyabilityMessage => ({
  eventId: `event-${index}`,
  eventTime: new Date(startMs - 20_000 + index).toISOString(),
  product: { id: 'p', buyabilityStatus: index % 2 === 0 ? 'NOT_BUYABLE' : 'BUYABLE' },
});

/** An item's workflow that waits for a worker, with so many events. */
async function flooded(itemId: string, events: number): Promise<WorkflowHandle> {
  const input: ItemBuyabilityInput = { version: 1, businessProductId, itemId };
  const handle = await world.client.workflow.start(itemBuyabilityType, {
    workflowId: itemWorkflowId(businessProductId, itemId),
    taskQueue: stewardTaskQueue,
    args: [input],
  });
  const atOnce = 50;
  for (let first = 0; first < events; first += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, events - first) }, (_, index) =>
        handle.signal(buyabilityChangedSignal, message(first + index)),
      ),
    );
  }
  return handle;
}

test('a flood of events, each with another state, costs one upsert for the workflow task that takes it', async () => {
  await world.stopWorkers();
  // More than a run may hold: the first workflow task also continues as new.
  const events = 4_500;
  const flood = await flooded('flooded', events);
  await world.startWorker();
  await until(async () => (await flood.describe()).typedSearchAttributes.get(stateAttribute) === 'BUYABLE');
  const counts: Array<(type: string) => number> = [];
  for await (const { runId } of world.client.workflow.list({ query: `WorkflowId="${flood.workflowId}"` })) {
    counts.push((await historyOf(world.client.workflow.getHandle(flood.workflowId, runId))).count);
  }
  const sum = (type: string): number => counts.reduce((all, count) => all + count(type), 0);
  expect(sum('WORKFLOW_EXECUTION_SIGNALED')).toBe(events);
  expect(sum('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES')).toBe(1);
}, 300_000);

test('what changes no search attribute costs no upsert', async () => {
  const item = await flooded('quiet', 2);
  const shown = async (): Promise<unknown> => (await item.describe()).typedSearchAttributes.get(stateAttribute);
  await until(async () => (await shown()) === 'BUYABLE');
  const before = (await historyOf(item)).count('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
  expect(before).toBeLessThanOrEqual(2);
  // Repeats, newer events of the same status, and what is no event.
  for (const index of [0, 1, 3, 5, 1]) await item.signal(buyabilityChangedSignal, message(index));
  await item.signal('unknown', 'data');
  await until(async () => (await item.query(itemStatusQuery)).asOf === message(5).eventTime);
  expect((await historyOf(item)).count('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES')).toBe(before);
}, 60_000);
