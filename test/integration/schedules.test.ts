import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client, Connection, type ScheduleDescription } from '@temporalio/client';
import { pino } from 'pino';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { ensureNamespace } from '@marketplace-steward/testing/temporal/temporalNamespace';
import { startScheduleKeeper } from '../../src/delivery/scheduleKeeper.ts';
import { keepSchedules, type KeptSchedules } from '../../src/delivery/schedules.ts';
import {
  reconcileChangeSetsType,
  reconcileScheduleId,
  type ReconcileInput,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { accountAttribute, searchAttributeTypes, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { silent } from '@marketplace-steward/testing/silent';

const minuteMs = 60_000;
const vendor: RouteContext['accounts'][string] = {
  mode: 'observe',
  catalogs: ['AWSMarketplace'],
  kind: 'vendor',
  dailyCap: 50,
};

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
const described = (account: string): Promise<ScheduleDescription> =>
  temporal.client.schedule.getHandle(reconcileScheduleId(account)).describe();
/** Of the runs that it starts, by name. */
function attributesOf({ typedSearchAttributes }: ScheduleDescription['action']): Record<string, unknown> {
  const pairs = Array.isArray(typedSearchAttributes) ? typedSearchAttributes : (typedSearchAttributes?.getAll() ?? []);
  return Object.fromEntries(pairs.map(({ key, value }) => [key.name, value]));
}
const nothing = { made: [], updated: [], deleted: [], problems: [] };

test('an account has a schedule of its own, which checks from now on and waits for what may still be on its way', async () => {
  const [account = ''] = accountsOf(1);
  const beforeMs = Date.now();
  expect(await keep(contextOf([account]))).toEqual({ ...nothing, made: [account] });
  const { action, spec, policies, memo } = await described(account);
  const [input] = action.args as [ReconcileInput];
  const sinceMs = Date.parse(input.since ?? '');
  expect(Math.abs(sinceMs - beforeMs)).toBeLessThan(2 * minuteMs);
  expect(input).toEqual({ version: 1, account, catalogs: ['AWSMarketplace'], since: input.since });
  expect(action).toMatchObject({
    workflowType: reconcileChangeSetsType,
    workflowId: `reconcile:${account}`,
    taskQueue: 'steward',
    staticSummary: expect.stringContaining(account),
  });
  expect(attributesOf(action)).toMatchObject({ [accountAttribute.name]: account, [stateAttribute.name]: 'checking' });
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 15 * minuteMs, pauseOnFailure: false });
  expect(spec.intervals).toMatchObject([{ every: 15 * minuteMs }]);
  expect(spec.startAt).toEqual(new Date(sinceMs + 10 * minuteMs));
  expect(memo).toHaveProperty('about');
  expect(await keep(contextOf([account]))).toEqual(nothing);
}, 60_000);

test('the accounts are spread over the interval', async () => {
  const ids = accountsOf(12);
  await keep(contextOf(ids));
  const offsets = await Promise.all(ids.map(async (id) => (await described(id)).spec.intervals?.[0]?.offset));
  expect(new Set(offsets).size).toBeGreaterThan(9);
}, 60_000);

test('several workers at once make each schedule once', async () => {
  const ids = accountsOf(6);
  const all = await Promise.all(Array.from({ length: 4 }, () => keep(contextOf(ids))));
  expect(all.flatMap(({ problems }) => problems)).toEqual([]);
  expect(all.flatMap(({ made }) => made).toSorted()).toEqual(ids);
  expect(all.flatMap(({ updated, deleted }) => [...updated, ...deleted])).toEqual([]);
}, 60_000);

