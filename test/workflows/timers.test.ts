import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', 'src', 'workflows');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== join('shared', 'timers.ts'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

/** Where a run is renewed only once the timer has fired. */
const waitedFor: readonly string[] = [join('changeSetRemediation', 'work.ts'), join('submitPermits', 'workflow.ts')];

test('every timer of a workflow is towards an instant: a length would begin again in the next run', () => {
  const found = sources.filter(([, text]) => /\bsleep\(|\bsleep\b[^;]*from '@temporalio\/workflow'/.test(text));
  expect(found.map(([name]) => name)).toEqual([]);
  expect(sources.filter(([, text]) => text.includes('sleepUntil(')).length).toBeGreaterThan(10);
});

test('no timer is towards an instant that is made when it begins', () => {
  const made = sources.flatMap(([name, text]) =>
    Array.from(text.matchAll(/sleepUntil\(\s*(?:Date\.now\(\)|[\w.]*\(?Date\.now\(\))/g), () => name),
  );
  expect(made.toSorted()).toEqual(waitedFor.toSorted());
});
