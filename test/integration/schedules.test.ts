import { reconcileDefaults } from '../../src/policies/defaults.ts';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client, Connection, type ScheduleDescription } from '@temporalio/client';
import { pino } from 'pino';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import {
  reconciliationView,
  scheduledAccounts,
  setPaused,
  startAccountCheck,
} from '../../src/delivery/reconciliation.ts';
import { startScheduleKeeper } from '../../src/delivery/scheduleKeeper.ts';
import { keepSchedules, type KeptSchedules } from '../../src/delivery/schedules.ts';
import { updateSchedule } from '../../src/delivery/scheduleUpdate.ts';
import {
  accountCheckId,
  reconcileChangeSetsType,
  reconcileScheduleId,
  type ReconciledAccount,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { ensureNamespace } from '@marketplace-steward/testing/temporal/temporalNamespace';
import { until } from '@marketplace-steward/testing/until';
import { silent } from '@marketplace-steward/testing/silent';

const minuteMs = 60_000;
const vendor: RouteContext['accounts'][string] = {
  mode: 'observe',
  catalogs: ['AWSMarketplace'],
  kind: 'vendor',
  dailyCap: 50,
};
const pause = { actor: 'Ada', reason: 'its role is rebuilt', at: '2026-11-22T12:00:00.000Z' };

let temporal: TestTemporal;
/** Twelve digits each, and another for each test. */
let numbers = 100_000_000_000;
beforeEach(async () => {
  temporal = await testTemporal(searchAttributeTypes);
});
afterEach(() => temporal.close());

function accountsOf(count: number): string[] {
  return Array.from({ length: count }, () => String((numbers += 1)));
}

function contextOf(ids: readonly string[], policies: RouteContext['policies'] = {}): RouteContext {
  return { accounts: Object.fromEntries(ids.map((id) => [id, vendor])), policies };
}

const keep = (context: RouteContext): Promise<KeptSchedules> =>
  keepSchedules(temporal.client, context, silent, new AbortController().signal);
const schedule = () => temporal.client.schedule.getHandle(reconcileScheduleId);
const described = (): Promise<ScheduleDescription> => schedule().describe();
const scheduled = async (): Promise<readonly ReconciledAccount[]> => scheduledAccounts(await described());
const asItWas = { schedule: 'asItWas', deleted: [], problems: [] };

test('all accounts have one schedule, which checks each from now on and begins a round with no attribute', async () => {
  const ids = accountsOf(3);
  const beforeMs = Date.now();
  expect(await keep(contextOf(ids))).toEqual({ ...asItWas, schedule: 'made' });
  const { action, spec, policies, memo } = await described();
  const accounts = await scheduled();
  expect(action.args).toEqual([{ version: 1, accounts, policy: reconcileDefaults }]);
  expect(accounts.map(({ account }) => account)).toEqual(ids);
  for (const { since } of accounts) expect(Math.abs(Date.parse(since) - beforeMs)).toBeLessThan(2 * minuteMs);
  expect(action).toMatchObject({
    workflowType: reconcileChangeSetsType,
    workflowId: 'reconcile:accounts',
    taskQueue: 'steward',
  });
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 15 * minuteMs, pauseOnFailure: false });
  expect(spec.intervals).toMatchObject([{ every: 15 * minuteMs }]);
  expect(memo).toHaveProperty('about');
  expect(await keep(contextOf(ids))).toEqual(asItWas);
}, 60_000);

test('several workers at once make it once, and agree', async () => {
  const ids = accountsOf(6);
  const all = await Promise.all(Array.from({ length: 4 }, () => keep(contextOf(ids))));
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
  expect(all.filter(({ schedule: made }) => made === 'made')).toHaveLength(1);
  expect((await scheduled()).map(({ account }) => account)).toEqual(ids);
}, 60_000);

test('a thousand accounts fit', async () => {
  const ids = accountsOf(1_000);
  expect(await keep(contextOf(ids))).toEqual({ ...asItWas, schedule: 'made' });
  expect(await scheduled()).toHaveLength(1_000);
  expect(await keep(contextOf(ids))).toEqual(asItWas);
}, 60_000);

