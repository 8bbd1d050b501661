import { constantsIn, constantsOfWorkflows } from './constants/find.ts';
import { listed } from './constants/listed.ts';

test('what a workflow decides by comes from its policy: every number that is compiled in is listed, with the reason', () => {
  const found = [...constantsOfWorkflows().values()].flat().map(({ name }) => name);
  const known = Object.entries(listed).flatMap(([file, names]) => Object.keys(names).map((name) => `${file}: ${name}`));
  expect(found.filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !found.includes(name))).toEqual([]);
});

test.each([
  ['a number', 'const everyMs = 5;'],
  ['a length of time', 'export const everyMs = minuteMs;'],
  ['a product', 'const everyMs = 15 * minuteMs;'],
  ['a list', 'const pausesMs: readonly number[] = [1, 2];'],
  ['an object', 'export const defaults = { policy: { everyMs: 1 } } as const;'],
])('%s is found', (_what, source) => expect(constantsIn('a.ts', source)).toHaveLength(1));

test.each([
  ['a text', "const name = 'a';"],
  ['a function', 'const double = (one: number): number => one * 2;'],
  ['a type', 'type Version = 1;'],
])('%s is none', (_what, source) => expect(constantsIn('a.ts', source)).toEqual([]));
