import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { guards, type Guard } from './model/guards.ts';
import type { Verdict } from './model/mutants.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const workflows = path.join(root, 'src/workflows');
const script = fileURLToPath(new URL('./model/mutants.ts', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'item-guards-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  cpSync(path.join(root, 'src/defined.ts'), path.join(folder, 'defined.ts'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the state machine, with a guard taken out where one is given. */
function copyOf(name: string, guard?: Guard): string {
  const copy = path.join(folder, name);
  for (const part of ['itemBuyability', 'shared']) {
    cpSync(path.join(workflows, part), path.join(copy, part), { recursive: true });
  }
  if (guard === undefined) return copy;
  const file = path.join(copy, guard.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    source.replace(guard.text, () => guard.without),
  );
  return copy;
}

test('every listed guard stands in its file, once', () => {
  const times = guards.map(({ file, text }) => ({
    text,
    times: readFileSync(path.join(workflows, file), 'utf8').split(text).length - 1,
  }));
  expect(times.filter((one) => one.times !== 1)).toEqual([]);
});

test('with any guard taken out the model finds a wrong state or notice; with none it finds nothing', async () => {
  const whole = copyOf('whole');
  const mutants = guards.map((guard, index) => ({ guard, copy: copyOf(`without-${index}`, guard) }));
  const copies = mutants.map(({ copy }) => copy);
  // A process of its own: the copies are run as they are, and not through the test runner's transformations.
  const { stdout } = await promisify(execFile)(process.execPath, [script, whole, ...copies]);
  const verdicts = stdout.trim().split('\n');
  const failures = new Map(verdicts.map((line) => JSON.parse(line) as Verdict).map((one) => [one.folder, one.failure]));
  expect(failures.size).toBe(guards.length + 1);
  expect(failures.get(whole)).toBeUndefined();
  const survivors = mutants.filter(({ copy }) => failures.get(copy) === undefined);
  expect(survivors.map(({ guard }) => guard)).toEqual([]);
}, 120_000);
