import { MockActivityEnvironment } from '@temporalio/testing';
import { createReconcileActivities } from '../../../src/activities/reconcileChangeSets/index.ts';
import { findLate } from '../../../src/activities/reconcileChangeSets/late.ts';
import { failure } from '../../../src/failures.ts';
import type { CatalogScope } from '../../../src/vendors/marketplaceCatalog/port.ts';
import type { Checked, ReconcileActivities } from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { failureOf } from '@marketplace-steward/testing/failures';
import { joinErrorRealms } from '@marketplace-steward/testing/realm';
import { simulated, type Simulated } from '../simulated.ts';

joinErrorRealms();

const account = '123456789012';
const endMs = Date.parse(new Date(Date.now() - 86_400_000).toISOString().slice(0, 19) + 'Z');
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
/** All that is put within, bounds included. */
const check = { account, catalogs: ['AWSMarketplace'], from: at(endMs), until: at(endMs + 1_000_000) };

let world: Simulated;
let activities: ReconcileActivities;
/** Change sets that a workflow has, by id; those that refuse to be delivered; those that were delivered. */
const known = new Set<string>();
const refused = new Map<string, Error>();
const delivered: string[] = [];
const opened: string[] = [];

beforeAll(async () => {
  world = await simulated();
  activities = createReconcileActivities({
    reportFailingTasks: async () => undefined,
    catalog: world.catalog,
    context: {
      accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 5 } },
    },
    late: {
      async open(_scope, { changeSetId }) {
        opened.push(changeSetId);
        return changeSetId;
      },
    },
    found: {
      ownershipOf: async (_scope, { changeSetId }) =>
        known.has(changeSetId) ? { owned: true, workflowId: changeSetId } : { owned: false },
      async deliver(_scope: CatalogScope, { changeSetId }) {
        const error = refused.get(changeSetId);
        if (error !== undefined) throw error;
        delivered.push(changeSetId);
        known.add(changeSetId);
        return changeSetId;
      },
    },
  });
});
afterAll(() => world.simulator.close());
beforeEach(() => {
  world.reset();
  known.clear();
  refused.clear();
  delivered.length = 0;
  opened.length = 0;
});

