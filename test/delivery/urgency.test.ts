import fc from 'fast-check';
import { orderWithin, urgencies, urgencyOf, urgencyParts, type Matter } from '../../src/delivery/urgency.ts';
import { contracts } from '../../src/workflows/contracts.ts';
import { dayMs, hourMs } from '../../src/workflows/shared/durations.ts';

const nowMs = Date.parse('2026-11-30T07:00:00Z');
const startedAtMs = nowMs - dayMs;
const states = contracts.flatMap((contract) => Object.keys(contract.states));

test.each([
  ['overdue', { dueAtMs: nowMs, attention: false }],
  ['overdue', { dueAtMs: nowMs - 400 * dayMs, attention: true }],
  ['dueToday', { dueAtMs: nowMs + 1 }],
  ['dueToday', { dueAtMs: nowMs + dayMs, attention: true }],
  ['needsDecision', { dueAtMs: nowMs + dayMs + 1, attention: true }],
  ['needsDecision', { attention: true }],
  ['needsDecision', { fails: true, attention: false, state: 'BUYABLE' }],
  ['waiting', { dueAtMs: nowMs + dayMs + 1 }],
  ['waiting', { state: 'retrying', attention: false }],
  ['informational', { state: 'BUYABLE' }],
  ['informational', {}],
] as const)('%s: %j', (urgency, matter) => {
  expect(urgencyOf({ startedAtMs, ...matter }, nowMs)).toBe(urgency);
});

const someMatter: fc.Arbitrary<Matter> = fc.record(
  {
    attention: fc.boolean(),
    fails: fc.boolean(),
    dueAtMs: fc.integer({ min: -3, max: 60 }).map((hours) => nowMs + hours * hourMs),
    state: fc.constantFrom(...states),
    startedAtMs: fc.integer({ min: 0, max: 99 }).map((hours) => nowMs - hours * hourMs),
  },
  { requiredKeys: ['startedAtMs'] },
);

test('the order of an urgency is one: what is due first, what has waited longest first, however the rows came', () => {
  const keyOf = ({ dueAtMs, startedAtMs: started }: Matter): string => `${dueAtMs} ${started}`;
  fc.assert(
    fc.property(fc.array(someMatter, { maxLength: 12 }), (matters) => {
      const sorted = matters.toSorted(orderWithin);
      expect(sorted.map(keyOf)).toEqual(matters.toReversed().toSorted(orderWithin).map(keyOf));
      const due = ({ dueAtMs }: Matter): number => dueAtMs ?? Number.MAX_VALUE;
      const wrong = sorted.slice(1).filter((after, index) => {
        const before = sorted[index] ?? after;
        return due(before) > due(after) || (due(before) === due(after) && before.startedAtMs > after.startedAtMs);
      });
      expect(wrong).toEqual([]);
    }),
  );
});

test('time alone never makes anything less urgent', () => {
  fc.assert(
    fc.property(someMatter, fc.nat(200), (matter, hours) => {
      const [before, after] = [nowMs, nowMs + hours * hourMs].map((ms) => urgencies.indexOf(urgencyOf(matter, ms)));
      expect(after).toBeLessThanOrEqual(before ?? -1);
    }),
  );
});

test('the parts stand in the order of the urgencies, and every urgency has one', () => {
  const ranks = urgencyParts(nowMs).map(({ urgency }) => urgencies.indexOf(urgency));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(new Set(ranks).size).toBe(urgencies.length);
});
