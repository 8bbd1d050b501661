import fc from 'fast-check';
import { TokenBucket } from '../../src/quotas/tokenBucket.ts';
import { rateOf } from '../../src/quotas/catalogQuotas.ts';
import { mostInTenSeconds } from '@marketplace-steward/testing/windows';
import { QuotaShares, type ListedPoller } from '../../src/quotas/quotaShare.ts';

const tickMs = 10;
const checkEveryMs = 1_500;
/** An idle worker's long poll ends after a minute. */
const pollEveryMs = 60_000;
const windowMs = 10_000;

/** One worker of the played cluster, on virtual time: it makes every call that its rate limiter permits. */
class PlayedWorker {
  readonly identity: string;
  readonly begunMs: number;
  readonly endsMs: number;
  readonly #shares: QuotaShares;
  readonly #bucket: TokenBucket;
  readonly #quota: number;
  readonly #checkTakesMs: number;
  #checking: { askedMs: number; pollers: readonly ListedPoller[] } | undefined;
  #lastCheckMs = -Infinity;

  constructor(identity: string, quota: number, life: { begunMs: number; forMs: number; checkTakesMs: number }) {
    this.identity = identity;
    this.#quota = quota;
    this.begunMs = life.begunMs;
    this.endsMs = life.begunMs + life.forMs;
    this.#checkTakesMs = life.checkTakesMs;
    this.#shares = new QuotaShares(identity);
    this.#bucket = new TokenBucket(life.begunMs);
  }

  /** Gives how many calls were made at this moment. */
  tick(nowMs: number, list: () => readonly ListedPoller[]): number {
    if (this.#checking === undefined && nowMs - this.#lastCheckMs >= checkEveryMs) {
      // The server reads its list somewhere in the middle; as early as it can is the worst.
      this.#checking = { askedMs: nowMs, pollers: list() };
      this.#lastCheckMs = nowMs;
    }
    if (this.#checking !== undefined && nowMs - this.#checking.askedMs >= this.#checkTakesMs) {
      this.#shares.checked({ ...this.#checking, answeredMs: nowMs });
      this.#checking = undefined;
    }
    const { fraction, untilMs } = this.#shares.at(nowMs);
    this.#bucket.setRate(nowMs, rateOf(this.#quota, fraction), untilMs);
    let calls = 0;
    while (fraction > 0 && this.#bucket.take(nowMs)) calls += 1;
    return calls;
  }
}

/** Plays workers that come, leave and die, and gives when calls were made. Nobody is taken off the list. */
function play(workers: readonly PlayedWorker[], untilMs: number, startMs = 0): number[] {
  const polledMs = new Map<string, number>();
  const calls: number[] = [];
  for (let nowMs = startMs; nowMs < startMs + untilMs; nowMs += tickMs) {
    const alive = workers.filter(({ begunMs, endsMs }) => begunMs <= nowMs && nowMs < endsMs);
    for (const { identity, begunMs } of alive) {
      if (nowMs === begunMs || nowMs - (polledMs.get(identity) ?? -Infinity) >= pollEveryMs)
        polledMs.set(identity, nowMs);
    }
    const list = () => [...polledMs].map(([identity, lastAccessMs]) => ({ identity, lastAccessMs }));
    for (const worker of alive) {
      for (let made = worker.tick(nowMs, list); made > 0; made -= 1) calls.push(nowMs);
    }
  }
  return calls;
}

const life = fc.record({
  begunMs: fc.integer({ min: 0, max: 4_000 }).map((ticks) => ticks * tickMs),
  forMs: fc.integer({ min: 0, max: 15_000 }).map((ticks) => ticks * tickMs),
  checkTakesMs: fc.constantFrom(0, 10, 200, 1_000),
});

test('anyone who comes, leaves or dies: no ten seconds hold more calls than the quota', () => {
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 3, 5, 10, 20), (lives, quota) => {
      const workers = lives.map((one, index) => new PlayedWorker(`worker ${index}`, quota, one));
      expect(mostInTenSeconds(play(workers, 150_000))).toBeLessThanOrEqual(quota * (windowMs / 1_000));
    }),
    { numRuns: 60 },
  );
}, 60_000);

