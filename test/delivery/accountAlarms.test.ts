import fc from 'fast-check';
import { createLimiter } from '../../src/delivery/accountAlarms.ts';

const everyMs = 60_000;

test('of any storm one of each key goes out in a minute, and the first always', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), waitMs: fc.nat({ max: 40_000 }) }), { maxLength: 200 }),
      (calls) => {
        const limiter = createLimiter(everyMs);
        const admitted = new Map<string, number[]>();
        let nowMs = 0;
        for (const { key, waitMs } of calls) {
          nowMs += waitMs;
          const before = admitted.get(key) ?? [];
          const last = before.at(-1);
          const due = last === undefined || nowMs - last >= everyMs;
          expect(limiter.admits(key, nowMs)).toBe(due);
          if (due) admitted.set(key, [...before, nowMs]);
        }
      },
    ),
  );
});

test('what did not arrive does not count', () => {
  const limiter = createLimiter(everyMs);
  expect([limiter.admits('a', 0), limiter.admits('b', 0)]).toEqual([true, true]);
  limiter.forget('a');
  expect([limiter.admits('a', 1), limiter.admits('b', 1)]).toEqual([true, false]);
});
