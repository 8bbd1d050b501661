import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { silent } from '@marketplace-steward/testing/silent';
import { account, catalog, originId } from '@marketplace-steward/testing/changeSets';
import { createProductCatalog } from '../../src/vendors/buyWithPrime/index.ts';
import type { ExpectedCalls, MarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/port.ts';
import { composeActivities } from '../../src/workers/activities.ts';
import { successorName, submitToken } from '../../src/workflows/changeSetRemediation/lineage.ts';
import { ago, simulated, type Simulated } from './simulated.ts';

type Activities = Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>>;

const scope = { account, catalog };
const day = 86_400_000;
const merchant = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: ['bp-1'] };
const entities = Array.from({ length: 12 }, (_, index) => `prod-${index}`);

let world: Simulated;
let items: Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
let aws: Activities;
let buyWithPrime: Activities;
/** Calls of each operation that may have been made by now: those that were made when it was announced, and those announced. */
const allowed = new Map<string, number>();
/** What was called without being announced. */
const undeclared: string[] = [];

const operations: Readonly<Record<keyof ExpectedCalls, string>> = {
  describeChangeSet: 'DescribeChangeSet',
  describeEntity: 'DescribeEntity',
  lookUps: 'ListChangeSets',
  listings: 'ListChangeSets',
  listEntities: 'ListEntities',
  tagsOf: 'ListTagsForResource',
  startChangeSet: 'StartChangeSet',
  listAssessments: 'ListAssessments',
  describeAssessment: 'DescribeAssessment',
};

/** Every call that reached AWS, refused or not, by operation. */
function made(): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const entry of world.simulator.control.log()) {
    if (entry.kind !== 'event') calls.set(entry.operation, (calls.get(entry.operation) ?? 0) + 1);
  }
  return calls;
}

function judge(): void {
  for (const [operation, calls] of made()) {
    if (calls > (allowed.get(operation) ?? 0)) undeclared.push(`${operation}: ${calls}`);
  }
}

function announce(calls: ExpectedCalls): void {
  judge();
  const before = made();
  const named = Map.groupBy(Object.entries(calls), ([name]) => operations[name as keyof ExpectedCalls]);
  for (const [operation, counts] of named) {
    const sum = counts.reduce((all, [, count]) => all + Number(count), 0);
    allowed.set(operation, (before.get(operation) ?? 0) + sum);
  }
}

beforeAll(async () => {
  world = await simulated();
  items = await startBuyWithPrimeSimulator({ seed: 9, clients: [merchant] });
  const configuration = {
    file: 'none',
    accounts: { [account]: { mode: 'auto' as const, catalogs: [catalog], kind: 'vendor' as const, dailyCap: 5 } },
    policies: {},
    merchants: {},
    buyWithPrime: {},
    endpoints: {},
    notices: { channels: {}, routes: [] },
    morningDigests: [],
  };
  const announcing = (): MarketplaceCatalog => ({
    ...world.catalog,
    expecting(whose, calls, work) {
      announce(calls);
      return world.catalog.expecting(whose, calls, work);
    },
    expects: (_scope, calls) => announce(calls),
  });
  const nobody = () => Promise.resolve([]);
  const lineage = { account, workflowId: 'change-set:asked', entities: entities.slice(0, 1) };
  const composed = composeActivities(configuration, {} as Client, silent, announcing, {
    products: createProductCatalog({ endpoint: items.url, merchants: () => merchant }),
    modes: { modeOf: () => 'auto', dailyCapOf: () => world.dailyCap },
    delivery: { isClosed: () => Promise.resolve(false) } as never,
    permits: {
      request: (whose, asked) => world.permits.request(whose, asked),
      accepted: (whose, used) => world.permits.accepted(whose, used),
      giveBack: (whose, returned) => world.permits.giveBack(whose, returned),
      lastEndedMs: () => Promise.resolve(undefined),
    },
    changeSets: {
      ownershipOf: () => Promise.resolve({ owned: false }),
      deliver: () => Promise.resolve('change-set:delivered'),
    } as never,
    lineages: { remainingFor: () => Promise.resolve(100) },
    openLineages: {
      concerned: nobody,
      asked: () => Promise.resolve([lineage]),
      reportOutcome: () => Promise.resolve(),
      reportWork: () => Promise.resolve(),
    } as never,
  });
  aws = composed.aws() as Activities;
  buyWithPrime = composed.buyWithPrime() as Activities;
});
afterAll(async () => {
  await world.simulator.close();
  await items.close();
});

type Put = Parameters<Simulated['simulator']['control']['putChangeSet']>[0];
const on = (identifier: string) => ({
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  identifier,
  details: '{}',
});
function put(changeSetId: string, values: Partial<Put> = {}): void {
  world.simulator.control.putChangeSet({
    changeSetId,
    name: changeSetId,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: ago(7_200_000),
    endTime: ago(7_100_000),
    changes: entities.map(on),
    ...values,
  });
}

