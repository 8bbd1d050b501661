import { NativeConnection } from '@temporalio/worker';
import { composeActivities } from '../../src/workers/activities.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { clientOf } from '../../src/delivery/connect.ts';
import { createAttemptOf, newWorkerIdentity, openCatalogRateLimiters } from '../../src/quotas/catalogRateLimiters.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { startWorkers } from '../../src/workers/worker.ts';
import { queueNames } from '../../src/workflows/shared/taskQueues.ts';
import { workerSchema } from '../../src/config/workerSchema.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { deliverCheckedFailure } from '@marketplace-steward/testing/checkedFailures';
import { silent } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { mostInTenSeconds, throttlings } from '@marketplace-steward/testing/windows';

const account = '111122223333';
/** Twice the vendor's, so that the test is short. */
const callsPerSecond = { ListChangeSets: 10, DescribeChangeSet: 20, DescribeEntity: 40 };
const deploymentName = 'steward';

let temporal: TestTemporal;
let simulator: CatalogSimulator;
const closing: Array<() => Promise<void>> = [];

beforeAll(async () => {
  installRuntime(silent);
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 9, account, quotas: 'off' });
}, 60_000);
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
  await simulator.close();
  await temporal.close();
});

/** A worker of one build id with its own connection, as a process has it; gives the times of its calls by operation. */
async function startVersion(buildId: string): Promise<Map<string, number[]>> {
  const { address, namespace } = temporal;
  const connection = await NativeConnection.connect({ address });
  const client = clientOf(connection, namespace);
  const identity = newWorkerIdentity();
  const observed = { mode: 'observe', kind: 'vendor', dailyCap: 50, callsPerSecond } as const;
  const accounts = { [account]: { ...observed, catalogs: ['AWSMarketplace'] } };
  const limiters = openCatalogRateLimiters({ accounts }, { client, namespace, identity }, silent);
  const times = new Map<string, number[]>();
  const catalog = createMarketplaceCatalog({
    logger: silent,
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
    limits: {
      attemptOf: createAttemptOf(),
      limiters: {
        ...limiters,
        async permit(request) {
          await limiters.permit(request);
          times.set(request.operation, [...(times.get(request.operation) ?? []), performance.now()]);
        },
      },
    },
  });
  const notices = { channels: {}, routes: [] };
  const configuration = {
    file: 'none',
    merchants: {},
    buyWithPrime: {},
    endpoints: {},
    policies: {},
    notices,
    morningDigests: [],
    accounts,
  };
  const worker = await startWorkers({
    ...workerSchema.parse({}),
    queues: queueNames,
    connection,
    namespace,
    identity,
    workflowBundle: await bundleWorkflows(silent),
    activities: composeActivities(configuration, client, silent, () => catalog, {
      modes: { modeOf: () => 'observe', dailyCapOf: () => 50 },
    }),
    version: { deploymentName, buildId },
    logger: silent,
  });
  closing.push(async () => {
    await limiters.close();
    await worker.close();
    await connection.close();
  });
  return times;
}

/** Repeats a call until the server knows the version: it does so a moment after the first poll. */
async function untilAccepted(call: () => Promise<unknown>): Promise<void> {
  await until(() =>
    call().then(
      () => true,
      () => false,
    ),
  );
}

const listings = (times: Map<string, number[]>): number => times.get('ListChangeSets')?.length ?? 0;

/** Waits for so many listings of each, and makes sure that there is always more to ask. */
async function untilMore(count: number, ...versions: ReadonlyArray<Map<string, number[]>>): Promise<void> {
  const enough = versions.map((times) => listings(times) + count);
  let ahead = 0;
  const all = (): number => simulator.control.log({ operation: 'ListChangeSets', kind: 'call' }).length;
  const before = all();
  await until(async () => {
    if (versions.every((times, index) => listings(times) >= (enough[index] ?? 0))) return true;
    if (ahead - (all() - before) >= 100) return undefined;
    await deliverCheckedFailure(simulator, temporal.client, account);
    ahead += 1;
    return undefined;
  });
}

test('with Worker Versioning on, the workers of all versions call AWS, and share its quotas', async () => {
  const { namespace, connection } = temporal;
  const { workflowService } = connection;
  const first = await startVersion('v1');
  await untilAccepted(() =>
    workflowService.setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId: 'v1' }),
  );
  await untilMore(20, first);
  const second = await startVersion('v2');
  await untilAccepted(() =>
    workflowService.setWorkerDeploymentRampingVersion({ namespace, deploymentName, buildId: 'v2', percentage: 50 }),
  );
  await untilMore(60, first, second);
  expect(throttlings(simulator)).toBe(0);
  for (const [operation, quota] of Object.entries(callsPerSecond)) {
    const together = [...(first.get(operation) ?? []), ...(second.get(operation) ?? [])].toSorted((a, b) => a - b);
    expect([operation, mostInTenSeconds(together) <= 10 * quota]).toEqual([operation, true]);
  }
  // Each has half of it.
  for (const times of [first, second]) {
    const late = (times.get('ListChangeSets') ?? []).slice(-40);
    const perSecond = (39 / ((late.at(-1) ?? 0) - (late[0] ?? 0))) * 1_000;
    expect(perSecond).toBeLessThanOrEqual(0.5 * callsPerSecond.ListChangeSets);
  }
}, 120_000);
