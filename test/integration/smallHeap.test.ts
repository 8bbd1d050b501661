import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merchant, startWaitingItems } from '../../bench/items/waiting.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { startSteward } from '@marketplace-steward/testing/steward';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

/** The least that docs/performance.md names. With 500 kept workflows a worker under this limit ends here. */
const leastMegabytes = 128;
const items = 700;
/** On a busy machine a query may not arrive in time; its item waits for an hour then. */
const asked = 0.9 * items;
const hourMs = 3_600_000;

const folder = mkdtempSync(join(tmpdir(), 'steward-small-heap-'));
const configurationFile = join(folder, 'steward.yaml');
const client = { clientId: 'small-client', clientSecret: 'a secret of nobody' };
let server: TestTemporal;
let simulator: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
beforeAll(async () => {
  server = await testTemporal();
  simulator = await startBuyWithPrimeSimulator({
    seed: 1,
    clients: [{ ...client, businessProductIds: [merchant] }],
  });
  const merchants = { [merchant]: { clientId: client.clientId, clientSecretVariable: 'SMALL_CLIENT_SECRET' } };
  writeFileSync(
    configurationFile,
    // More than the heap has room for: the worker keeps fewer.
    JSON.stringify({
      accounts: {},
      merchants,
      endpoints: { buyWithPrime: simulator.url },
      worker: { cachedWorkflows: 500 },
    }),
  );
});
afterAll(async () => {
  await simulator.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

test('a worker with the least heap that the documents name goes through a burst of items', async () => {
  const worker = await startSteward(['worker'], {
    folder,
    entry: join(__dirname, '..', '..', 'bin', 'steward.mjs'),
    environment: {
      STEWARD_CONFIG: configurationFile,
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_NAMESPACE: server.namespace,
      TEMPORAL_CONFIG_FILE: join(folder, 'none'),
      SMALL_CLIENT_SECRET: client.clientSecret,
      NODE_OPTIONS: `--max-old-space-size=${leastMegabytes}`,
    },
  });
  const policies = { itemBuyability: { queryFirstMs: hourMs } };
  await startWaitingItems(server.client, { count: items, policies, onStarted: () => undefined });
  try {
    await until(() => {
      if (worker.log().includes('could not go on')) throw new Error(worker.log());
      return simulator.control.log({ call: 'query' }).length >= asked;
    }, 150_000);
  } finally {
    const ended = await worker.stop('SIGTERM');
    expect(ended).toMatchObject({ exitCode: 0 });
  }
}, 200_000);