test.each([
  [1, 0.945],
  [2, 0.945],
  [3, 0.905],
  [4, 0.905],
  [10, 0.945],
])('%i workers use the tightest quota well', (count, least) => {
  const lives = Array.from({ length: count }, () => ({ begunMs: 0, forMs: 120_000, checkTakesMs: 10 }));
  const calls = play(
    lives.map((one, index) => new PlayedWorker(`worker ${index}`, 5, one)),
    100_000,
  );
  const steady = calls.filter((at) => at >= 20_000 && at < 100_000);
  expect(steady.length / 80 / 5).toBeGreaterThanOrEqual(least);
});

const polled = (identity: string, lastAccessMs = 0): ListedPoller => ({ identity, lastAccessMs });
const check = (atMs: number, ...pollers: ListedPoller[]) => ({ pollers, askedMs: atMs, answeredMs: atMs });

test('a worker that is alone begins at once, with all of it, for a few seconds', () => {
  const shares = new QuotaShares('a');
  expect(shares.at(1_000).fraction).toBe(0);
  shares.checked(check(1_000, polled('a')));
  expect(shares.at(1_000)).toEqual({ fraction: 1, untilMs: 6_000 });
  expect(shares.at(6_001).fraction).toBe(0);
});

test('one that finds others begins when none of them may still go by a list without it', () => {
  const shares = new QuotaShares('a');
  for (const atMs of [1_000, 3_000, 5_000]) {
    shares.checked(check(atMs, polled('a'), polled('b')));
    expect(shares.at(atMs).fraction).toBe(0);
  }
  expect(shares.at(6_499).fraction).toBe(0);
  expect(shares.at(6_500).fraction).toBe(1 / 2);
});

test('one that is not on the list, or has not polled for long, has no share', () => {
  const shares = new QuotaShares('a');
  shares.checked(check(1_000, polled('b')));
  expect(shares.at(1_000).fraction).toBe(0);
  shares.checked(check(2_000, polled('a')));
  shares.checked(check(7_000, polled('a')));
  expect(shares.at(7_500).fraction).toBe(1 / 2);
  shares.checked(check(8_000, polled('a', 0), polled('b', 75_000)));
  expect(shares.at(8_000).fraction).toBe(0);
});

test('the dead count until they have not polled for a minute and a half, and those that a new list leaves out as well', () => {
  const shares = new QuotaShares('a');
  shares.checked(check(1_000, polled('a', 0), polled('b', 0)));
  shares.checked(check(40_000, polled('a', 40_000)));
  expect(shares.at(40_000).fraction).toBe(1 / 2);
  shares.checked(check(80_000, polled('a', 80_000), polled('b', 0)));
  expect(shares.at(80_000).fraction).toBe(1 / 2);
  shares.checked(check(91_000, polled('a', 91_000), polled('b', 0)));
  expect(shares.at(91_000).fraction).toBe(1);
});

test('one that polls several partitions of the queue counts once, by its last poll', () => {
  const shares = new QuotaShares('a');
  const everywhere = [polled('a', 80_000), polled('a', 0), polled('b', 0), polled('b', 10_000), polled('b', 5_000)];
  for (const atMs of [1_000, 5_000, 10_000]) shares.checked(check(atMs, ...everywhere));
  expect(shares.at(10_000).fraction).toBe(1 / 2);
  // Nothing new of b, whichever partition is listed first.
  for (const atMs of [50_000, 90_000]) shares.checked(check(atMs, ...everywhere.toReversed()));
  shares.checked(check(95_000, ...everywhere));
  expect(shares.at(95_000).fraction).toBe(1);
});

test('one that was cut off for long is a newcomer again', () => {
  const shares = new QuotaShares('a');
  shares.checked(check(1_000, polled('a')));
  shares.checked(check(50_000, polled('a', 50_000), polled('b', 50_000)));
  expect(shares.at(50_000).fraction).toBe(0);
  shares.checked(check(54_000, polled('a', 50_000), polled('b', 50_000)));
  expect(shares.at(55_500).fraction).toBe(1 / 2);
});
