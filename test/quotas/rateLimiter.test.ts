import fc from 'fast-check';
import { type Caller, goesBefore, Line } from '../../src/quotas/rateLimiter.ts';
import { TokenBucket } from '../../src/quotas/tokenBucket.ts';

/** A clock that the test moves, with its timers. */
function virtualClock() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; fire: () => void }>();
  return {
    now: () => nowMs,
    setTimer: (delayMs: number, fire: () => void) => {
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

const caller = (values: Partial<Caller> = {}): Caller => ({ priority: 3, sinceMs: 0, endsMs: Infinity, ...values });

test('a line spaces its calls evenly, and saves up one at the most', () => {
  const clock = virtualClock();
  const line = new Line(clock.now, clock.setTimer);
  line.pace(4, 100_000);
  clock.pass(20_000);
  const went: number[] = [];
  for (let index = 0; index < 4; index += 1) {
    line.join({ caller: caller({ sinceMs: index }), begun: false, go: () => went.push(clock.now()) });
  }
  clock.pass(5_000);
  expect(went.map((at) => Math.round((at - 20_000) / 10) * 10)).toEqual([0, 200, 450, 700]);
});

test('nobody goes where no pace holds, and all go on when one does', () => {
  const clock = virtualClock();
  const line = new Line(clock.now, clock.setTimer);
  const went: number[] = [];
  line.join({ caller: caller(), begun: false, go: () => went.push(clock.now()) });
  clock.pass(60_000);
  expect(went).toEqual([]);
  line.pace(1, 60_500);
  clock.pass(10_000);
  expect(went).toEqual([]);
  line.pace(1, 90_000);
  clock.pass(10_000);
  expect(went).toHaveLength(1);
});

test('whoever leaves the line takes no turn', () => {
  const clock = virtualClock();
  const line = new Line(clock.now, clock.setTimer);
  line.pace(1, 100_000);
  const went: string[] = [];
  const leave = line.join({ caller: caller(), begun: false, go: () => went.push('left') });
  line.join({ caller: caller({ sinceMs: 1 }), begun: false, go: () => went.push('stayed') });
  leave();
  clock.pass(1_100);
  expect(went).toEqual(['stayed']);
});

const places = fc.array(
  fc.record({ priority: fc.integer({ min: 1, max: 5 }), sinceMs: fc.integer({ min: 0, max: 5 }), begun: fc.boolean() }),
  { minLength: 1, maxLength: 30 },
);

test('lower priority first; then what was begun; then the older try; then who came first', () => {
  fc.assert(
    fc.property(places, (all) => {
      const clock = virtualClock();
      const line = new Line(clock.now, clock.setTimer);
      const went: number[] = [];
      const waiting = all.map(({ begun, ...place }) => ({ begun, caller: caller(place) }));
      waiting.forEach((one, index) => line.join({ ...one, go: () => went.push(index) }));
      line.pace(10, 100_000);
      clock.pass(10_000);
      expect(went).toHaveLength(all.length);
      for (const [position, index] of went.entries()) {
        const next = went[position + 1];
        const [one, other] = [waiting[index], waiting[next ?? index]];
        if (next === undefined || one === undefined || other === undefined) continue;
        const order = goesBefore(one, other);
        expect(order < 0 || (order === 0 && index < next)).toBe(true);
        expect(one.caller.priority).toBeLessThanOrEqual(other.caller.priority);
      }
    }),
  );
});

test('the wait that is foretold is the wait that follows, and who is sent away gets a time after all others', () => {
  const clock = virtualClock();
  const line = new Line(clock.now, clock.setTimer);
  line.pace(2, 100_000);
  const went: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    line.join({ caller: caller({ sinceMs: index }), begun: false, go: () => went.push(clock.now()) });
  }
  const last = { caller: caller({ sinceMs: 99 }), begun: false };
  expect(line.waitMs(last)).toBeCloseTo(5_500, 0);
  expect(line.waitMs({ caller: caller({ priority: 2 }), begun: false })).toBeCloseTo(500, 0);
  expect(line.waitMs({ caller: caller({ sinceMs: 99 }), begun: true })).toBeCloseTo(500, 0);
  expect(line.backlogMs()).toBeCloseTo(5_500, 0);
  expect([line.promise(1), line.promise(1), line.promise(1)].map(Math.round)).toEqual([6_000, 6_500, 7_000]);
  // Two lines share the account: those who are sent away may come back twice as close.
  expect([line.promise(0.5), line.promise(0.5)].map(Math.round)).toEqual([7_250, 7_500]);
  expect(line.backlogMs()).toBeCloseTo(7_500, 0);
  line.join({ ...last, go: () => went.push(clock.now()) });
  clock.pass(6_000);
  expect(went.at(-1)).toBeCloseTo(5_500, -1);
});

test('calls within any stretch are what the pace gives, and one more', () => {
  const steps = fc.array(
    fc.record({ perSecond: fc.constantFrom(0, 0.5, 2, 5, 20), holdsMs: fc.integer({ min: 1, max: 3_000 }) }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 40 }), (paces, tickMs) => {
      const pacing = new TokenBucket(0);
      const calls: number[] = [];
      let fromMs = 0;
      let gives = 0;
      for (const { perSecond, holdsMs } of paces) {
        pacing.set(fromMs, perSecond, fromMs + holdsMs);
        for (let nowMs = fromMs; nowMs < fromMs + holdsMs; nowMs += tickMs) if (pacing.take(nowMs)) calls.push(nowMs);
        gives += (perSecond * holdsMs) / 1_000;
        fromMs += holdsMs;
      }
      expect(calls.length).toBeLessThanOrEqual(gives + 1e-6);
    }),
  );
});