beforeEach(() => {
  world.reset();
  allowed.clear();
  undeclared.length = 0;
  for (const entityId of entities) {
    world.simulator.control.putEntity({ entityId, entityType: 'SaaSProduct@1.0', lastModified: ago(3_600_000) });
  }
  world.simulator.control.putEntity({ entityId: 'offer-1', entityType: 'Offer@1.0', lastModified: ago(day) });
  put(originId, { name: 'Update the listing' });
  // Newer ones that failed and succeeded, an older one that has ended since, and one that runs for long.
  put('newer-failure', { startTime: ago(5_000_000), endTime: ago(4_900_000) });
  put('newer-success', { status: 'SUCCEEDED', startTime: ago(4_000_000), endTime: ago(3_900_000) });
  put('older-success', { status: 'SUCCEEDED', startTime: ago(9_000_000), endTime: ago(3_600_000) });
  put('runs', { status: 'APPLYING', startTime: ago(30 * day), endTime: undefined, changes: [on('prod-far')] });
  for (const index of [1, 2]) {
    world.simulator.control.putAssessment({
      AssessmentId: `assessment-${index}`,
      AssessmentTargetSummary: { EntityId: `prod-${index}` },
      FrameworkSummary: { AMISecuritySummary: { DeliveryOptionId: `do-${index}` } },
      AssessmentResult: 'FAIL',
      CreatedAt: '2026-01-02T00:00:00Z',
      ControlAssessments: [],
    });
  }
});

const reference = { ...scope, changeSetId: originId };
const lineage = { originId, originName: 'Update the listing', originStartTime: ago(7_200_000), memberIds: [originId] };
const submit = (authority: 'policy' | 'operator') => ({
  ...scope,
  ...lineage,
  attempt: 1,
  clientRequestToken: submitToken(originId, 1),
  name: successorName('Update the listing', originId, 1),
  sourceId: originId,
  authority,
  known: ['newer-failure', 'newer-success'],
  amendments: [],
});
const from = ago(10 * day);
const range = { ...scope, statuses: ['FAILED'], from, to: ago(0) };
const cursor = { startedFrom: from };
const reads = [
  { operation: 'ListChangeSets' },
  { operation: 'DescribeChangeSet', resource: originId },
  { operation: 'DescribeEntity', resource: 'prod-1' },
  { operation: 'ListEntities', resource: 'SaaSProduct' },
  { operation: 'ListTagsForResource', resource: 'no ARN' },
].map((read) => ({ ...read, refused: 'AccessDenied' }));
const reconciled = { account, catalogs: [catalog], from, until: ago(0), reporting: { entitiesUntil: ago(2 * day) } };
const assessed = { ...scope, tracked: [], reportedAt: '2026-01-03T00:00:00Z' };

/** How each activity is called, often in several ways; `none` where it calls no vendor. */
const cases: Readonly<Record<string, 'none' | ReadonlyArray<readonly unknown[]>>> = {
  checkAccess: [[{ ...scope, checks: reads }]],
  scopeProblem: 'none',
  findChangeSets: [[{ range, cursor, countsKnown: true }], [{ range, cursor, countsKnown: false }]],
  deliverChangeSets: [[{ range, foundBy: { backfillId: 'b' }, most: 10, from: { cursor } }]],
  inspectLineage: [[reference]],
  diagnoseChangeSet: [[reference, lineage]],
  awaitOutcome: [[reference]],
  awaitEnd: [[reference]],
  watchElsewhere: [[reference, lineage, []]],
  describeAmendments: [[reference, []]],
  submitSuccessor: [[submit('policy')], [submit('operator')]],
  accountMode: 'none',
  describeSuccess: [[reference], [{ ...scope, changeSetId: 'newer-success' }]],
  describeOffer: [[{ ...scope, offerIds: ['offer-1'] }], [{ ...scope, offerIds: ['prod-1', 'prod-2', 'offer-1'] }]],
  checkAccounts: [[{ accounts: [reconciled] }], [{ accounts: [reconciled], withinMs: 30_000, first: true }]],
  openLate: 'none',
  deliverMissed: 'none',
  affectedProducts: [[assessed]],
  watchAssessments: [[{ ...assessed, known: 'something else' }], [{ ...assessed, known: '' }]],
  countSubmits: [[scope]],
  runningSubmits: [[scope]],
};

test('each activity that may call AWS has a case here', () => {
  expect(Object.keys(aws).toSorted()).toEqual(Object.keys(cases).toSorted());
});

const calling = Object.entries(cases).flatMap(([name, given]) =>
  given === 'none' ? [] : given.map((one, index) => [name, index + 1, one] as const),
);

test.each(calling)('%s announces every call of AWS before it makes it (%i)', async (name, _, given) => {
  const environment = new MockActivityEnvironment();
  await environment.run(() => aws[name]?.(...given) ?? Promise.reject(new Error(name))).catch(() => undefined);
  judge();
  expect(undeclared).toEqual([]);
  expect(made().size).toBeGreaterThan(0);
});

test('Buy with Prime has no quota that is known: each activity makes one query for each item, and no more', async () => {
  const item = { businessProductId: 'bp-1', itemId: 'item-1' };
  const queries: Record<string, { readonly given: unknown; readonly most: number }> = {
    queryProduct: { given: item, most: 1 },
    awaitProduct: { given: item, most: 1 },
    checkMerchant: {
      given: { businessProductId: 'bp-1', checks: [{ refused: 'AccessDenied' }, { ...item, refused: 'AccessDenied' }] },
      most: 2,
    },
  };
  expect(Object.keys(buyWithPrime).toSorted()).toEqual(Object.keys(queries).toSorted());
  for (const [name, { given, most }] of Object.entries(queries)) {
    const before = items.control.log().filter(({ call }) => call === 'query').length;
    const environment = new MockActivityEnvironment();
    await environment.run(() => buyWithPrime[name]?.(given) ?? Promise.reject(new Error(name))).catch(() => undefined);
    const after = items.control.log().filter(({ call }) => call === 'query').length;
    expect([name, after - before]).toEqual([name, most]);
  }
});
