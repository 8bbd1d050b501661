import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pMap from 'p-map';
import { missingPrograms, readSearch, search, searches, type Found } from '../model/searches.ts';

const folder = join(__dirname, '../../model');
const missing = missingPrograms((program) => spawnSync(program, ['--version']).error === undefined);
const textOf = (model: string): string => readFileSync(join(folder, `${model}.pml`), 'utf8');

describe('every search means something', () => {
  test.each(searches)('$model $flags: the model knows each flag', ({ model, flags }) => {
    for (const flag of flags)
      expect(textOf(model)).toMatch(new RegExp(`#if(n?def| !?defined\\() ?${flag.split('=')[0]}\\b`));
  });

  test('every rule of a model is taken out by a search', () => {
    for (const model of ['once', 'permits'] as const) {
      const rules = [...textOf(model).matchAll(/#ifn?def (\w+)/g)].map(([, rule]) => rule);
      const searched = searches.flatMap((one) =>
        one.model === model ? one.flags.map((flag) => flag.split('=')[0]) : [],
      );
      expect(rules.filter((rule) => rule !== 'ATTEMPTS' && !searched.includes(rule))).toEqual([]);
    }
  });
});

describe('what spin prints', () => {
  test.each<[string, string, Found['outcome']]>([
    ['a whole search', 'State-vector 68 byte, depth reached 417, errors: 0\n  74701 states, stored\n', 'holds'],
    ['a counterexample', 'pan:1: assertion violated (accepted==0) (at depth 61)\n errors: 1\n', 'broken'],
    ['a search cut short', 'Warning: Search not completed\nerrors: 0\n 5 states, stored\n', 'unknown'],
    [
      'one that did not go deep enough',
      'error: max search depth too small\n errors: 0\n 5 states, stored\n',
      'unknown',
    ],
    ['nothing', '', 'unknown'],
  ])('%s', (_, printed, outcome) => {
    expect(readSearch(printed).outcome).toBe(outcome);
  });
});

// The tally names a skipped test by its title.
// oxlint-disable-next-line jest/no-disabled-tests
const testHere: typeof test = missing.length === 0 ? test : test.skip;
testHere(
  `the models hold, and break without any one rule${missing.length === 0 ? '' : ` (not installed: ${missing.join(', ')}; npm run model says how to get it)`}`,
  async () => {
    const found = await pMap(searches, (one) => search(folder, one, 2), { concurrency: 2 });
    const wrong = searches.flatMap((one, index) =>
      found[index]?.outcome === one.expected ? [] : [{ ...one, found: found[index] }],
    );
    // oxlint-disable-next-line jest/no-standalone-expect
    expect(wrong).toEqual([]);
  },
);
