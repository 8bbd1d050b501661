import fc from 'fast-check';
import { reconcileDefaults } from '../../../src/workflows/reconcileChangeSets/defaults.ts';
import { historyMs, windowOf } from '../../../src/workflows/reconcileChangeSets/window.ts';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const policy = reconcileDefaults;
const iso = (ms: number): string => new Date(ms).toISOString();
const checked = (ms: number): object => ({ checkedUntil: iso(ms) });
const settledMs = nowMs - policy.settlingMs;

test('the first check begins when the schedule was made, the next where the last has ended, an overlap earlier', () => {
  const since = iso(nowMs - 2 * 3_600_000);
  expect(windowOf({ input: { since }, lastResult: undefined, policy, nowMs })).toEqual({
    fromMs: Date.parse(since),
    untilMs: settledMs,
    notes: [],
  });
  const lastMs = nowMs - 1_800_000;
  expect(windowOf({ input: { since }, lastResult: checked(lastMs), policy, nowMs }).fromMs).toBe(
    lastMs - policy.overlapMs,
  );
});

test('an overlap never reaches behind the moment in which the schedule was made', () => {
  const sinceMs = nowMs - 1_200_000;
  const lastResult = checked(sinceMs - 600_000);
  expect(windowOf({ input: { since: iso(sinceMs) }, lastResult, policy, nowMs }).fromMs).toBe(sinceMs);
});

test('after an outage of days one window covers all of it; of one longer than AWS keeps, what AWS keeps', () => {
  const since = iso(nowMs - 300 * dayMs);
  const afterDays = windowOf({ input: { since }, lastResult: checked(nowMs - 9 * dayMs), policy, nowMs });
  expect(afterDays).toEqual({ fromMs: nowMs - 9 * dayMs - policy.overlapMs, untilMs: settledMs, notes: [] });
  const afterMonths = windowOf({ input: { since }, lastResult: checked(nowMs - 90 * dayMs), policy, nowMs });
  expect(afterMonths.fromMs).toBe(nowMs - historyMs);
  expect(afterMonths.notes).toEqual([expect.stringContaining('AWS lists 60 days')]);
});

test('by hand it checks what it is asked to, up to what is settled', () => {
  const input = { from: iso(nowMs - 5 * dayMs), to: iso(nowMs - dayMs), since: iso(nowMs) };
  expect(windowOf({ input, lastResult: checked(nowMs), policy, nowMs })).toEqual({
    fromMs: nowMs - 5 * dayMs,
    untilMs: nowMs - dayMs,
    notes: [],
  });
  const open = windowOf({ input: { ...input, to: iso(nowMs) }, lastResult: undefined, policy, nowMs });
  expect(open).toMatchObject({ untilMs: settledMs, notes: [expect.stringContaining('may still arrive')] });
});

test('a run without a beginning checks a day, whatever the last result is made of', () => {
  for (const lastResult of [undefined, null, 'text', 7, [], {}, { checkedUntil: 'yesterday' }, { checkedUntil: 5 }]) {
    expect(windowOf({ input: {}, lastResult, policy, nowMs }).fromMs).toBe(nowMs - dayMs);
  }
});

test('whenever runs are made, complete or not, no settled moment since the beginning is left out within 60 days', () => {
  const gaps = fc.array(fc.record({ gapMs: fc.integer({ min: 1_000, max: 50 * dayMs }), completes: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(gaps, (runs) => {
      const sinceMs = nowMs;
      let atMs = nowMs;
      let lastResult: object | undefined;
      let coveredMs = sinceMs;
      for (const { gapMs, completes } of runs) {
        atMs += gapMs;
        const window = windowOf({ input: { since: iso(sinceMs) }, lastResult, policy, nowMs: atMs });
        expect(window.fromMs).toBeGreaterThanOrEqual(sinceMs < atMs - historyMs ? atMs - historyMs : sinceMs);
        expect(window.untilMs).toBe(atMs - policy.settlingMs);
        expect(window.fromMs).toBeLessThanOrEqual(Math.max(coveredMs, atMs - historyMs));
        if (!completes) continue;
        lastResult = checked(window.untilMs);
        coveredMs = Math.max(coveredMs, window.untilMs);
      }
    }),
  );
});
