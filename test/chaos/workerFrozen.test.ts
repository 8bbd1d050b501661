import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { putEnded, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { historyOf } from '@marketplace-steward/testing/history';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { received } from '@marketplace-steward/testing/received';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { submitPermitsId, submitPermitsStatusQuery } from '../../src/workflows/submitPermits/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';

/**
 * For how long the worker is frozen: longer than a check counts (25 s), but not so long that its attempt has too little time
 * left (30 s) for that alone; in the long form longer than an activity attempt of a submit lasts (60 s), so that the other
 * worker makes the next one meanwhile.
 */
const isLong = process.env['STEWARD_LONG_FREEZES'] !== undefined;
const frozenMs = isLong ? 80_000 : 25_500;
const patienceMs = 240_000;
/** The simulated AWS holds its answers back for so long: the worker is frozen before they come. */
const heldBackMs = 7_000;
/** Those whose check is to be old come so much later. */
const laterMs = 2_000;
/**
 * Of the events, and of the workers, whose configuration a lineage follows. All lineages are there before the first of them
 * checks.
 */
const policies = {
  changeSet: { retryBackOffMs: [8_000], pollFirstMs: 500, pollLongestMs: 1_000, submitRetryFirstMs: 500 },
};

/** Where the worker is frozen in a submit, by the last call that AWS has got of it; an account each. */
const places = {
  afterPermit: { account: '100000000001', operation: 'ListTagsForResource' },
  inCheck: { account: '100000000002', operation: 'DescribeEntity' },
  /** The listing of what else happened is answered; what is held back is the contents of a newer validation. */
  beforeSend: { account: '100000000003', operation: 'DescribeChangeSet' },
  /** The same, and meanwhile another change set on the product succeeds. */
  overtaken: { account: '100000000004', operation: 'DescribeChangeSet' },
  afterSend: { account: '100000000005', operation: 'StartChangeSet' },
} as const;
type Place = keyof typeof places;
const names = Object.keys(places) as Place[];

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 5, quotas: 'off', defaultDurationMs: 200 });
  const accounts = Object.fromEntries(
    names.map((place) => [
      places[place].account,
      {
        mode: 'auto',
        credentials: { accessKeyIdVariable: `ID_OF_${places[place].account}`, secretAccessKeyVariable: 'SECRET' },
      },
    ]),
  );
  const keys = Object.fromEntries(
    names.map((place) => [`ID_OF_${places[place].account}`, `SIM${places[place].account}`]),
  );
  workers = workerProcesses({
    configuration: { accounts, policies, endpoints: { marketplaceCatalog: simulator.url } },
    temporal: () => temporal,
    environment: { ...keys, SECRET: 'simulated' },
  });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await simulator.close();
  await temporal.close();
});

interface Lineage {
  readonly changeSetId: string;
  readonly handle: WorkflowHandle;
}

async function deliverFailure({ account, operation }: (typeof places)[Place]): Promise<Lineage> {
  if (operation === 'DescribeChangeSet') await wait(laterMs);
  const endMs = Date.now() - 60_000;
  const changeSetId = putEnded(simulator, { account, endMs });
  const event = sampleEvent(
    'changeSetFailed',
    { id: randomUUID(), account },
    {
      ChangeSetId: changeSetId,
      ChangeSetName: `Update ${changeSetId}`,
      FailureCode: 'SERVER_FAULT',
      StartTime: vendorTime(endMs - 60_000),
      EndTime: vendorTime(endMs),
    },
  );
  const context: RouteContext = {
    accounts: { [account]: { mode: 'auto', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies,
  };
  const receipt = await received(temporal.client, context, 'eventbridge', Buffer.from(JSON.stringify(event)));
  expect(receipt.outcome).toBe('delivered');
  return { changeSetId, handle: temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId)) };
}

type Operation = (typeof places)[Place]['operation'] | 'ListChangeSets';

