import fc from 'fast-check';
import { reconcileDefaults } from '../../../src/policies/defaults.ts';
import { historyMs, resultsIn, windowByHand, windowOf } from '../../../src/workflows/reconcileChangeSets/window.ts';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-11-22T12:00:00Z');
const policy = reconcileDefaults;
const iso = (ms: number): string => new Date(ms).toISOString();
const checked = (ms: number) => ({ checkedUntil: iso(ms) });
const settledMs = nowMs - policy.settlingMs;

test('the first check begins when the account was added, the next where its last has ended, an overlap earlier', () => {
  const since = iso(nowMs - 2 * 3_600_000);
  expect(windowOf({ since }, undefined, { policy, nowMs })).toEqual({
    fromMs: Date.parse(since),
    untilMs: settledMs,
    notes: [],
  });
  const lastMs = nowMs - 1_800_000;
  expect(windowOf({ since }, checked(lastMs), { policy, nowMs }).fromMs).toBe(lastMs - policy.overlapMs);
});

test('an overlap never reaches behind the moment in which the account was added', () => {
  const sinceMs = nowMs - 1_200_000;
  expect(windowOf({ since: iso(sinceMs) }, checked(sinceMs - 600_000), { policy, nowMs }).fromMs).toBe(sinceMs);
});

test('after an outage of days one window covers all of it; of one longer than AWS keeps, what AWS keeps', () => {
  const since = iso(nowMs - 300 * dayMs);
  const afterDays = windowOf({ since }, checked(nowMs - 9 * dayMs), { policy, nowMs });
  expect(afterDays).toEqual({ fromMs: nowMs - 9 * dayMs - policy.overlapMs, untilMs: settledMs, notes: [] });
  const afterMonths = windowOf({ since }, checked(nowMs - 90 * dayMs), { policy, nowMs });
  expect(afterMonths.fromMs).toBe(nowMs - historyMs);
  expect(afterMonths.notes).toEqual([expect.stringContaining('AWS lists 60 days')]);
});

test('by hand it checks what it is asked to, up to what is settled; without a beginning a day', () => {
  const input = { from: iso(nowMs - 5 * dayMs), to: iso(nowMs - dayMs) };
  expect(windowByHand(input, { policy, nowMs })).toEqual({
    fromMs: nowMs - 5 * dayMs,
    untilMs: nowMs - dayMs,
    notes: [],
  });
  const open = windowByHand({ ...input, to: iso(nowMs) }, { policy, nowMs });
  expect(open).toMatchObject({ untilMs: settledMs, notes: [expect.stringContaining('may still arrive')] });
  expect(windowByHand({}, { policy, nowMs }).fromMs).toBe(nowMs - dayMs);
});

test('what a round left of the accounts is read, whatever it is made of', () => {
  for (const lastResult of [
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { accounts: 7 },
    { accounts: [] },
    { accounts: null },
  ]) {
    expect(resultsIn(lastResult)).toEqual({});
  }
  const failure = { type: 'AccessDenied', sentence: 'denied', since: iso(nowMs), rounds: 3 };
  const accounts = {
    one: { checkedUntil: iso(nowMs), failure, unfinished: true },
    two: { checkedUntil: 'yesterday', failure: { since: 5 } },
    three: 'text',
    four: { checkedUntil: 5, failure: { ...failure, since: 'ever' }, missed: '5' },
  };
  expect(resultsIn({ accounts })).toEqual({
    one: { checkedUntil: iso(nowMs), failure, unfinished: true },
    two: {},
    three: {},
    four: {},
  });
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
      let last: ReturnType<typeof checked> | undefined;
      let coveredMs = sinceMs;
      for (const { gapMs, completes } of runs) {
        atMs += gapMs;
        const window = windowOf({ since: iso(sinceMs) }, last, { policy, nowMs: atMs });
        expect(window.fromMs).toBeGreaterThanOrEqual(sinceMs < atMs - historyMs ? atMs - historyMs : sinceMs);
        expect(window.untilMs).toBe(atMs - policy.settlingMs);
        expect(window.fromMs).toBeLessThanOrEqual(Math.max(coveredMs, atMs - historyMs));
        if (!completes) continue;
        last = checked(window.untilMs);
        coveredMs = Math.max(coveredMs, window.untilMs);
      }
    }),
  );
});
