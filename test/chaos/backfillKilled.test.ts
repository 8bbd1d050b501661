import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBuyWithPrimeSimulator } from '../../src/simulators/buyWithPrime/index.ts';
import {
  backfillItemsType,
  type BackfillItemsInput,
  type BackfillStatus,
} from '../../src/workflows/backfillItems/messages.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { itemHistory } from '../support/backfillWorld.ts';
import { testTemporal, type TestTemporal } from '../support/temporal.ts';
import { historyOf, until } from '../support/world.ts';

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const businessProductId = 'merchant-1';
const clientSecret = 'simulated';
/** A try of a query that died with its worker is given up after a minute. */
const patienceMs = 240_000;
const items = Array.from({ length: 300 }, (_, index) => `item-${index}`);

let temporal: TestTemporal;
let simulator: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
let folder: string;
const workers: ChildProcess[] = [];
const { promise: workerEnded, reject: endedByItself } = Promise.withResolvers<never>();
workerEnded.catch(() => undefined);

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  const client = { clientId: 'client-1', clientSecret, businessProductIds: [businessProductId] };
  simulator = await startBuyWithPrimeSimulator({ seed: 5, clients: [client] });
  const product = { id: 'product-1', offerPrime: true, buyability: { status: 'BUYABLE' } };
  for (const itemId of items) simulator.control.planItem({ businessProductId, itemId, answers: [{ product }] });
  folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  const configuration = {
    merchants: { [businessProductId]: { clientId: client.clientId, clientSecretVariable: 'TEST_MERCHANT_SECRET' } },
    endpoints: { buyWithPrime: simulator.url },
  };
  writeFileSync(join(folder, 'steward.yaml'), JSON.stringify(configuration));
}, 60_000);
afterAll(async () => {
  await Promise.all(workers.map(kill));
  await simulator.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [entry, 'worker'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      STEWARD_CONFIG: join(folder, 'steward.yaml'),
      TEST_MERCHANT_SECRET: clientSecret,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
    },
  });
  workers.push(worker);
  worker.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL') endedByItself(new Error(`The worker ended by itself with ${code ?? signal}`));
  });
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

const itemsAskedFor = (): number => new Set(simulator.control.log({ call: 'query' }).map(itemOf)).size;

function itemOf(entryOfLog: object): unknown {
  return 'itemId' in entryOfLog ? entryOfLog.itemId : undefined;
}

test(
  'the worker is killed in the middle of a backfill: another one goes on, and no item is asked for twice on its account',
  () => expect(Promise.race([workerEnded, killAndGoOn()])).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndGoOn(): Promise<void> {
  const first = startWorker();
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
  await kill(first);
  const { count } = await historyOf(handle);
  expect({ begun: count('ACTIVITY_TASK_SCHEDULED'), done: count('ACTIVITY_TASK_COMPLETED') }).toEqual({
    begun: 1,
    done: 0,
  });

  startWorker();
  const status = await handle.result();
  expect(status).toMatchObject({ state: 'completed', given: 300, handedOver: 300, failed: 0, duplicates: 0, left: 0 });
  // The dead worker had handed some over that its last heartbeat did not tell of.
  expect(status.alreadyOpen).toBeGreaterThan(0);
  await until(() => (itemsAskedFor() === items.length ? true : undefined));
  const histories = [];
  for (const itemId of items) histories.push(await itemHistory(temporal.client, businessProductId, itemId));
  expect(histories.filter(({ queries }) => queries !== 1)).toEqual([]);
  expect(histories.filter(({ rechecks }) => rechecks > 1).length).toBe(status.alreadyOpen);
}
