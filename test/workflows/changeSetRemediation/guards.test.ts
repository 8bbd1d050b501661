import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { guards, type Guard } from './model/guards.ts';
import type { Verdict } from './model/mutants.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const workflows = path.join(root, 'src/workflows');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guards-'));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  cpSync(path.join(root, 'src/defined.ts'), path.join(folder, 'defined.ts'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the state machine, with a guard taken out where one is given. */
function copyOf(name: string, guard?: Guard): string {
  const copy = path.join(folder, name);
  mkdirSync(copy);
  for (const part of ['changeSetRemediation', 'shared']) {
    cpSync(path.join(workflows, part), path.join(copy, part), { recursive: true });
  }
  if (guard !== undefined) {
    const file = path.join(copy, guard.file);
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(guard.text, () => guard.without),
    );
  }
  return copy;
}

/** Lets the model judge these copies, in a process of its own. */
async function failuresOf(copies: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
  const script = fileURLToPath(new URL('./model/mutants.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...copies], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  const verdicts = printed.trim().split('\n');
  return new Map(
    verdicts.map((line) => {
      const { folder: copy, failure } = JSON.parse(line) as Verdict;
      return [copy, failure];
    }),
  );
}

const label = ({ file, text, without }: Guard): string => `${file}: ${text} → ${without}`;

test('every listed guard stands in its file, once', () => {
  const times = guards.map((guard) => {
    const source = readFileSync(path.join(workflows, guard.file), 'utf8');
    return { guard: label(guard), times: source.split(guard.text).length - 1 };
  });
  expect(times.filter((one) => one.times !== 1)).toEqual([]);
});

test('with any guard taken out the model finds a wrong end; with none it finds nothing', async () => {
  const whole = copyOf('whole');
  const mutants = guards.map((guard, index) => ({ guard, copy: copyOf(`without-${index}`, guard) }));
  const half = Math.ceil(mutants.length / 2);
  const copies = mutants.map(({ copy }) => copy);
  const [some, others] = await Promise.all([
    failuresOf([whole, ...copies.slice(0, half)]),
    failuresOf(copies.slice(half)),
  ]);
  const failures = new Map([...some, ...others]);
  expect(failures.get(whole)).toBeUndefined();
  const survivors = mutants.filter(({ copy }) => failures.get(copy) === undefined);
  expect(survivors.map(({ guard }) => label(guard))).toEqual([]);
}, 120_000);