test('a changed configuration changes the schedule, and leaves its pause, its note and its beginning alone', async () => {
  const [account = ''] = accountsOf(1);
  await keep(contextOf([account]));
  const before = await described(account);
  await temporal.client.schedule.getHandle(reconcileScheduleId(account)).pause('not before Monday');
  const policies = { reconcile: { everyMs: 5 * minuteMs, settlingMs: minuteMs } };
  const accounts = { [account]: { ...vendor, catalogs: ['AWSMarketplace', 'Another'] } };
  expect(await keep({ accounts, policies })).toEqual({ ...nothing, updated: [account] });
  const after = await described(account);
  const [was] = before.action.args as [ReconcileInput];
  expect(after.action.args).toEqual([
    { ...was, catalogs: ['AWSMarketplace', 'Another'], policy: { settlingMs: minuteMs } },
  ]);
  expect(after.state).toMatchObject({ paused: true, note: 'not before Monday' });
  expect(after.spec.intervals).toMatchObject([{ every: 5 * minuteMs }]);
  expect(attributesOf(after.action)).toMatchObject({ [accountAttribute.name]: account });
  expect(await keep({ accounts, policies })).toEqual(nothing);
}, 60_000);

test('of accounts that are gone the schedule goes, and nobody else’s', async () => {
  const [stays = '', goes = ''] = accountsOf(2);
  await keep(contextOf([stays, goes]));
  const others = ['reconcile:something', `reconcile:${accountsOf(1)[0]}`];
  for (const scheduleId of others) {
    const action = { type: 'startWorkflow', workflowType: 'another', taskQueue: 'another' } as const;
    await temporal.client.schedule.create({ scheduleId, action, spec: { intervals: [{ every: '1d' }] } });
  }
  await until(async () => {
    const { deleted } = await keep(contextOf([stays]));
    return deleted.includes(goes) ? true : undefined;
  });
  await expect(described(goes)).rejects.toThrow('not found');
  await described(stays);
  for (const id of others) await temporal.client.schedule.getHandle(id).describe();
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
  expect(lines[0]).toMatchObject({ level: 50, msg: 'the server did not take all schedules; they are attempted again' });
  expect(JSON.stringify(lines[0])).toContain(namespace);
  await ensureNamespace(temporal.connection, namespace, 1);
  await temporal.connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: { StewardState: 2, StewardAccount: 2, StewardAttention: 5 },
  });
  await until(() => lines.find(({ msg }) => msg === 'the schedules follow the accounts'));
  await keeper.close();
  await client.schedule.getHandle(reconcileScheduleId(account)).describe();
}, 120_000);

test('the newest configuration counts, and a keeper that is closed does nothing more', async () => {
  const [first = '', second = '', third = ''] = accountsOf(3);
  const keeper = startScheduleKeeper(temporal.client, silent);
  keeper.keep(contextOf([first]));
  keeper.keep(contextOf([second]));
  await until(() =>
    described(second).then(
      () => true,
      () => undefined,
    ),
  );
  await keeper.close();
  const unreachable = new Client({ connection: temporal.connection, namespace: 'nobody-has-made-it' });
  const waiting = startScheduleKeeper(unreachable, silent, { firstMs: 3_600_000, longestMs: 3_600_000 });
  waiting.keep(contextOf([third]));
  await expect(waiting.close()).resolves.toBeUndefined();
  await expect(described(third)).rejects.toThrow('not found');
}, 60_000);

test('a keeper is closed at once where the server has stopped answering, however many accounts there are', async () => {
  const taken: Socket[] = [];
  const mute = createServer((socket) => void taken.push(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const connection = Connection.lazy({ address: `127.0.0.1:${(mute.address() as AddressInfo).port}` });
  try {
    const keeper = startScheduleKeeper(new Client({ connection }), silent);
    // Ten seconds are waited for each of them: far more than this test has.
    keeper.keep(contextOf(accountsOf(60)));
    await until(() => (taken.length > 0 ? true : undefined));
    await expect(keeper.close()).resolves.toBeUndefined();
  } finally {
    await connection.close();
    taken.forEach((socket) => socket.destroy());
    mute.close();
  }
}, 120_000);
