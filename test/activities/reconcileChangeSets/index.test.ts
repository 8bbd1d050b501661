import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createReconcileActivities } from '../../../src/activities/reconcileChangeSets/index.ts';
import { findLate } from '../../../src/activities/reconcileChangeSets/late.ts';
import type { RouteContext } from '../../../src/delivery/delivery.ts';
import type { OpenLineages } from '../../../src/delivery/openLineages.ts';
import { failure } from '../../../src/failures.ts';
import type { CatalogListing, CatalogScope } from '../../../src/vendors/marketplaceCatalog/port.ts';
import type {
  AccountCheck,
  BatchChecked,
  FoundRow,
  ReconcileActivities,
} from '../../../src/workflows/reconcileChangeSets/contract.ts';
import { failureOf } from '@marketplace-steward/testing/failures';
import { announcing, simulated, type Simulated } from '../simulated.ts';

const account = '123456789012';
const endMs = Date.parse(new Date(Date.now() - 86_400_000).toISOString().slice(0, 19) + 'Z');
const at = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
/** All that is put within, bounds included. */
const check = { account, catalogs: ['AWSMarketplace'], from: at(endMs), until: at(endMs + 1_000_000) };

/** No lineage is open. */
const nobody: OpenLineages = {
  concerned: () => Promise.resolve([]),
  asked: () => Promise.resolve([]),
  reportOutcome: () => Promise.reject(new Error('nobody is reported')),
  reportWork: () => Promise.reject(new Error('nobody is reported')),
};

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
    reportRegularly: async () => undefined,
    lineages: nobody,
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

const run = <Result>(act: () => Promise<Result>): Promise<Result> =>
  new MockActivityEnvironment({ startToCloseTimeoutMs: 60_000 }).run(act);
/** Of a batch of one account: what it found there. */
function only({ accounts, missed }: BatchChecked) {
  const [first] = accounts;
  if (accounts.length !== 1 || first?.outcome !== 'checked') throw new Error(JSON.stringify(accounts));
  return { ...first, missed };
}
const idsOf = ({ missed }: BatchChecked): string[] => missed.map(({ row }) => row.changeSetId);

test('gives the failed change sets of the window that no workflow has, the first to end first', async () => {
  put('early', -1_000);
  put('first', 0);
  put('known', 1_000);
  put('succeeded', 2_000, 'SUCCEEDED');
  put('second', 999_000);
  put('late', 1_000_000);
  known.add('known');
  const checked = await run(() => activities.checkAccounts({ accounts: [check] }));
  expect(only(checked)).toMatchObject({ listed: 3, known: 1 });
  expect(only(checked).after).toBeUndefined();
  expect(idsOf(checked)).toEqual(['first', 'second']);
  // No entities: its event would not name them either.
  expect(Object.keys(checked.missed[0]?.row ?? {}).toSorted()).toEqual([
    'changeSetId',
    'endTime',
    'name',
    'startTime',
    'status',
  ]);
  expect(await run(() => activities.checkAccounts({ accounts: [check] }))).toEqual(checked);
});

test('many are given in batches, each once, also where several ended in one second', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `set${String(index).padStart(4, '0')}`);
  ids.forEach((id, index) => put(id, 1_000 * Math.floor(index / 60)));
  const seen: string[] = [];
  let listed = 0;
  let after: AccountCheck['after'];
  for (;;) {
    const at = after === undefined ? {} : { after };
    const checked = await run(() => activities.checkAccounts({ accounts: [{ ...check, ...at }] }));
    expect(checked.missed.length).toBeLessThanOrEqual(110);
    seen.push(...idsOf(checked));
    listed += only(checked).listed;
    await run(() => activities.deliverMissed({ missed: checked.missed }));
    after = only(checked).after;
    if (after === undefined) break;
  }
  expect(seen.toSorted()).toEqual(ids);
  expect(delivered.toSorted()).toEqual(ids);
  expect(listed).toBe(ids.length);
});

test('a row that can be no event is listed, and does not hold up the others', async () => {
  for (const id of ['one', 'two', 'three']) put(id, 0);
  const { missed } = await run(() => activities.checkAccounts({ accounts: [check] }));
  refused.set('two', failure('RequestRejected', 'two is of unknown status'));
  expect(await run(() => activities.deliverMissed({ missed }))).toEqual({
    undelivered: [{ changeSetId: 'two', reason: 'two is of unknown status' }],
    left: [],
  });
  expect(delivered.toSorted()).toEqual(['one', 'three']);
  refused.set('two', failure('Unreachable', 'Temporal did not take it'));
  const thrown = await failureOf(run(() => activities.deliverMissed({ missed })));
  expect(thrown).toMatchObject({ type: 'Unreachable', nonRetryable: false });
  // A round has its time: what Temporal does not take now is left to the next one.
  expect(await run(() => activities.deliverMissed({ missed, onlyNow: true }))).toEqual({
    undelivered: [],
    left: ['two'],
  });
});