/** When AWS has got these calls of an account, in milliseconds; of submits only those that it took for new ones. */
function callsOf(account: string, operation: Operation, heldBack?: true): readonly number[] {
  return simulator.control
    .log({ operation })
    .flatMap((one) =>
      one.kind === 'call' &&
      one.account === account &&
      one.tokenRepeated !== true &&
      (heldBack === undefined || one.fault === 'slow')
        ? [Date.parse(one.at)]
        : [],
    );
}

/** All lineages wait for their first attempt; then AWS holds back the one answer of each that is meant. */
async function frozenAtItsPlace(): Promise<Readonly<Record<Place, Lineage>>> {
  const lineages = Object.fromEntries(
    await Promise.all(names.map(async (place) => [place, await deliverFailure(places[place])] as const)),
  ) as Record<Place, Lineage>;
  const isWaiting = async ({ handle }: Lineage): Promise<boolean> =>
    (await historyOf(handle)).count('TIMER_STARTED') > 0;
  await until(async () => (await Promise.all(names.map((place) => isWaiting(lineages[place])))).every(Boolean));
  // News to the submit's check: a worker does not describe an ended change set twice.
  for (const place of names)
    putEnded(simulator, {
      account: places[place].account,
      status: 'SUCCEEDED',
      intent: 'VALIDATE',
      on: lineages[place].changeSetId,
    });
  const holdBack = async (account: string, operation: Operation, delayMs = heldBackMs): Promise<void> => {
    simulator.control.addFault({ fault: 'slow', account, operation, delayMs });
    await until(() => callsOf(account, operation, true).length === 1);
  };
  await Promise.all(
    Object.values(places).map(async ({ account, operation }) => {
      if (operation === 'DescribeChangeSet') await holdBack(account, 'ListChangeSets', heldBackMs / 20);
      await holdBack(account, operation);
    }),
  );
  return lineages;
}

test(
  'a worker stands still between permit, check and send: one change set each, and none on an old check',
  () => expect(workers.whileTheyLive(freezeAndGoOn)).resolves.toBeUndefined(),
  patienceMs,
);

async function freezeAndGoOn(): Promise<void> {
  const first = workers.start();
  const lineages = await frozenAtItsPlace();
  first.kill('SIGSTOP');
  workers.start();
  putEnded(simulator, { account: places.overtaken.account, status: 'SUCCEEDED', on: lineages.overtaken.changeSetId });
  await wait(frozenMs);
  const goesOnMs = Date.now();
  first.kill('SIGCONT');

  for (const place of names.filter((name) => name !== 'overtaken')) {
    const { account } = places[place];
    const { changeSetId, handle } = lineages[place];
    expect([place, await handle.result()]).toMatchObject([place, { state: 'remediated', attempt: 1 }]);
    const { members } = (await handle.result()) as { members: Array<{ changeSetId: string }> };
    expect(members.map((member) => member.changeSetId)).toEqual([changeSetId, expect.any(String)]);
    const [sentMs = 0, ...more] = callsOf(account, 'StartChangeSet');
    expect([place, more]).toEqual([place, []]);
    const checkedMs =
      callsOf(account, 'ListChangeSets')
        .filter((ms) => ms <= sentMs)
        .at(-1) ?? 0;
    expect(sentMs - checkedMs).toBeLessThan(25_000);
    // In the long form the other worker has sent it meanwhile.
    expect(sentMs).toBeGreaterThan(place === 'afterSend' || isLong ? 0 : goesOnMs);
  }
  const { handle } = lineages.overtaken;
  const asked = await until(async () => {
    const status = await handle.query(changeSetStatusQuery);
    return status.state === 'awaitingDecision' && status;
  });
  expect(asked.nextStep).toContain('Newer change sets on the same entities have succeeded');
  expect(callsOf(places.overtaken.account, 'StartChangeSet')).toEqual([]);
  await handle.terminate('the test is over');
  for (const place of names) {
    const permits = temporal.client.workflow.getHandle(submitPermitsId(places[place].account));
    expect([place, await permits.query(submitPermitsStatusQuery)]).toMatchObject([
      place,
      // A permit whose attempt was given up may have been used: it counts.
      { today: place === 'overtaken' && !isLong ? 0 : 1 },
    ]);
  }
}
