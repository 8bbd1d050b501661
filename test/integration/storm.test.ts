import { createSubmitPermits } from '../../src/delivery/submitPermits.ts';
import { vendorQuotas } from '../../src/quotas/catalogQuotas.ts';
import { createAttemptOf, createCatalogRateLimiters } from '../../src/quotas/catalogRateLimiters.ts';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { submitPermitsId, submitPermitsStatusQuery } from '../../src/workflows/submitPermits/contract.ts';
import { failedChangeSet, putEnded, setPolicy } from '@marketplace-steward/testing/changeSetWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { throttlings } from '@marketplace-steward/testing/windows';

const otherAccount = '444455556666';
const storm = 30;
let world: StewardWorld;

beforeAll(async () => {
  const wholeShare = { fraction: 1, untilMs: Number.MAX_SAFE_INTEGER };
  const share = { current: () => wholeShare, need: () => undefined, onChange: () => undefined };
  const limiters = createCatalogRateLimiters((_, operation) => vendorQuotas[operation], share);
  world = await stewardWorld('real', {
    parts: ({ client, simulator }) => ({
      permits: createSubmitPermits(client, () => vendorQuotas.StartChangeSet, 100),
      catalog: createMarketplaceCatalog({
        endpoint: simulator.url,
        credentialsFor: (id) => ({ accessKeyId: `SIM${id}`, secretAccessKey: 'simulated' }),
        limits: { limiters, attemptOf: createAttemptOf() },
      }),
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
  // To diagnose, and again inside the submit.
  expect(made('DescribeChangeSet')).toHaveLength(2 * storm);
  expect(made('DescribeEntity')).toHaveLength(2 * storm);
  expect(made('ListTagsForResource')).toHaveLength(storm);
  expect(submits).toHaveLength(storm);
  // Two look-ups each, ten to a listing where ten come within two seconds, and one that counts the submits of the day.
  expect(made('ListChangeSets').length).toBeLessThan(storm / 2);
  expect(throttlings(world.simulator)).toBe(0);
  const permits = world.client.workflow.getHandle(submitPermitsId(account));
  expect(await permits.query(submitPermitsStatusQuery)).toMatchObject({ today: storm, inFlight: storm });
}, 120_000);
