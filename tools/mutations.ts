/**
 * `npm run mutations [-- --sample N] [-- --keep]`: changes each place of the workflows that makes a command, replays the
 * histories with every change, and says which changes none of them notices. It replays the histories in
 * test/replay/histories, and those that the last tests have left.
 *
 * `--sample N` carries out N of the changes: the same ones as long as the workflows are the same. `--keep` copies
 * the histories of tests that notice what no kept history notices into test/replay/histories.
 */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { testHistoriesFolder } from '@marketplace-steward/testing/histories';
import { silent } from '@marketplace-steward/testing/silent';
import { installRuntime } from '../src/workers/temporalLogger.ts';
import { foundIn, recordable } from './histories/recording.ts';
import { bundleMutants } from './mutations/bundle.ts';
import { judge, reachedBy, type Recorded, type Verdict } from './mutations/judge.ts';
import { sampleOf } from './mutations/sample.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const keptFolder = join(root, 'test', 'replay', 'histories');
/** Changes that no history notices, each with the reason. */
const survivorsFile = join(root, 'test', 'replay', 'survivors.json');
/** The share of each kind that has to be noticed. Of a sample, whose share is less exact, what has a reason counts too. */
const leastNoticed = 0.95;
/** Histories that are kept are no larger, in bytes: those of a test are there after the tests in any case. */
const mostKeptBytes = 40_000;

function historiesIn(folder: string, isKept: boolean): Recorded[] {
  return globSync('*/*.json', { cwd: folder }).flatMap((path) => {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    // The same workflows as without encryption.
    if (text.includes('encryption-key-id')) return [];
    return { file, isKept, history: historyFromJSON(JSON.parse(text)) };
  });
}

function keep({ history, file }: Recorded): void {
  const text = recordable(history);
  if (foundIn(text, [root, `${homedir()}/`, `${tmpdir()}/`, `@${hostname()}`]) !== undefined) {
    console.log(`not kept: ${file} names this machine`);
    return;
  }
  if (text.length > mostKeptBytes) {
    console.log(`not kept: ${relative(root, file)} is too large`);
    return;
  }
  const target = join(keptFolder, basename(dirname(file)), `of-a-test.${basename(file)}`);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) writeFileSync(target, text, { flag: 'wx' });
  console.log(`kept: ${relative(root, target)}`);
}

const { values } = parseArgs({ options: { sample: { type: 'string' }, keep: { type: 'boolean' } } });
installRuntime(silent);
const histories = [...historiesIn(keptFolder, true), ...historiesIn(testHistoriesFolder, false)];
const known = JSON.parse(readFileSync(survivorsFile, 'utf8')) as Readonly<Record<string, string>>;
const { bundle, mutants } = await bundleMutants();
const tried = values.sample === undefined ? mutants : sampleOf(mutants, Number(values.sample));
const { reached, unfit } = await reachedBy({ bundle, histories });
if (unfit.size > 0) {
  const some = [...unfit.keys()].slice(0, 5).map((file) => relative(root, file));
  console.log(`${unfit.size} histories do not replay: ${some.join(', ')}${unfit.size > 5 ? ', …' : ''}`);
}

const verdicts: Verdict[] = [];
await judge({ bundle }, tried, reached, (verdict) => {
  verdicts.push(verdict);
  if (verdicts.length % 50 === 0) console.error(`${verdicts.length} of ${tried.length} changes`);
});
const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
for (const { label, reachedBy: at } of survivors) {
  const what = at.length === 0 ? 'no history comes there' : `${at.length} histories come there`;
  console.log(`not noticed: ${label} (${known[label] ?? what})`);
}
const hasReason = ({ label }: Verdict): boolean => Object.hasOwn(known, label);
const unexplained = survivors.filter((one) => !hasReason(one));
const labels = new Set(survivors.map(({ label }) => label));
for (const label of Object.keys(known)) {
  const isTried = tried.some((one) => one.label === label);
  if ((isTried || values.sample === undefined) && !labels.has(label))
    console.log(`listed, and noticed or gone: ${label}`);
}
if (values.keep === true) {
  const needed = new Set(verdicts.flatMap(({ caughtBy }) => caughtBy ?? []));
  for (const recorded of histories) if (!recorded.isKept && needed.has(recorded.file)) keep(recorded);
}
const shares = (['command', 'branch'] as const).map((kind) => {
  const all = verdicts.filter((one) => one.kind === kind);
  const caught = all.filter(({ caughtBy }) => caughtBy !== undefined).length;
  const counted =
    values.sample === undefined ? caught : all.length - unexplained.filter((one) => one.kind === kind).length;
  return { kind, all: all.length, caught, isEnough: counted >= leastNoticed * all.length };
});
for (const { kind, all, caught } of shares) {
  const what = kind === 'command' ? 'changes of a command' : 'commands more in a branch';
  console.log(`${caught} of ${all} ${what} are noticed (${((caught / Math.max(all, 1)) * 100).toFixed(1)} %)`);
}
console.log(
  `by ${histories.length - unfit.size} histories; ${unexplained.length} of the others have no reason in ${relative(root, survivorsFile)}`,
);
const isEnough = shares.every((share) => share.isEnough);
// What does not replay shows nothing of a change, and a history of today's workflows always does.
process.exitCode = isEnough && unexplained.length === 0 && unfit.size === 0 ? 0 : 1;
