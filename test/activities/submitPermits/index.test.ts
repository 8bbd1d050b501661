import { once } from 'node:events';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createSubmitPermitsActivities } from '../../../src/activities/submitPermits/index.ts';
import { successorName, submitToken } from '../../../src/workflows/changeSetRemediation/lineage.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';
import { ago, simulated, type Simulated } from '../simulated.ts';

let world: Simulated;
let lastEndedMs: number | undefined;
beforeAll(async () => {
  world = await simulated();
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  lastEndedMs = undefined;
});

const scope = { account, catalog };
type Catalog = Parameters<typeof createSubmitPermitsActivities>[0]['catalog'];
/** The activities, each as an attempt that a worker has. */
function activities(catalogUsed: Catalog = world.catalog, environment = new MockActivityEnvironment()) {
  const made = createSubmitPermitsActivities({
    catalog: catalogUsed,
    permits: { lastEndedMs: () => Promise.resolve(lastEndedMs) },
  });
  type Listed = ReturnType<typeof made.countSubmits>;
  type Running = ReturnType<typeof made.runningSubmits>;
  return {
    countSubmits: (asked: typeof scope) => environment.run(() => made.countSubmits(asked)) as Listed,
    runningSubmits: (asked: typeof scope) => environment.run(() => made.runningSubmits(asked)) as Running,
  };
}
type Status = 'SUCCEEDED' | 'FAILED' | 'APPLYING';
function put(name: string, startTime: string, status: Status, values: { account?: string } = {}): void {
  world.simulator.control.putChangeSet({
    changeSetId: name.replaceAll(/\W/g, '-'),
    name,
    status,
    startTime,
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-x', details: '{}' }],
    ...values,
  });
}
const dayStart = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
const yesterday = `${new Date(Date.parse(dayStart) - 60_000).toISOString().slice(0, 19)}Z`;

test('counts the successors of today, of every lineage of the account, and those that run still', async () => {
  put(successorName('One', 'one', 1), dayStart, 'SUCCEEDED');
  put(successorName('Two', 'two', 3), ago(0), 'APPLYING');
  put(successorName('Three', 'three', 1), yesterday, 'SUCCEEDED');
  put(successorName('Four', 'four', 1), yesterday, 'APPLYING');
  put('By hand', ago(0), 'SUCCEEDED');
  put(successorName('Theirs', 'theirs', 1), ago(0), 'SUCCEEDED', { account: '111122223333' });
  const listed = await activities().countSubmits(scope);
  expect(new Map(listed.map(({ token, runs }) => [token, runs]))).toEqual(
    new Map([
      [submitToken('one', 1), false],
      [submitToken('two', 3), true],
      [submitToken('four', 1), true],
    ]),
  );
  expect(new Set(await activities().runningSubmits(scope))).toEqual(
    new Set([submitToken('two', 3), submitToken('four', 1)]),
  );
});

test.each(['countSubmits', 'runningSubmits'] as const)(
  '%s shows that its worker lives while AWS lists: else nobody would hear of a killed one for minutes',
  async (name) => {
    const environment = new MockActivityEnvironment();
    const beaten = once(environment, 'heartbeat');
    // AWS answers after the second heartbeat.
    const listChangeSets: Catalog['listChangeSets'] = async () => {
      await beaten;
      return [];
    };
    const slow: Catalog = { listChangeSets, expecting: (_scope, _calls, work) => work() };
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const counting = activities(slow, environment)[name](scope);
      await jest.advanceTimersByTimeAsync(6_000);
      expect(await counting).toEqual([]);
    } finally {
      jest.useRealTimers();
    }
  },
);

test('after a run that was ended from outside it waits until none of its permits can be used', async () => {
  lastEndedMs = Date.now() - 5_000;
  const refused: unknown = await activities()
    .countSubmits(scope)
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ type: 'NotYet' });
  const { nextRetryDelay } = refused as { nextRetryDelay: number };
  expect(nextRetryDelay).toBeGreaterThan(69_000);
  expect(world.simulator.control.log({ operation: 'ListChangeSets' })).toEqual([]);
  lastEndedMs = Date.now() - 76_000;
  expect(await activities().countSubmits(scope)).toEqual([]);
});
