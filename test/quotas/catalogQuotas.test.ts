import type { MarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/port.ts';
import { type CatalogSimulator, startCatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import type { Attempt } from '../../src/quotas/rateLimiter.ts';
import { type CatalogRateLimiters, createCatalogRateLimiters } from '../../src/quotas/catalogRateLimiters.ts';
import type { QuotaShare } from '../../src/quotas/quotaShare.ts';
import { type CatalogOperation, rateOf, vendorQuotas } from '../../src/quotas/catalogQuotas.ts';
import { callTimes, throttlings } from '@marketplace-steward/testing/windows';
import { account, catalogAt, failureOf, scope, submission } from '../vendors/marketplaceCatalog/setUp.ts';

const otherAccount = '444455556666';
let simulator: CatalogSimulator;
let limiters: CatalogRateLimiters;
let quotas: Record<string, number>;
let fraction: number;
let attempt: Attempt;
let changed: () => void;

/** The whole quota, until the test says otherwise. */
const share: QuotaShare = {
  current: () => ({ fraction, untilMs: Number.MAX_SAFE_INTEGER }),
  need: () => undefined,
  onChange: (callback) => (changed = callback),
};
const nextAttempt = (values: Partial<Attempt> = {}): Attempt => ({
  priority: 3,
  sinceMs: performance.now(),
  endsMs: performance.now() + 60_000,
  ...values,
});

function catalog(options: Parameters<typeof catalogAt>[1] = {}): MarketplaceCatalog {
  return catalogAt(simulator.url, { limits: { limiters, attemptOf: () => attempt }, ...options });
}

beforeEach(async () => {
  quotas = { ListChangeSets: 10 };
  fraction = 1;
  simulator = await startCatalogSimulator({ seed: 5, account, quotas, defaultDurationMs: 1 });
  limiters = createCatalogRateLimiters((_account, operation) => quotas[operation] ?? vendorQuotas[operation], share);
  attempt = nextAttempt();
});
afterEach(() => simulator.close());

const list = (from = catalog(), whose = scope) => from.listChangeSets(whose, { statuses: ['FAILED'] });

/** The times of calls of one operation, in milliseconds from the first. */
function timesOf(operation: string, whose = account): number[] {
  const times = callTimes(simulator).get(`${whose} ${operation}`) ?? [];
  return times.map((atMs) => atMs - (times[0] ?? 0));
}

test('many calls at once go out one by one, and each account has limiters of its own', async () => {
  const from = catalog();
  const calls = [
    ...Array.from({ length: 20 }, () => list(from)),
    ...Array.from({ length: 20 }, () => list(from, { ...scope, account: otherAccount })),
  ];
  await Promise.all(calls);
  expect(throttlings(simulator)).toBe(0);
  for (const whose of [account, otherAccount]) {
    const times = timesOf('ListChangeSets', whose);
    expect(times).toHaveLength(20);
    // Nineteen steps at no more than the rate; the first may have been under way for longer than the last.
    expect(times.at(-1)).toBeGreaterThan((19 / rateOf(10, 1)) * 1_000 - 500);
  }
});

test('a repeat by the SDK after a throttling takes a permit of its own', async () => {
  quotas = { ListChangeSets: 1 };
  simulator.control.addFault({ fault: 'throttle', operation: 'ListChangeSets', times: 2 });
  expect(await list()).toEqual([]);
  const times = timesOf('ListChangeSets');
  expect(times).toHaveLength(3);
  // The SDK's own pauses are a second and a half at the most.
  expect(times.at(-1)).toBeGreaterThan((2 / rateOf(1, 1)) * 1_000 - 500);
});

test('the time for which a call waits is none of its own', async () => {
  quotas = { ListChangeSets: 1 };
  const from = catalog({ timeouts: { callMs: 1_000 } });
  await Promise.all([list(from), list(from), list(from)]);
  expect(timesOf('ListChangeSets').at(-1)).toBeGreaterThan(1_500);
});

test('an attempt that has made no call yet does not wait for long: it is deferred to a time', async () => {
  quotas = { ListChangeSets: 0.1 };
  limiters
    .permit({ account, operation: 'ListChangeSets', attempt: nextAttempt(), neededMs: 0, soon: false })
    .catch(() => undefined);
  const refused = [await failureOf(list()), await failureOf(list())];
  expect(refused.map(({ type }) => type)).toEqual(['Throttled', 'Throttled']);
  const waits = refused.map(({ nextRetryDelay }) => Number(nextRetryDelay));
  expect(waits[0]).toBeGreaterThan(20_000);
  expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
  expect(timesOf('ListChangeSets')).toEqual([]);
  limiters.close();
});

test('an attempt that has made no call yet does not begin where a limiter that it comes to later is busy', async () => {
  quotas = { ListChangeSets: 0.5, DescribeEntity: 100 };
  simulator.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0' });
  const from = catalog();
  const describe = (whose = scope) => from.describeEntity(whose, 'prod-a');
  expect(await describe()).toMatchObject({ entityId: 'prod-a' });
  const stays = { account, operation: 'ListChangeSets', attempt: nextAttempt(), neededMs: 0, soon: false } as const;
  for (let index = 0; index < 4; index += 1) limiters.permit(stays).catch(() => undefined);
  // It has begun, and is let through wherever there is room.
  expect(await describe()).toMatchObject({ entityId: 'prod-a' });
  attempt = nextAttempt();
  expect(await failureOf(describe())).toMatchObject({ type: 'Throttled' });
  attempt = nextAttempt({ priority: 2 });
  expect(await describe()).toMatchObject({ entityId: 'prod-a' });
  attempt = nextAttempt();
  expect(await failureOf(describe({ ...scope, account: otherAccount }))).toMatchObject({ type: 'NotFound' });
  limiters.close();
});

test('an attempt that has made a call waits on, and goes before those that have not', async () => {
  quotas = { ListChangeSets: 1, DescribeEntity: 100 };
  const from = catalog();
  simulator.control.putEntity({ entityId: 'prod-a', entityType: 'SaaSProduct@1.0' });
  await from.describeEntity(scope, 'prod-a');
  const went: string[] = [];
  const begun = attempt;
  attempt = nextAttempt({ sinceMs: 0 });
  const first = list(from).then(() => went.push('first'));
  const older = list(from).then(() => went.push('older'));
  attempt = begun;
  const ahead = list(from).then(() => went.push('begun'));
  attempt = nextAttempt({ priority: 2 });
  const urgent = list(from).then(() => went.push('urgent'));
  await Promise.all([first, older, ahead, urgent]);
  expect(went).toEqual(['urgent', 'begun', 'first', 'older']);
});

test('a submit that could not end within its attempt is not sent', async () => {
  attempt = nextAttempt({ endsMs: performance.now() + 30_000 });
  const refused = await failureOf(catalog().startChangeSet(scope, submission()));
  expect(refused.type).toBe('Throttled');
  expect(timesOf('StartChangeSet')).toEqual([]);
});

test('where no share holds, calls wait; when the limiters close, they fail at once and nothing was asked', async () => {
  fraction = 0;
  changed();
  const waiting = failureOf(list());
  limiters.close();
  expect((await waiting).type).toBe('Throttled');
  expect((await failureOf(list())).message).toContain('stopping');
  expect(timesOf('ListChangeSets')).toEqual([]);
});

test('calls that wait for a share go out when it is there', async () => {
  fraction = 0;
  changed();
  const waiting = list();
  fraction = 1;
  changed();
  expect(await waiting).toEqual([]);
});

describe('admission', () => {
  const none = { DescribeChangeSet: 0, ListChangeSets: 0, ListTagsForResource: 0 };
  /** Admits attempts until one is deferred; gives how many there were, and what ends each. */
  function admitAll(calls: Partial<Record<CatalogOperation, number>>, values: Partial<Attempt> = {}) {
    const ends: Array<() => void> = [];
    for (;;) {
      try {
        const own = nextAttempt(values);
        limiters.admit({ account, attempt: own, calls });
        ends.push(() => limiters.expect({ account, attempt: own, calls: none }));
      } catch (error) {
        return { admitted: ends.length, ends, error };
      }
    }
  }
  /** How many calls have their permits within seven seconds, at the tightest quota of the test. */
  const within = (seconds: number): number => Math.floor(seconds * rateOf(1, 1));
  beforeEach(() => {
    quotas = { ListChangeSets: 1, ListTagsForResource: 1, DescribeChangeSet: 100 };
  });

  test('an attempt is admitted by all calls that it will make, and by those that others are still to make', () => {
    const calls = { DescribeChangeSet: 1, ListTagsForResource: 2 };
    const { admitted, ends, error } = admitAll(calls);
    expect(admitted).toBe(Math.floor(within(7) / 2));
    expect(error).toMatchObject({ type: 'Throttled', message: expect.stringContaining('ListTagsForResource') });
    ends[0]?.();
    expect(admitAll(calls).admitted).toBe(1);
  });

  test('calls that were made count no longer as expected', async () => {
    const calls = { DescribeChangeSet: 1, ListTagsForResource: 1 };
    attempt = nextAttempt();
    limiters.admit({ account, attempt, calls });
    const others = admitAll(calls).admitted;
    expect(others).toBe(within(7) - 1);
    const request = { account, attempt, neededMs: 0, soon: false };
    await limiters.permit({ ...request, operation: 'ListTagsForResource' });
    expect(admitAll(calls).admitted).toBe(1);
  });

  test('what an attempt says later takes the place of what it was admitted for', () => {
    const calls = { DescribeChangeSet: 1, ListTagsForResource: 1 };
    const first = { account, attempt: nextAttempt() };
    limiters.admit({ ...first, calls });
    admitAll(calls);
    limiters.expect({ ...first, calls: { ListTagsForResource: 0 } });
    expect(admitAll(calls).admitted).toBe(1);
  });

  test('ten that make a call together need one', () => {
    expect(admitAll({ ListChangeSets: 0.1 }).admitted).toBe(Math.floor(7 * rateOf(1, 1) * 10));
  });

  test('a first attempt is admitted where others are deferred, a more urgent one beside all that is less urgent', () => {
    const calls = { ListTagsForResource: 1 };
    admitAll(calls);
    expect(admitAll(calls, { isFirst: true }).admitted).toBe(within(14) - within(7));
    expect(admitAll(calls, { priority: 2 }).admitted).toBe(within(7));
    expect(admitAll({ ListChangeSets: 1 }).admitted).toBe(within(7));
  });

  test('those that are deferred come back one after the other', () => {
    const calls = { ListTagsForResource: 1 };
    const delays = Array.from({ length: 20 }, () => admitAll(calls).error as { nextRetryDelay: number }).map(
      ({ nextRetryDelay }) => Number(nextRetryDelay),
    );
    expect(delays[0]).toBeGreaterThan(7_000);
    const steps = delays.slice(1).map((ms, index) => ms - (delays[index] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(1_000 / rateOf(1, 1) - 50);
  });

  test('nothing is expected of an attempt that makes no call, and nothing is admitted after the end', () => {
    limiters.admit({ account, attempt: nextAttempt(), calls: {} });
    limiters.close();
    expect(admitAll({ ListChangeSets: 1 })).toMatchObject({ admitted: 0, error: { type: 'Throttled' } });
  });
});