test.each([
  [{ account: '999988887777' }, 'there is no accounts.999988887777'],
  [
    { catalogs: ['AWSMarketplace', 'Elsewhere'] },
    'accounts.123456789012.catalogs (AWSMarketplace), but it names Elsewhere',
  ],
])('what the configuration does not have is refused before anything is asked: %j', async (values, sentence) => {
  const thrown = await failureOf(run(() => activities.checkAccounts({ accounts: [{ ...check, ...values }] })));
  expect(thrown).toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  expect(thrown.message).toContain(sentence);
  expect(world.simulator.control.log({ kind: 'call' })).toEqual([]);
});

test('the listing is asked for failures by the time of their end', async () => {
  await run(() => activities.checkAccounts({ accounts: [check] }));
  const [call] = world.simulator.control.log({ kind: 'call', operation: 'ListChangeSets' });
  expect(call).toMatchObject({
    request: {
      FilterList: [
        { Name: 'Status', ValueList: ['FAILED'] },
        { Name: 'AfterEndTime', ValueList: [at(endMs - 1_000)] },
        { Name: 'BeforeEndTime', ValueList: [at(endMs + 1_002_000)] },
      ],
      Sort: { SortBy: 'EndTime', SortOrder: 'ASCENDING' },
    },
  });
});

