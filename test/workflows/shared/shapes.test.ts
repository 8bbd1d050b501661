import fc from 'fast-check';
import {
  checkedElsewhere,
  each,
  either,
  fits,
  flag,
  list,
  listFrom1,
  members,
  milliseconds,
  number,
  oneOf,
  optional,
  text,
  variants,
  type Shape,
} from '../../../src/workflows/shared/shapes.ts';

interface Sample {
  readonly name: string;
  readonly size?: number;
}
type Phase = { readonly name: 'open'; readonly since: string } | { readonly name: 'ended' };

const sample = members<Sample>({ name: text, size: optional(number) });
const phase = variants<'name', Phase>('name', {
  open: members<Extract<Phase, { name: 'open' }>>({ name: oneOf('open'), since: text }),
  ended: members<Extract<Phase, { name: 'ended' }>>({ name: oneOf('ended') }),
});

test.each<[string, Shape<never>, unknown, string | undefined]>([
  ['a text', text as never, 5, '"x" must be a text, but it is a number'],
  ['a number', number as never, Number.NaN, '"x" must be a number, but it is a number'],
  ['milliseconds', milliseconds as never, -1, '"x" must be milliseconds, from 0, but it is a number'],
  ['a flag', flag as never, 'yes', '"x" must be true or false, but it is a text of 3 characters'],
  [
    'a value of another name',
    oneOf('a', 'b') as never,
    'c',
    '"x" must be one of a, b, but it is a text of 1 characters',
  ],
  ['an element', list(text) as never, ['a', 1], '"x[1]" must be a text, but it is a number'],
  ['no list', list(text) as never, {}, '"x" must be a list, but it is an object'],
  ['an empty list', listFrom1(text) as never, [], '"x" must not be empty'],
  ['a member that is missing', sample as never, { size: 1 }, '"x.name" must be a text, but it is nothing'],
  ['an optional member', sample as never, { name: '', size: null }, '"x.size" must be a number, but it is null'],
  ['an optional member that is absent', sample as never, { name: '' }, undefined],
  ['a member of a newer version', sample as never, { name: '', newer: 1 }, undefined],
  ['a variant', phase as never, { name: 'open' }, '"x.since" must be a text, but it is nothing'],
  [
    'another variant',
    phase as never,
    { name: 'toString' },
    '"x.name" must be one of open, ended, but it is a text of 8 characters',
  ],
  ['one of a record', each(number) as never, { a: 1, b: '' }, '"x.*" must be a number, but it is an empty text'],
  ['neither', either(text, number) as never, true, '"x" must be a number, but it is a boolean'],
  ['no object', checkedElsewhere() as never, [], '"x" must be an object, but it is an array'],
])('%s is named', (_, shape, value, problem) => {
  expect(shape.problem(value, 'x')).toBe(problem);
});

test('every value gets an answer', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), (value) => {
      for (const shape of [sample, phase, either(text, list(number)), each(flag)]) {
        const problem = shape.problem(value, 'x');
        expect(problem === undefined).toBe(fits(shape as Shape<unknown>, value));
      }
    }),
  );
});

test('a type and its shape cannot drift apart', () => {
  // @ts-expect-error: a member is missing
  members<Sample>({ name: text });
  // @ts-expect-error: it is optional
  members<Sample>({ name: text, size: number });
  // @ts-expect-error: it is required
  members<Sample>({ name: optional(text), size: optional(number) });
  // @ts-expect-error: a variant is missing
  variants<'name', Phase>('name', { open: members({ name: oneOf('open'), since: text }) });
  // @ts-expect-error: a value is missing
  const narrow: Shape<'a' | 'b'> = oneOf('a');
  expect(fits(narrow, 'b')).toBe(false);
});
