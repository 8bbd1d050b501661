import * as fc from 'fast-check';
import { idKinds } from '../../../src/events/ids.ts';
import {
  backfillLimits,
  inputProblem,
  givenPolicy,
  listOf,
  requireInput,
} from '../../../src/workflows/backfillItems/input.ts';

describe('what a backfill is started with', () => {
  test.each([
    ['nothing', undefined, 'The input must be one object, but it is nothing'],
    ['a list', [], 'The input must be one object, but it is an array'],
    ['no items', { businessProductId: 'm' }, '"items" must be a list of item ids, but it is nothing'],
    ['a text of items', { businessProductId: 'm', items: 'a' }, '"items" must be a list of item ids, but it is "a"'],
    ['an empty list', { businessProductId: 'm', items: [] }, '"items" must name at least one item'],
    ['a bad item', { businessProductId: 'm', items: ['a', 'b/c'] }, '"items[1]" must be an id of 1 to 200 characters'],
    ['a number', { businessProductId: 'm', items: [7] }, '"items[0]" must be an id of'],
    ['a bad merchant', { businessProductId: '../x', items: ['a'] }, '"businessProductId" must be an id of'],
    ['no merchant', { items: ['a'] }, '"businessProductId" is missing, and "items[0]" names no merchant of its own'],
    ['half an item', { items: [{ itemId: 'a' }] }, '"items[0].businessProductId" must be an id of'],
    ['rate zero', { businessProductId: 'm', items: ['a'], ratePerSecond: 0 }, 'above 0, up to 100, but it is 0'],
    ['rate as text', { businessProductId: 'm', items: ['a'], ratePerSecond: '2' }, '"ratePerSecond" must be a number'],
    ['a bad wait', { businessProductId: 'm', items: ['a'], policy: { retryAfterMs: [-1] } }, '"policy.retryAfterMs"'],
    ['a bad burst', { businessProductId: 'm', items: ['a'], policy: { burstMs: 0 } }, '"policy.burstMs"'],
  ])('%s is refused with the field', (_name, input, sentence) => {
    expect(inputProblem(input)).toContain(sentence);
    expect(() => requireInput(input)).toThrow('For example:\n{\n  "businessProductId":');
  });

  test('more items than one run takes are refused with what would be right', () => {
    const items = Array.from({ length: backfillLimits.items + 1 }, (_, index) => `item-${index}`);
    expect(inputProblem({ businessProductId: 'm', items })).toContain('at most 10,000, but it holds 10001');
    expect(inputProblem({ businessProductId: 'm', items: items.slice(1) })).toBeUndefined();
  });

  test('a list that would not fit when the run continues as new is refused', () => {
    const items = Array.from({ length: 9_000 }, (_, index) => `${'x'.repeat(190)}${index}`);
    expect(inputProblem({ businessProductId: 'm', items })).toContain('characters of JSON');
  });

  test('items of several merchants, repeats dropped, in the order of the list', () => {
    const other = { businessProductId: 'n', itemId: 'a' };
    const input = { businessProductId: 'm', items: ['b', 'a', other, 'b', { businessProductId: 'm', itemId: 'a' }] };
    expect(inputProblem(input)).toBeUndefined();
    expect(listOf(input)).toEqual({
      items: [{ businessProductId: 'm', itemId: 'b' }, { businessProductId: 'm', itemId: 'a' }, other],
      duplicates: 2,
    });
    expect(givenPolicy({ ...input, ratePerSecond: 7 })).toEqual({ ratePerSecond: 7 });
    expect(givenPolicy(input)).toEqual({});
  });

  test('an id is right here exactly where events take it', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.stringMatching(/^[\w.~-]{1,5}$/),
      fc.constantFrom('.', '..', ''),
    );
    fc.assert(
      fc.property(text, (id) => {
        expect(inputProblem({ businessProductId: 'm', items: [id] }) === undefined).toBe(idKinds.item.matches(id));
        expect(inputProblem({ businessProductId: id, items: ['a'] }) === undefined).toBe(
          idKinds.businessProduct.matches(id),
        );
      }),
      { numRuns: 2_000 },
    );
    const longest = 'x'.repeat(200);
    expect(inputProblem({ businessProductId: longest, items: [longest] })).toBeUndefined();
    expect(inputProblem({ businessProductId: 'm', items: [`${longest}x`] })).toContain('items[0]');
  });
});
