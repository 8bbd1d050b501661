import fc from 'fast-check';
import { readItems } from '../../src/events/resources.ts';

const safeId = fc.stringMatching(/^[A-Za-z0-9._~-]{1,200}$/).filter((id) => id !== '.' && id !== '..');

test('every pair of safe ids is read, in order and once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(safeId, safeId), { minLength: 1, maxLength: 20 }), (pairs) => {
      const entries = pairs.map(([product, item]) => `businessProduct/${product}/items/${item}`);
      const read = readItems(entries, 'resources');
      expect(read).toEqual({
        ok: true,
        items: [...new Set(entries)].map((entry) => {
          const [, businessProductId, , itemId] = entry.split('/');
          return { businessProductId, itemId };
        }),
        notes: [],
      });
    }),
  );
});

test('unknown types are noted beside the item', () => {
  const read = readItems(['businessProduct/b/items/i/variants/v', 'businessProduct/b/orders/o'], 'resources');
  expect(read).toMatchObject({ ok: true, items: [{ businessProductId: 'b', itemId: 'i' }] });
  expect(read.ok && read.notes).toEqual([
    'resources[0] names resources of unknown type (variants): businessProduct/b/items/i/variants/v',
    'resources[1] names resources of unknown type (orders): businessProduct/b/orders/o',
  ]);
});

test('a very long entry is cut in its note', () => {
  const read = readItems([`businessProduct/b/items/i/variants/${'v'.repeat(9000)}`], 'resources');
  expect(read.ok && read.notes[0]?.length).toBeLessThan(700);
});

test.each([
  ['no entry', []],
  ['no item among the entries', ['businessProduct/b', 'businessProduct/b/orders/o']],
])('%s: the array is named', (_, entries) => {
  expect(readItems(entries, 'detail.resources')).toMatchObject({
    ok: false,
    problems: [{ field: 'detail.resources' }],
  });
});

test.each([
  '',
  '/',
  'items/i',
  'arn:aws:catalog:us-east-1:123456789012:Offer/o',
  'items/i/businessProduct/b',
  'businessProduct/b/items',
  'businessProduct/b/items/',
  'businessProduct//items/i',
  'businessProduct/b/items/i/items/j',
  'businessProduct/b/items/..',
  'businessProduct/../items/i',
  'businessProduct/b/items/../i',
  'businessProduct/b/items/i?x=1',
  'businessProduct/b/items/i#x',
  'businessProduct/b/items/%2f',
  'businessProduct/b/items/i j',
  'businessProduct/b/items/i\n',
  'businessProduct/b/items/i:j',
  'businessProduct/b/__proto__/x/items/i',
  `businessProduct/b/items/${'i'.repeat(201)}`,
  `businessProduct/${'b'.repeat(10_000)}/items/i`,
])('entry %# is refused by name, good ones beside it or not', (entry) => {
  const read = readItems(['businessProduct/b/items/i', entry], 'resources');
  expect(read).toMatchObject({ ok: false, problems: [{ field: 'resources[1]' }] });
  expect(JSON.stringify(read).length).toBeLessThan(700);
});

test('more than 100 items are refused', () => {
  const entries = (count: number) => Array.from({ length: count }, (_, index) => `businessProduct/b/items/${index}`);
  expect(readItems(entries(100), 'resources').ok).toBe(true);
  expect(readItems(entries(101), 'resources')).toMatchObject({
    problems: [{ field: 'resources', found: '101 items' }],
  });
});

test('a flood of entries of unknown type gives 5 notes and their number', () => {
  const others = Array.from({ length: 5000 }, (_, index) => `businessProduct/b/orders/${index}`);
  const read = readItems(['businessProduct/b/items/i', ...others], 'resources');
  const notes = read.ok ? read.notes : [];
  expect(notes).toHaveLength(6);
  expect(notes.at(-1)).toBe('and 4995 more such entries of resources');
});