test('a changed configuration changes it, and leaves pauses, notes and beginnings alone', async () => {
  const [stays = '', goes = '', comes = ''] = accountsOf(3);
  await keep(contextOf([stays, goes]));
  const before = await scheduled();
  await schedule().pause('not before Monday');
  await setPaused(temporal.client, [stays], pause);
  const policies = { reconcile: { everyMs: 5 * minuteMs, settlingMs: minuteMs } };
  const accounts = { [stays]: { ...vendor, catalogs: ['AWSMarketplace', 'Another'] }, [comes]: vendor };
  expect(await keep({ accounts, policies })).toEqual({ ...asItWas, schedule: 'updated' });
  const after = await described();
  const [one, two, ...others] = await scheduled();
  expect(one).toEqual({ ...before[0], catalogs: ['AWSMarketplace', 'Another'], paused: pause });
  expect([two?.account, others]).toEqual([comes, []]);
  expect(after.action.args).toMatchObject([{ policy: policies.reconcile }]);
  expect(after.state).toMatchObject({ paused: true, note: 'not before Monday' });
  expect(after.spec.intervals).toMatchObject([{ every: 5 * minuteMs }]);
  expect(await keep({ accounts, policies })).toEqual(asItWas);
  // An account that comes back begins from the start.
  await keep({ accounts: { ...accounts, [goes]: vendor }, policies });
  const back = (await scheduled()).find(({ account }) => account === goes);
  expect(Date.parse(back?.since ?? '')).toBeGreaterThanOrEqual(Date.parse(before[1]?.since ?? ''));
  expect(back).not.toHaveProperty('paused');
}, 60_000);

test('the schedules of single accounts from before go, their pauses and beginnings stay, and nobody else’s goes', async () => {
  const [paused = '', runs = '', gone = ''] = accountsOf(3);
  const since = '2026-10-01T00:00:00.000Z';
  const own = (account: string, taskQueue = stewardTaskQueue) =>
    temporal.client.schedule.create({
      scheduleId: accountCheckId(account),
      action: {
        type: 'startWorkflow',
        workflowType: reconcileChangeSetsType,
        taskQueue,
        args: [{ account, since }] as never,
      },
      spec: { intervals: [{ every: '1d' }] },
    });
  for (const account of [paused, runs, gone]) await own(account);
  const [elsewhere = ''] = accountsOf(1);
  await own(elsewhere, 'another');
  await temporal.client.schedule.getHandle(accountCheckId(paused)).pause('an operator checks it');
  await until(async () => {
    let listed = 0;
    for await (const _one of temporal.client.schedule.list()) listed += 1;
    return listed === 4 ? true : undefined;
  });
  const kept = await keep(contextOf([paused, runs]));
  expect({ ...kept, deleted: kept.deleted.toSorted() }).toEqual({
    schedule: 'made',
    deleted: [paused, runs, gone],
    problems: [],
  });
  expect(await scheduled()).toMatchObject([
    { account: paused, since, paused: { reason: 'an operator checks it' } },
    { account: runs, since },
  ]);
  for (const account of [paused, runs, gone]) {
    await expect(temporal.client.schedule.getHandle(accountCheckId(account)).describe()).rejects.toThrow('not found');
  }
  await temporal.client.schedule.getHandle(accountCheckId(elsewhere)).describe();
}, 60_000);

test('a pause that is set while the configuration changes is not lost, and neither is the change', async () => {
  const ids = accountsOf(5);
  const [added = ''] = accountsOf(1);
  await keep(contextOf(ids));
  const pauses = ids.map((id) => setPaused(temporal.client, [id], { ...pause, reason: id }));
  await Promise.all([...pauses, keep(contextOf([...ids, added]))]);
  expect((await scheduled()).map(({ account, paused }) => [account, paused?.reason])).toEqual([
    ...ids.map((id) => [id, id]),
    [added, undefined],
  ]);
  expect(await setPaused(temporal.client, ids, undefined)).toEqual([]);
  expect((await scheduled()).filter(({ paused }) => paused !== undefined)).toEqual([]);
  const [stranger = ''] = accountsOf(1);
  expect(await setPaused(temporal.client, [ids[0] ?? '', stranger], pause)).toEqual([stranger]);
  expect((await scheduled()).filter(({ paused }) => paused !== undefined)).toEqual([]);
}, 60_000);

