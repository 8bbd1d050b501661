import fc from 'fast-check';
import { type Attempt, goesBefore, RateLimiter } from '../../src/quotas/rateLimiter.ts';
import { TokenBucket } from '../../src/quotas/tokenBucket.ts';

/** A clock that the test moves, with its timers. */
function virtualClock() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    nowMs: () => nowMs,
    after: (delayMs: number, fire: () => void) => {
      const timer = { atMs: nowMs + delayMs, fire };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: (ms: number) => {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...timers].toSorted((one, other) => one.atMs - other.atMs)[0];
        if (next === undefined || next.atMs > untilMs) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.fire();
      }
      nowMs = untilMs;
    },
  };
}

const attempt = (values: Partial<Attempt> = {}): Attempt => ({ priority: 3, sinceMs: 0, endsMs: Infinity, ...values });

test('a rate limiter spaces its calls evenly, and saves up one at the most', () => {
  const clock = virtualClock();
  const limiter = new RateLimiter(clock);
  limiter.setRate(4, 100_000);
  clock.pass(20_000);
  const went: number[] = [];
  for (let index = 0; index < 4; index += 1) {
    limiter.join({ attempt: attempt({ sinceMs: index }), begun: false, go: () => went.push(clock.nowMs()) });
  }
  clock.pass(5_000);
  expect(went.map((at) => Math.round((at - 20_000) / 10) * 10)).toEqual([0, 200, 450, 700]);
});

test('no call goes where no rate holds, and all go on when one does', () => {
  const clock = virtualClock();
  const limiter = new RateLimiter(clock);
  const went: number[] = [];
  limiter.join({ attempt: attempt(), begun: false, go: () => went.push(clock.nowMs()) });
  clock.pass(60_000);
  expect(went).toEqual([]);
  limiter.setRate(1, 60_500);
  clock.pass(10_000);
  expect(went).toEqual([]);
  limiter.setRate(1, 90_000);
  clock.pass(10_000);
  expect(went).toHaveLength(1);
});

test('a call that stops waiting takes no permit', () => {
  const clock = virtualClock();
  const limiter = new RateLimiter(clock);
  limiter.setRate(1, 100_000);
  const went: string[] = [];
  const leave = limiter.join({ attempt: attempt(), begun: false, go: () => went.push('left') });
  limiter.join({ attempt: attempt({ sinceMs: 1 }), begun: false, go: () => went.push('stayed') });
  leave();
  clock.pass(1_100);
  expect(went).toEqual(['stayed']);
});

const places = fc.array(
  fc.record({ priority: fc.integer({ min: 1, max: 5 }), sinceMs: fc.integer({ min: 0, max: 5 }), begun: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

test('lower priority first; then what was begun; then the older attempt; then the first to come', () => {
  fc.assert(
    fc.property(places, (all) => {
      const clock = virtualClock();
      const limiter = new RateLimiter(clock);
      const went: number[] = [];
      const waiting = all.map(({ begun, ...place }) => ({ begun, attempt: attempt(place) }));
      waiting.forEach((one, index) => limiter.join({ ...one, go: () => went.push(index) }));
      limiter.setRate(10, 100_000);
      clock.pass(10_000);
      expect(went).toHaveLength(all.length);
      for (const [position, index] of went.entries()) {
        const next = went[position + 1];
        const [one, other] = [waiting[index], waiting[next ?? index]];
        if (next === undefined || one === undefined || other === undefined) continue;
        const order = goesBefore(one, other);
        expect(order < 0 || (order === 0 && index < next)).toBe(true);
        expect(one.attempt.priority).toBeLessThanOrEqual(other.attempt.priority);
      }
    }),
  );
});

test('the wait that is foretold is the wait that follows, and a deferred call gets a time after all others', () => {
  const clock = virtualClock();
  const limiter = new RateLimiter(clock);
  limiter.setRate(2, 100_000);
  const went: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    limiter.join({ attempt: attempt({ sinceMs: index }), begun: false, go: () => went.push(clock.nowMs()) });
  }
  const last = { attempt: attempt({ sinceMs: 99 }), begun: false };
  expect(limiter.waitMs(last)).toBeCloseTo(5_500, 0);
  expect(limiter.waitMs({ attempt: attempt({ priority: 2 }), begun: false })).toBeCloseTo(500, 0);
  expect(limiter.waitMs({ attempt: attempt({ sinceMs: 99 }), begun: true })).toBeCloseTo(500, 0);
  expect(limiter.backlogMs()).toBeCloseTo(5_500, 0);
  expect([limiter.defer(1), limiter.defer(1), limiter.defer(1)].map(Math.round)).toEqual([6_000, 6_500, 7_000]);
  // Two limiters share the account: deferred calls may come back twice as close.
  expect([limiter.defer(0.5), limiter.defer(0.5)].map(Math.round)).toEqual([7_250, 7_500]);
  expect(limiter.backlogMs()).toBeCloseTo(7_500, 0);
  limiter.join({ ...last, go: () => went.push(clock.nowMs()) });
  clock.pass(6_000);
  expect(went.at(-1)).toBeCloseTo(5_500, -1);
});

test('calls within any stretch are what the rate gives, and one more', () => {
  const steps = fc.array(
    fc.record({ perSecond: fc.constantFrom(0, 0.5, 2, 5, 20), holdsMs: fc.integer({ min: 1, max: 3_000 }) }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 40 }), (paces, tickMs) => {
      const bucket = new TokenBucket(0);
      const calls: number[] = [];
      let fromMs = 0;
      let gives = 0;
      for (const { perSecond, holdsMs } of paces) {
        bucket.setRate(fromMs, perSecond, fromMs + holdsMs);
        for (let nowMs = fromMs; nowMs < fromMs + holdsMs; nowMs += tickMs) if (bucket.take(nowMs)) calls.push(nowMs);
        gives += (perSecond * holdsMs) / 1_000;
        fromMs += holdsMs;
      }
      expect(calls.length).toBeLessThanOrEqual(gives + 1e-6);
    }),
  );
});
