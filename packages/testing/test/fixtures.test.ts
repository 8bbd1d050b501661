import fc from 'fast-check';
import type { JsonValue } from '../../../src/events/types.ts';
import { readFixture, withReplaced } from '../src/fixtures.ts';

interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

function leaves(value: JsonValue, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries = Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}/${JSON.stringify(key)}`));
  return entries.length > 0 ? entries : [{ path, value: Array.isArray(value) ? '[]' : '{}' }];
}

const replaced = '#old-id#';
const text = fc.oneof(
  fc.string(),
  fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}${replaced}${after}`),
);
const document = fc
  .anything({
    values: [text, fc.integer(), fc.boolean(), fc.constant(null)],
    key: fc.oneof(fc.string(), fc.constant(replaced)).filter((key) => key !== '__proto__'),
    maxDepth: 3,
    withNullPrototype: false,
  })
  .map((value) => value as JsonValue);

test('exchanges texts in strings and leaves every other value and every key as it is', () => {
  fc.assert(
    fc.property(document, fc.string(), (sample, fresh) => {
      const around: JsonValue = { id: replaced, sample };
      const before = leaves(around);
      const after = leaves(withReplaced(around, new Map([[replaced, fresh]])));
      expect(after.map(({ path }) => path)).toEqual(before.map(({ path }) => path));
      for (const [index, { value }] of before.entries()) {
        const expected = typeof value === 'string' ? value.split(replaced).join(fresh) : value;
        expect(after[index]?.value).toBe(expected);
      }
    }),
  );
});

test('does not search again what it has put in', () => {
  const replacements = new Map([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  expect(withReplaced({ text: 'ab' }, replacements)).toEqual({ text: 'ba' });
});

test('exchanges the longer of two texts that overlap', () => {
  const replacements = new Map([
    ['id', 'short'],
    ['id-1', 'long'],
  ]);
  expect(withReplaced(['id', 'id-1'], replacements)).toEqual(['short', 'long']);
});

test('takes a text as it is written, not as a pattern', () => {
  expect(withReplaced(['a.c', 'abc'], new Map([['a.c', '$&']]))).toEqual(['$&', 'abc']);
});

test('refuses a sample that does not hold what is to be exchanged, and names it', () => {
  expect(() => withReplaced(readFixture('changeSetFailed'), new Map([['no-such-id', 'x']]))).toThrow('no-such-id');
});
