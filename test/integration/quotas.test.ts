import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { callTimes, mostInTenSeconds, throttlings } from '@marketplace-steward/testing/windows';
import { workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import { deliverCheckedFailure } from '@marketplace-steward/testing/checkedFailures';
import { until } from '@marketplace-steward/testing/until';

/** Twice the vendor's, so that the test is short. */
const quotas = { ListChangeSets: 10, DescribeChangeSet: 20, DescribeEntity: 40 };
const accounts = ['111122223333', '444455556666'] as const;
/** So many more than were checked are delivered at any time: a worker that is killed takes some of them with it. */
const ahead = 300;
/** Throttlings that the simulator makes up, beside which it lets everything through: what comes is counted here. */
const ordered = 5;

/** How long this process, and the simulator in it, was held up: what was sent meanwhile reaches it all at once. */
const heldUp = monitorEventLoopDelay({ resolution: 10 });
const nanosecondsPerSecond = 1e9;

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 9, quotas: 'off' });
  heldUp.enable();
  const configuration = {
    accounts: Object.fromEntries(
      accounts.map((account) => {
        const credentials = { accessKeyIdVariable: `KEY_${account}`, secretAccessKeyVariable: 'SECRET' };
        return [account, { mode: 'observe', callsPerSecond: quotas, credentials }];
      }),
    ),
    endpoints: { marketplaceCatalog: simulator.url },
  };
  const keys = Object.fromEntries(accounts.map((account) => [`KEY_${account}`, `SIM${account}`]));
  workers = workerProcesses({ configuration, temporal: () => temporal, environment: { ...keys, SECRET: 'simulated' } });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await simulator.close();
  await temporal.close();
});

const listings = (): number => simulator.control.log({ operation: 'ListChangeSets', kind: 'call' }).length;
const delivered: string[] = [];

/** Waits for so many listings, and makes sure that there is always more to ask, however fast or slow the machine is. */
async function untilMoreListings(count: number): Promise<void> {
  const enough = listings() + count;
  await until(async () => {
    if (listings() >= enough) return true;
    if (delivered.length >= listings() + ahead) return undefined;
    for (const account of accounts) delivered.push(await deliverCheckedFailure(simulator, temporal.client, account));
    return undefined;
  });
}

/** As the server has it in the history. */
async function priorityOfFirstCheck(changeSetId: string): Promise<object | undefined> {
  const { events } = await temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId)).fetchHistory();
  const scheduled = events?.flatMap(({ activityTaskScheduledEventAttributes: one }) => one ?? []) ?? [];
  return scheduled[0]?.priority ?? undefined;
}

async function comeAndGo(): Promise<void> {
  const [first, second] = [workers.start(), workers.start()];
  await untilMoreListings(40);
  for (const [index, account] of accounts.entries()) {
    expect(await priorityOfFirstCheck(delivered[index] ?? '')).toMatchObject({ priorityKey: 3, fairnessKey: account });
  }
  // Survived: the SDK repeats a read automatically, with a permit.
  simulator.control.addFault({ fault: 'throttle', operation: 'ListChangeSets', times: ordered });
  workers.start();
  await untilMoreListings(60);
  await workers.kill(first);
  await untilMoreListings(40);
  await workers.stop(second);
  // Only the one that joined is left.
  await untilMoreListings(20);
}

test('workers join, close and are killed: no ten seconds above a quota, and nothing is throttled that was not to be', async () => {
  await expect(workers.whileTheyLive(comeAndGo)).resolves.toBeUndefined();
  heldUp.disable();
  expect(throttlings(simulator)).toBe(ordered);
  const sentWithinSeconds = 10 + heldUp.max / nanosecondsPerSecond;
  for (const [key, times] of callTimes(simulator)) {
    const [, operation = ''] = key.split(' ');
    const quota = operation in quotas ? quotas[operation as keyof typeof quotas] : 5;
    expect([key, mostInTenSeconds(times) <= quota * sentWithinSeconds]).toEqual([key, true]);
  }
  const keys = [...callTimes(simulator).keys()];
  expect(keys).toEqual(expect.arrayContaining(accounts.map((account) => `${account} ListChangeSets`)));
}, 240_000);