test('an update of what nobody has changed is not repeated', async () => {
  await keep(contextOf(accountsOf(1)));
  let asked = 0;
  const change = (found: ScheduleDescription) => {
    asked += 1;
    return found.state.note === 'noted' ? undefined : { ...found, state: { ...found.state, note: 'noted' } };
  };
  expect(await updateSchedule(temporal.client, reconcileScheduleId, change)).toBe(true);
  expect(asked).toBeLessThan(4);
  expect(await updateSchedule(temporal.client, reconcileScheduleId, change)).toBe(false);
}, 60_000);

test('what the schedule knows of an account begins the check of it by hand', async () => {
  const [account = '', stranger = ''] = accountsOf(2);
  await keep(contextOf([account], { reconcile: { settlingMs: 1_000 } }));
  const [{ since }] = (await scheduled()) as [ReconciledAccount];
  expect(await reconciliationView(temporal.client)).toMatchObject({
    paused: false,
    policy: { settlingMs: 1_000 },
    accounts: [{ account, since }],
  });
  expect(await startAccountCheck(temporal.client, { account: stranger })).toBeUndefined();
  expect(await startAccountCheck(temporal.client, { account })).toBe(`reconcile:${account}`);
  // No worker takes it here.
  const handle = temporal.client.workflow.getHandle(`reconcile:${account}`);
  const { events } = await handle.fetchHistory();
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  expect(JSON.parse(Buffer.from(input ?? []).toString())).toEqual({
    version: 1,
    account,
    from: since,
    policy: { ...reconcileDefaults, settlingMs: 1_000 },
  });
  await handle.terminate();
}, 60_000);

test('where the server refuses, it is logged and tried again until it is done', async () => {
  const [account = ''] = accountsOf(1);
  const namespace = `${temporal.namespace}-later`;
  const client = new Client({ connection: temporal.connection, namespace });
  const lines: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const keeper = startScheduleKeeper(client, logger, { firstMs: 20, longestMs: 200 });
  keeper.keep(contextOf([account]));
  await until(() => (lines.length >= 2 ? true : undefined));
  expect(lines[0]).toMatchObject({
    level: 50,
    msg: 'the server did not take all of the schedule; it is attempted again',
  });
  expect(JSON.stringify(lines[0])).toContain(namespace);
  await ensureNamespace(temporal.connection, namespace, 1);
  await temporal.connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: { StewardState: 2, StewardAccount: 2, StewardAttention: 5 },
  });
  await until(() => lines.find(({ msg }) => msg === 'the schedule follows the accounts'));
  await keeper.close();
  expect(scheduledAccounts(await client.schedule.getHandle(reconcileScheduleId).describe())).toMatchObject([
    { account },
  ]);
}, 120_000);

test('the newest configuration counts, and a keeper that is closed does nothing more', async () => {
  const [first = '', second = '', third = ''] = accountsOf(3);
  const keeper = startScheduleKeeper(temporal.client, silent);
  keeper.keep(contextOf([first]));
  keeper.keep(contextOf([second]));
  await until(() =>
    scheduled().then(
      ([one]) => (one?.account === second ? true : undefined),
      () => undefined,
    ),
  );
  await keeper.close();
  const unreachable = new Client({ connection: temporal.connection, namespace: 'nobody-has-made-it' });
  const waiting = startScheduleKeeper(unreachable, silent, { firstMs: 3_600_000, longestMs: 3_600_000 });
  waiting.keep(contextOf([third]));
  await expect(waiting.close()).resolves.toBeUndefined();
  expect((await scheduled()).map(({ account }) => account)).toEqual([second]);
}, 60_000);

test('a keeper is closed at once where the server has stopped answering', async () => {
  const taken: Socket[] = [];
  const mute = createServer((socket) => void taken.push(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const connection = Connection.lazy({ address: `127.0.0.1:${(mute.address() as AddressInfo).port}` });
  try {
    const keeper = startScheduleKeeper(new Client({ connection }), silent);
    keeper.keep(contextOf(accountsOf(60)));
    await until(() => (taken.length > 0 ? true : undefined));
    await expect(keeper.close()).resolves.toBeUndefined();
  } finally {
    await connection.close();
    taken.forEach((socket) => socket.destroy());
    mute.close();
  }
}, 120_000);
