import { createSubmitPermits } from '../../src/delivery/submitPermits.ts';
import { failureTypeOf, type FailureType } from '../../src/failures.ts';
import { vendorQuotas } from '../../src/quotas/catalogQuotas.ts';
import { createAttemptOf, createCatalogRateLimiters } from '../../src/quotas/catalogRateLimiters.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import type { ExpectedCalls, MarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/port.ts';
import { submitPermitsId, submitPermitsStatusQuery } from '../../src/workflows/submitPermits/contract.ts';
import { failedChangeSet, putEnded, setPolicy } from '@marketplace-steward/testing/changeSetWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { throttlings } from '@marketplace-steward/testing/windows';

const otherAccount = '444455556666';
const storm = 30;
let world: StewardWorld;
/** Of the account's activity attempts that began: the calls that each has announced, and how those that failed did. */
const announced: ExpectedCalls[] = [];
const failures: Array<FailureType | undefined> = [];

/** The same catalog, which takes down what activity attempts announce. */
function noting(catalog: MarketplaceCatalog): MarketplaceCatalog {
  return {
    ...catalog,
    expecting: (scope, calls, work) =>
      catalog.expecting(scope, calls, async () => {
        // The permits count the submits of the day with a listing of their own.
        if (scope.account !== account || calls.listings !== undefined) return work();
        announced.push(calls);
        try {
          return await work();
        } catch (error) {
          failures.push(failureTypeOf(error));
          throw error;
        }
      }),
  };
}

beforeAll(async () => {
  const wholeShare = { fraction: 1, untilMs: Number.MAX_SAFE_INTEGER };
  const share = { current: () => wholeShare, need: () => undefined, onChange: () => undefined };
  const limiters = createCatalogRateLimiters((_, operation) => vendorQuotas[operation], share);
  world = await stewardWorld('real', {
    parts: ({ client, simulator }) => ({
      permits: createSubmitPermits(client, () => vendorQuotas.StartChangeSet, 100),
      catalog: noting(
        createMarketplaceCatalog({
          endpoint: simulator.url,
          credentialsFor: (id) => ({ accessKeyId: `SIM${id}`, secretAccessKey: 'simulated' }),
          limits: { limiters, attemptOf: createAttemptOf() },
        }),
      ),
    }),
  });
  const { [account]: own } = world.context.accounts;
  if (own === undefined) throw new Error('the world has no account');
  world.context = { ...world.context, accounts: { [account]: own, [otherAccount]: own } };
  // Nothing polls an outcome while the calls are counted.
  setPolicy(world, { retryBackOffMs: [50], pollFirstMs: 600_000, pollLongestMs: 600_000, submitRetryFirstMs: 10_000 });
  world.simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 600_000 }] });
  world.simulator.control.setQuotas({ enabled: true });
}, 120_000);
afterAll(() => world.close());

const made = (operation: string, whose = account) =>
  world.simulator.control
    .log({ operation, kind: 'call' })
    .filter((entry) => entry.kind === 'call' && entry.account === whose);

/** One more failure, of another account: when it was looked up, in milliseconds since the epoch. */
async function lookUpOfOther(): Promise<number> {
  const { changeSetId, event } = failedChangeSet(world);
  putEnded(world.simulator, { account: otherAccount, changeSetId, failureCode: 'SERVER_FAULT' });
  await world.receive({ ...event, account: otherAccount });
  const [found] = await until(async () => {
    const lookUps = made('ListChangeSets', otherAccount);
    return lookUps.length > 0 ? lookUps : undefined;
  });
  return Date.parse(found?.at ?? '');
}

test('thirty that fail at once are each submitted once, by as many calls as a submit needs, and keep nobody else waiting', async () => {
  const failed = Array.from({ length: storm }, () => failedChangeSet(world));
  await Promise.all(failed.map(({ event }) => world.receive(event)));
  const otherMs = await lookUpOfOther();
  await until(async () => (made('StartChangeSet').length >= storm ? true : undefined));
  const submits = made('StartChangeSet');
  expect(otherMs).toBeLessThan(Date.parse(submits.at(-1)?.at ?? ''));
  const tokens = submits.map((entry) => (entry.kind === 'call' ? entry.clientRequestToken : undefined));
  expect(new Set(tokens)).toEqual(new Set(failed.map(({ changeSetId }) => `steward.${changeSetId}.1`)));
  // To diagnose, and again inside the submit. On a machine that is too busy, an attempt comes back for the same calls.
  expect(announced).toHaveLength(2 * storm + failures.length);
  expect(failures.filter((type) => type !== 'Throttled' && type !== 'ServiceFault')).toEqual([]);
  const most = (operation: keyof ExpectedCalls): number =>
    announced.reduce((sum, calls) => sum + (calls[operation] ?? 0), 0);
  expect(made('DescribeChangeSet').length).toBeLessThanOrEqual(most('describeChangeSet'));
  expect(made('DescribeEntity').length).toBeLessThanOrEqual(most('describeEntity'));
  expect(made('ListTagsForResource').length).toBeLessThanOrEqual(most('tagsOf'));
  expect(submits).toHaveLength(storm);
  // Two look-ups each, as many to a listing as come within two seconds, and one that counts the submits of the day.
  expect(made('ListChangeSets').length).toBeLessThan(most('lookUps') / 2);
  expect(throttlings(world.simulator)).toBe(0);
  const permits = world.client.workflow.getHandle(submitPermitsId(account));
  expect(await permits.query(submitPermitsStatusQuery)).toMatchObject({ today: storm, inFlight: storm });
}, 240_000);
