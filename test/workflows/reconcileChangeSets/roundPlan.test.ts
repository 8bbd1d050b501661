import fc from 'fast-check';
import { reconcileDefaults } from '../../../src/policies/defaults.ts';
import { roundPlan } from '../../../src/workflows/reconcileChangeSets/roundPlan.ts';

test('a round of a quarter of an hour gives every account a minute, and ends before the next begins', () => {
  expect(roundPlan(reconcileDefaults, 1)).toEqual({
    roundWithinMs: 720_000,
    accountWithinMs: 60_000,
    lanes: 4,
  });
  expect(roundPlan(reconcileDefaults, 200).lanes).toBe(25);
});

test('whatever the interval and however many accounts, every batch is begun and ended in time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 75_000, max: 86_400_000 }),
      fc.integer({ min: 0, max: 1_000 }),
      (everyMs, batches) => {
        const { roundWithinMs, accountWithinMs, lanes } = roundPlan({ ...reconcileDefaults, everyMs }, batches);
        expect(roundWithinMs).toBeLessThan(everyMs);
        expect(Math.ceil(batches / lanes) * accountWithinMs).toBeLessThanOrEqual(roundWithinMs);
      },
    ),
  );
});
