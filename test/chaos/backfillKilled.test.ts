import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import {
  backfillItemsType,
  type BackfillItemsInput,
  type BackfillStatus,
} from '../../src/workflows/backfillItems/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { historyOf, itemHistory } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';

const businessProductId = 'merchant-1';
const clientSecret = 'simulated';
/** An attempt of a query that died with its worker is given up after a minute. */
const patienceMs = 240_000;
const items = Array.from({ length: 300 }, (_, index) => `item-${index}`);

let temporal: TestTemporal;
let simulator: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  const client = { clientId: 'client-1', clientSecret, businessProductIds: [businessProductId] };
  simulator = await startBuyWithPrimeSimulator({ seed: 5, clients: [client] });
  const product = { id: 'product-1', offerPrime: true, buyability: { status: 'BUYABLE' } };
  for (const itemId of items) simulator.control.planItem({ businessProductId, itemId, answers: [{ product }] });
  const configuration = {
    merchants: { [businessProductId]: { clientId: client.clientId, clientSecretVariable: 'TEST_MERCHANT_SECRET' } },
    endpoints: { buyWithPrime: simulator.url },
  };
  const environment = { TEST_MERCHANT_SECRET: clientSecret };
  workers = workerProcesses({ configuration, temporal: () => temporal, environment });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await simulator.close();
  await temporal.close();
});

const itemsAskedFor = (): number => new Set(simulator.control.log({ call: 'query' }).map(itemOf)).size;

function itemOf(entryOfLog: object): unknown {
  return 'itemId' in entryOfLog ? entryOfLog.itemId : undefined;
}

test(
  'the worker is killed in the middle of a backfill: another one goes on, and no item is asked for twice on its account',
  () => expect(workers.whileTheyLive(killAndGoOn)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndGoOn(): Promise<void> {
  const first = workers.start();
  // At this rate all items are one batch, so that the worker dies within it.
  const handle = await temporal.client.workflow.start<(input: BackfillItemsInput) => Promise<BackfillStatus>>(
    backfillItemsType,
    {
      workflowId: 'backfill-items:killed',
      taskQueue: stewardTaskQueue,
      args: [{ businessProductId, items, ratePerSecond: 60 }],
    },
  );
  await until(() => (itemsAskedFor() >= 20 ? true : undefined));
  await workers.kill(first);
  const { count } = await historyOf(handle);
  // The policy has been asked for; the one batch is under way.
  expect({ begun: count('ACTIVITY_TASK_SCHEDULED'), done: count('ACTIVITY_TASK_COMPLETED') }).toEqual({
    begun: 2,
    done: 1,
  });

  workers.start();
  const status = await handle.result();
  expect(status).toMatchObject({ state: 'completed', given: 300, delivered: 300, failed: 0, duplicates: 0, left: 0 });
  // The dead worker had delivered some that its last heartbeat did not report.
  expect(status.alreadyOpen).toBeGreaterThan(0);
  await until(() => (itemsAskedFor() === items.length ? true : undefined));
  const histories = [];
  for (const itemId of items) histories.push(await itemHistory(temporal.client, businessProductId, itemId));
  expect(histories.filter(({ queries }) => queries !== 1)).toEqual([]);
  expect(histories.filter(({ rechecks }) => rechecks > 1).length).toBe(status.alreadyOpen);
}
