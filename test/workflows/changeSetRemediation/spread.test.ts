import { submitPermitsDefaults } from '../../../src/policies/defaults.ts';
import fc from 'fast-check';
import { retriesOf } from '../../../src/workflows/changeSetRemediation/spread.ts';
import { counted, noPermits, request } from '../../../src/workflows/submitPermits/permits.ts';

const minuteMs = 60_000;
const outageMs = 6 * 60 * minuteMs;
const id = fc.string({
  unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz0123456789')),
  minLength: 25,
  maxLength: 25,
});

/** When the attempts of a lineage come that fails from the beginning until the outage is over, as the server repeats them. */
function firstAfter(originId: string, endMs: number): number {
  const { initialInterval, backoffCoefficient, maximumInterval } = retriesOf(originId);
  let atMs = 0;
  for (
    let interval = initialInterval;
    atMs <= endMs;
    interval = Math.min(interval * backoffCoefficient, maximumInterval)
  ) {
    atMs += interval;
  }
  return atMs;
}

test('a lineage retries at the same intervals in every run, within 12 and 15 minutes', () => {
  fc.assert(
    fc.property(id, (originId) => {
      const { maximumInterval } = retriesOf(originId);
      expect(retriesOf(originId, 10_000)).toMatchObject({ initialInterval: 10_000, maximumInterval });
      expect(maximumInterval).toBeGreaterThanOrEqual(12 * minuteMs);
      expect(maximumInterval).toBeLessThanOrEqual(15 * minuteMs);
    }),
  );
});

test('at the end of an outage of six hours 600 lineages come back over a quarter of an hour, and not at once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { minLength: 600, maxLength: 600 }), (ids) => {
      const comeMs = ids.map((originId) => firstAfter(originId, outageMs) - outageMs).toSorted((a, b) => a - b);
      expect(comeMs.at(-1)).toBeLessThan(15 * minuteMs);
      const perMinute = Array.from(
        { length: 15 },
        (_, minute) => comeMs.filter((ms) => ms >= minute * minuteMs && ms < (minute + 1) * minuteMs).length,
      );
      expect(Math.max(...perMinute)).toBeLessThan(130);
    }),
    { numRuns: 20 },
  );
});

test('their submits are granted at the pace of StartChangeSet, each once, however many come', () => {
  const startsPerSecond = 5;
  const values = {
    authority: 'policy',
    dailyCap: 1_000,
    startsPerSecond,
    usedWithinMs: 60_000,
    settleMs: 10_000,
  } as const;
  let state = counted(noPermits, [], 0);
  /** Those who come, and when; all at one moment would be the worst. */
  const coming = Array.from({ length: 150 }, (_, index) => ({ token: `t${index}`, atMs: 0 }));
  const granted: number[] = [];
  while (coming.length > 0) {
    coming.sort((one, other) => one.atMs - other.atMs);
    const next = coming.shift();
    if (next === undefined) break;
    const answered = request(state, { ...values, token: next.token }, next.atMs, submitPermitsDefaults);
    ({ state } = answered);
    const { answer } = answered;
    if (answer.outcome === 'later') coming.push({ token: next.token, atMs: next.atMs + answer.retryAfterMs });
    else granted.push(next.atMs);
  }
  expect(granted).toHaveLength(150);
  const paceMs = 1_000 / (startsPerSecond * 0.952);
  // No more are granted until a time than the pace lets go within ten seconds after it.
  const early = granted.filter((atMs, index) => index * paceMs > atMs + 10_000 + paceMs);
  expect(early).toEqual([]);
  expect(granted.at(-1)).toBeLessThan(150 * paceMs + 10_000);
});