function put(changeSetId: string, agoMs: number, status: 'FAILED' | 'SUCCEEDED' = 'FAILED'): void {
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Name ${changeSetId}`,
    status,
    startTime: at(endMs - 3_600_000),
    endTime: at(endMs + agoMs),
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-a', details: '{}' }],
  });
}

const run = <Result>(act: () => Promise<Result>): Promise<Result> => new MockActivityEnvironment().run(act);
const idsOf = ({ missed }: Checked): string[] => missed.map(({ row }) => row.changeSetId);

test('gives the failed change sets of the window that no workflow has, the first to end first', async () => {
  put('early', -1_000);
  put('first', 0);
  put('known', 1_000);
  put('succeeded', 2_000, 'SUCCEEDED');
  put('second', 999_000);
  put('late', 1_000_000);
  known.add('known');
  const checked = await run(() => activities.findMissed(check));
  expect(checked).toMatchObject({ listed: 3, known: 1 });
  expect(checked.after).toBeUndefined();
  expect(idsOf(checked)).toEqual(['first', 'second']);
  // No entities: its event would not name them either.
  expect(Object.keys(checked.missed[0]?.row ?? {}).toSorted()).toEqual([
    'changeSetId',
    'endTime',
    'name',
    'startTime',
    'status',
  ]);
  expect(await run(() => activities.findMissed(check))).toEqual(checked);
});

test('many are given in batches, each once, also where several ended in one second', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `set${String(index).padStart(4, '0')}`);
  ids.forEach((id, index) => put(id, 1_000 * Math.floor(index / 60)));
  const seen: string[] = [];
  let listed = 0;
  let after: Checked['after'];
  for (;;) {
    const at = after === undefined ? {} : { after };
    const checked = await run(() => activities.findMissed({ ...check, ...at }));
    expect(checked.missed.length).toBeLessThanOrEqual(110);
    seen.push(...idsOf(checked));
    listed += checked.listed;
    await run(() => activities.deliverMissed({ account, missed: checked.missed }));
    if (checked.after === undefined) break;
    after = checked.after;
  }
  expect(seen.toSorted()).toEqual(ids);
  expect(delivered.toSorted()).toEqual(ids);
  expect(listed).toBe(ids.length);
});

test('a row that can be no event is listed, and does not hold up the others', async () => {
  for (const id of ['one', 'two', 'three']) put(id, 0);
  const { missed } = await run(() => activities.findMissed(check));
  refused.set('two', failure('RequestRejected', 'two is of unknown status'));
  expect(await run(() => activities.deliverMissed({ account, missed }))).toEqual({
    undelivered: [{ changeSetId: 'two', reason: 'two is of unknown status' }],
  });
  expect(delivered.toSorted()).toEqual(['one', 'three']);
  refused.set('two', failure('Unreachable', 'Temporal did not take it'));
  const thrown = await failureOf(run(() => activities.deliverMissed({ account, missed })));
  expect(thrown).toMatchObject({ type: 'Unreachable', nonRetryable: false });
});

test.each([
  [{ account: '999988887777' }, 'there is no accounts.999988887777'],
  [
    { catalogs: ['AWSMarketplace', 'Elsewhere'] },
    'accounts.123456789012.catalogs (AWSMarketplace), but it names Elsewhere',
  ],
])('what the configuration does not have is refused before anything is asked: %j', async (values, sentence) => {
  const thrown = await failureOf(run(() => activities.findMissed({ ...check, ...values })));
  expect(thrown).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  expect(thrown.message).toContain(sentence);
  expect(world.simulator.control.log({ kind: 'call' })).toEqual([]);
});

test('the listing is asked for failures by the time of their end', async () => {
  await run(() => activities.findMissed(check));
  const [call] = world.simulator.control.log({ kind: 'call', operation: 'ListChangeSets' });
  expect(call).toMatchObject({
    request: {
      FilterList: [
        { Name: 'Status', ValueList: ['FAILED'] },
        { Name: 'AfterEndTime', ValueList: [at(endMs - 1_000)] },
        { Name: 'BeforeEndTime', ValueList: [at(endMs + 1_002_000)] },
      ],
      Sort: { SortBy: 'EndTime', SortOrder: 'DESCENDING' },
    },
  });
});

describe('change sets that run longer than usual', () => {
  const hourMs = 3_600_000;
  function putRunning(
    changeSetId: string,
    agoMs: number,
    change: [string, string],
    name = `Name ${changeSetId}`,
  ): void {
    const [entityType, changeType] = change;
    world.simulator.control.putChangeSet({
      changeSetId,
      name,
      status: 'PREPARING',
      startTime: at(Date.now() - agoMs),
      changes: [{ changeType, entityType, identifier: `prod-${changeSetId}`, details: '{}' }],
    });
  }
  const offer: [string, string] = ['Offer@1.0', 'UpdateSupportTerms'];
  const product: [string, string] = ['SaaSProduct@1.0', 'UpdateInformation'];
  const review: [string, string] = ['SaaSProduct@1.0', 'UpdateVisibility'];
  const lateIds = ({ late = [] }: Checked): string[] => late.map(({ row }) => row.changeSetId).toSorted();
  const calls = (operation: 'ListChangeSets' | 'DescribeChangeSet'): number =>
    world.simulator.control.log({ operation }).length;

  test('are those beyond the usual time of their slowest change that no workflow has; successors have their lineages', async () => {
    putRunning('offer-late', 2 * hourMs, offer);
    putRunning('offer-young', hourMs / 2, offer);
    putRunning('product-late', 7 * hourMs, product);
    putRunning('product-usual', 5 * hourMs, product);
    putRunning('review-usual', 30 * 24 * hourMs, review);
    putRunning('review-late', 38 * 24 * hourMs, review);
    putRunning('owned', 9 * hourMs, product);
    putRunning('successor', 9 * hourMs, product, 'Name+retry.owned.1');
    known.add('owned');
    const checked = await run(() => activities.findMissed(check));
    expect(lateIds(checked)).toEqual(['offer-late', 'product-late', 'review-late']);
    // One listing for the failed ones, one for those that run; the young, the owned and the successor are not described.
    expect([calls('ListChangeSets'), calls('DescribeChangeSet')]).toEqual([2, 5]);
    const { late = [] } = checked;
    expect((await run(() => activities.openLate({ account, late }))).toSorted()).toEqual(lateIds(checked));
    expect(opened.toSorted()).toEqual(lateIds(checked));
  });

  test('are not listed again by the later checks of one run', async () => {
    putRunning('product-late', 7 * hourMs, product);
    const after = { catalog: 'AWSMarketplace', endTime: at(endMs), changeSetId: 'any' };
    expect(await run(() => activities.findMissed({ ...check, after }))).not.toHaveProperty('late');
    expect(calls('ListChangeSets')).toBe(1);
  });

  test('one that AWS does not describe keeps nothing from being found', async () => {
    put('missed', 1_000);
    putRunning('product-late', 7 * hourMs, product);
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'DescribeChangeSet',
      type: 'AccessDeniedException',
      status: 403,
      message: 'denied',
      times: 100,
    });
    const checked = await run(() => activities.findMissed(check));
    expect(idsOf(checked)).toEqual(['missed']);
    expect(checked).not.toHaveProperty('late');
  });

  test('of very many, each check asks about a part, and the next one about another', async () => {
    for (let index = 0; index < 30; index += 1) putRunning(`many-${index}`, 7 * hourMs, product);
    const found = (nowMs: number) =>
      findLate(world.catalog, { account, catalog: 'AWSMarketplace' }, () => Promise.resolve(false), nowMs);
    const turnMs = 15 * 60_000;
    const nowMs = Math.ceil(Date.now() / turnMs) * turnMs;
    const [one, two] = [await found(nowMs), await found(nowMs + turnMs)];
    expect([one.length, two.length]).toEqual([20, 20]);
    expect(new Set([...one, ...two].map(({ changeSetId }) => changeSetId)).size).toBe(30);
  });
});
