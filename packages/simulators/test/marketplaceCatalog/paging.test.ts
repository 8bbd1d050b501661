import fc from 'fast-check';
import { pageOf } from '../../src/marketplaceCatalog/paging.ts';
import { defined } from '../../src/defined.ts';

interface Item {
  readonly time: string;
  readonly id: string;
}

const itemsArbitrary = fc.uniqueArray(
  fc.record({ time: fc.constantFrom('1', '2', '3'), id: fc.string({ unit: 'grapheme', minLength: 1 }) }),
  { selector: ({ id }) => id, maxLength: 40 },
);

function listing(items: readonly Item[], maxResults: number, order: 'ASCENDING' | 'DESCENDING', nextToken?: string) {
  return pageOf({
    items,
    place: ({ time, id }) => [time, id],
    order,
    question: ['q'],
    maxResults,
    ...defined({ nextToken }),
  });
}

test('pages to the end give every item once, in order, with tokens that the model takes', () => {
  const order = fc.constantFrom('ASCENDING' as const, 'DESCENDING' as const);
  fc.assert(
    fc.property(itemsArbitrary, fc.integer({ min: 1, max: 10 }), order, (items, maxResults, direction) => {
      const seen: Item[] = [];
      let nextToken: string | undefined;
      do {
        const page = listing(items, maxResults, direction, nextToken);
        expect(page.items.length).toBeLessThanOrEqual(maxResults);
        seen.push(...page.items);
        nextToken = page.nextToken;
        expect(nextToken ?? 'none').toMatch(/^[\w+=.:@\-/]{1,4096}$/);
      } while (nextToken !== undefined);
      expect(seen).toEqual(listing(items, 1000, direction).items);
      expect(new Set(seen)).toEqual(new Set(items));
    }),
  );
});

test('an item that vanishes between two pages takes no other with it', () => {
  const items = ['a', 'b', 'c', 'd'].map((id) => ({ time: '1', id }));
  const first = listing(items, 2, 'ASCENDING');
  const left = items.filter(({ id }) => id !== 'b');
  expect(listing(left, 2, 'ASCENDING', first.nextToken).items.map(({ id }) => id)).toEqual(['c', 'd']);
});
