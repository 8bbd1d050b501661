/**
 * `npm run model`: searches all states of the models in `model/` with spin. Each promise has to hold, and has to break as
 * soon as one rule, or one assumption about AWS, is taken out: the model is compiled again with its flag for that.
 * `npm run model -- --quick` lets each lineage have two activity attempts instead of three, and takes seconds.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pMap from 'p-map';
import { missingPrograms, search, searches, type Search } from './model/searches.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });

const missing = missingPrograms((program) => spawnSync(program, ['--version']).error === undefined);
if (missing.length > 0) {
  console.error(
    `npm run model needs ${missing.join(' and ')}. On Debian and Ubuntu: sudo apt-get install -y spin gcc. ` +
      'On macOS: brew install spin, and the command line tools of Xcode. Nothing was checked.',
  );
  process.exit(2);
}

const folder = fileURLToPath(new URL('../model/', import.meta.url));
const attempts = values.quick ? 2 : 3;
const found = await pMap(
  searches,
  async (one) => {
    const found = await search(folder, one, attempts);
    const right = found.outcome === one.expected;
    console.log(`${right ? 'ok  ' : 'FAIL'} ${describe(one)}: ${sentenceOf(found)}`);
    return right;
  },
  { concurrency: 2 },
);
const failed = found.filter((right) => !right).length;
console.log(`${searches.length - failed} searches as expected, ${failed} not`);
process.exitCode = failed === 0 ? 0 : 1;

function describe({ model, flags }: Search): string {
  return `${model} ${flags.join(' ')}`.trim();
}

function sentenceOf(found: Awaited<ReturnType<typeof search>>): string {
  switch (found.outcome) {
    case 'holds':
      return `holds in all ${found.states.toLocaleString('en')} states`;
    case 'broken':
      return `breaks after ${found.steps} steps: ${found.assertion}`;
    case 'unknown':
      return `no answer: ${found.problem}`;
  }
}