describe('a batch of accounts', () => {
  const others = ['210987654321', '310987654321', '410987654321'];
  const checks = [account, ...others].map((id) => ({ ...check, account: id }));
  const accounts: RouteContext['accounts'] = Object.fromEntries(
    [account, ...others].map((id) => [
      id,
      { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 5 },
    ]),
  );
  /** With a listing of the test's own. */
  const batchOf = (list: (of: string) => Promise<readonly CatalogListing[]>, known: readonly string[] = []) =>
    createReconcileActivities({
      reportRegularly: async () => undefined,
      lineages: nobody,
      catalog: {
        ...announcing,
        describeEntity: (scope, id) => world.catalog.describeEntity(scope, id),
        describeChangeSet: (scope, id) => world.catalog.describeChangeSet(scope, id),
        listChangeSets: ({ account: of }, { statuses = [] }) =>
          statuses.includes('FAILED') ? list(of) : Promise.resolve([]),
      },
      context: { accounts },
      late: { open: (_scope, { changeSetId }) => Promise.resolve(changeSetId) },
      found: {
        ownershipOf: (_scope, { changeSetId: id }) =>
          Promise.resolve(known.includes(id) ? { owned: true, workflowId: id } : { owned: false }),
        deliver: () => Promise.reject(new Error('nothing is delivered here')),
      },
    });
  const listing = (changeSetId: string): CatalogListing => ({
    changeSetId,
    status: 'FAILED',
    endTime: at(endMs),
    entityIds: [],
  });

  test('one that AWS refuses, one that never answers and one with a bug hold up nobody', async () => {
    const hanging = Promise.withResolvers<readonly CatalogListing[]>();
    const batch = batchOf((of) => {
      if (of === others[0]) return Promise.reject(failure('AccessDenied', 'not allowed'));
      if (of === others[1]) return hanging.promise;
      if (of === others[2]) return Promise.reject(new TypeError('a secret text'));
      return Promise.resolve([listing('lost')]);
    });
    const found = await run(() => batch.checkAccounts({ accounts: checks, withinMs: 200 }));
    expect(found.accounts).toEqual([
      { account, outcome: 'checked', listed: 1, known: 0 },
      { account: others[0], outcome: 'failed', type: 'AccessDenied', sentence: 'not allowed' },
      { account: others[1], outcome: 'failed', sentence: expect.stringContaining('given up for this round') },
      { account: others[2], outcome: 'failed', type: 'Bug', sentence: expect.not.stringContaining('secret') },
    ]);
    expect(idsOf(found)).toEqual(['lost']);
  });

  test('what was found before AWS refuses, the time is over or a lineage takes no report is given all the same', async () => {
    const hanging = Promise.withResolvers<readonly CatalogListing[]>();
    const [, two = '', three = ''] = others;
    const parts = {
      reportRegularly: async () => undefined,
      lineages: {
        ...nobody,
        concerned: (of: string) =>
          Promise.resolve([
            {
              workflowId: 'open',
              account: of,
              state: 'observed',
              startedMs: 0,
              attempt: 0,
              changeSets: ['o'],
              entities: ['e'],
            },
          ]),
        reportWork: () => Promise.reject(failure('Unreachable', 'no room')),
      },
      catalog: {
        ...announcing,
        describeEntity: () => Promise.reject(new Error('no entity is due')),
        describeChangeSet: () => Promise.reject(new Error('none is late')),
        async listChangeSets(
          { account: of }: CatalogScope,
          { statuses = [] }: { readonly statuses?: readonly string[] },
        ) {
          if (statuses.includes('FAILED'))
            return [{ ...listing(`lost-${of}`), entityIds: of === account ? ['e'] : [] }];
          if (of === two) throw failure('AccessDenied', 'not allowed');
          return of === three ? hanging.promise : [];
        },
      },
      context: { accounts },
      late: { open: () => Promise.reject(new Error('none is late')) },
      found: {
        ownershipOf: () => Promise.resolve({ owned: false } as const),
        deliver: () => Promise.reject(new Error('nothing is delivered here')),
      },
    };
    const reporting = checks.map((one) => ({ ...one, reporting: {} }));
    const found = await run(() =>
      createReconcileActivities(parts).checkAccounts({ accounts: reporting, withinMs: 1_500 }),
    );
    expect(found.accounts).toEqual([
      { account, outcome: 'failed', type: 'Unreachable', sentence: 'no room', listed: 1, reported: [] },
      { account: others[0], outcome: 'checked', listed: 1, known: 0, reporting: expect.anything() },
      { account: two, outcome: 'failed', type: 'AccessDenied', sentence: 'not allowed', listed: 1 },
      { account: three, outcome: 'failed', sentence: expect.stringContaining('given up'), listed: 1 },
    ]);
    expect(idsOf(found)).toEqual([account, ...others].map((of) => `lost-${of}`));
  });

  test('its answer has room for the findings of all, and says where the next check begins', async () => {
    const batch = batchOf((of) =>
      Promise.resolve(Array.from({ length: 400 }, (_, index) => listing(`${of}-${index}`))),
    );
    const seen = new Set<string>();
    let left: readonly AccountCheck[] = checks;
    let turns = 0;
    while (left.length > 0) {
      const found = await run(() => batch.checkAccounts({ accounts: left, withinMs: 60_000 }));
      expect(found.missed.length).toBeLessThanOrEqual(520);
      for (const id of idsOf(found)) expect(seen.has(id)).toBe(false);
      for (const id of idsOf(found)) seen.add(id);
      left = found.accounts.flatMap((one) =>
        one.outcome === 'checked' && one.after !== undefined
          ? [{ ...check, account: one.account, after: one.after }]
          : [],
      );
      turns += 1;
    }
    expect([seen.size, turns]).toEqual([1_600, 4]);
  });

  test('an account that has failed for rounds is an activity that has failed since: its alarm knows', async () => {
    const seen: unknown[] = [];
    const batch = batchOf((of) => {
      const { attempt, scheduledTimestampMs, activityId, startToCloseTimeoutMs } = Context.current().info;
      if (of === account) seen.push({ attempt, since: scheduledTimestampMs, startToCloseTimeoutMs });
      else seen.push({ attempt, of: activityId.endsWith(of) });
      return Promise.resolve([]);
    });
    const [one, two] = checks;
    const since = at(endMs);
    const failing = { since, rounds: 6 };
    await run(() => batch.checkAccounts({ accounts: [{ ...one!, failing }, two!], withinMs: 5_000 }));
    expect(seen).toEqual([
      { attempt: 7, since: Date.parse(since), startToCloseTimeoutMs: 5_000 },
      { attempt: 1, of: true },
    ]);
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
  const lateIds = ({ late }: { readonly late: readonly FoundRow[] }): string[] =>
    late.map(({ row }) => row.changeSetId).toSorted();
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
    const checked = await run(() => activities.checkAccounts({ accounts: [check] }));
    expect(lateIds(checked)).toEqual(['offer-late', 'product-late', 'review-late']);
    // One listing for the failed ones, one for those that run; the young, the owned and the successor are not described.
    expect([calls('ListChangeSets'), calls('DescribeChangeSet')]).toEqual([2, 5]);
    expect((await run(() => activities.openLate(checked.late))).toSorted()).toEqual(lateIds(checked));
    expect(opened.toSorted()).toEqual(lateIds(checked));
  });

  test('are not listed again by the later checks of one run', async () => {
    putRunning('product-late', 7 * hourMs, product);
    const after = { catalog: 'AWSMarketplace', endTime: at(endMs), changeSetId: 'any' };
    expect(await run(() => activities.checkAccounts({ accounts: [{ ...check, after, goesOn: true }] }))).toMatchObject({
      late: [],
    });
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
    const checked = await run(() => activities.checkAccounts({ accounts: [check] }));
    expect(idsOf(checked)).toEqual(['missed']);
    expect(checked.late).toEqual([]);
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
