import * as fc from 'fast-check';
import { partsOf } from '../../src/cli/backfillParts.ts';
import { inputProblem, listOf } from '../../src/workflows/backfillItems/input.ts';

const itemsOf = (ids: readonly string[], businessProductId = 'm') =>
  ids.map((itemId) => ({ businessProductId, itemId }));

test('one list is one workflow, whose id comes from the list alone', () => {
  const [part, ...others] = partsOf(itemsOf(['a', 'b']), 2);
  expect(others).toEqual([]);
  expect(part?.workflowId).toMatch(/^backfill-items:[0-9a-f]{16}$/);
  expect(part?.input).toEqual({ version: 1, businessProductId: 'm', items: ['a', 'b'], ratePerSecond: 2 });
  expect(partsOf(itemsOf(['a', 'b']), 7)[0]?.workflowId).toBe(part?.workflowId);
  expect(partsOf(itemsOf(['a', 'c']), 2)[0]?.workflowId).not.toBe(part?.workflowId);
  expect(partsOf(itemsOf(['a', 'b'], 'n'), 2)[0]?.workflowId).not.toBe(part?.workflowId);
});

test('25,000 items are three workflows that share the rate', () => {
  const ids = Array.from({ length: 25_000 }, (_, index) => `item-${index}`);
  const parts = partsOf(itemsOf(ids), 3);
  expect(parts.map(({ input }) => input.items.length)).toEqual([10_000, 10_000, 5_000]);
  expect(parts.map(({ workflowId }) => workflowId.split(':')[2])).toEqual(['1', '2', '3']);
  expect(parts.map(({ input }) => input.ratePerSecond)).toEqual([1, 1, 1]);
});

test('whatever the list: every part is taken by the workflow, and together they hold every item once, in order', () => {
  const limits = { items: 7, characters: 400 };
  const id = fc.stringMatching(/^[a-z]{1,60}$/);
  const item = fc.record({ businessProductId: fc.constantFrom('m', 'n'), itemId: id });
  fc.assert(
    fc.property(
      fc.uniqueArray(item, { minLength: 1, maxLength: 60, selector: (one) => JSON.stringify(one) }),
      (items) => {
        const parts = partsOf(items, 2, limits);
        for (const { input } of parts) {
          expect(inputProblem(input)).toBeUndefined();
          expect(input.items.length).toBeLessThanOrEqual(limits.items);
          expect(JSON.stringify(input.items).length).toBeLessThanOrEqual(limits.characters);
        }
        expect(parts.flatMap(({ input }) => listOf(input).items)).toEqual(items);
        expect(parts.reduce((sum, { input }) => sum + input.ratePerSecond, 0)).toBeCloseTo(2);
      },
    ),
    { numRuns: 500 },
  );
});
