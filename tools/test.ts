/**
 * `npm test`: the static checks, then all tests, and the tally as the last line. `npm test -- <pattern…>` runs the test
 * files that match, and no checks. `npm run check` runs the checks alone (`--check`).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

type Tally = Record<'passed' | 'failed', number>;

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = (program: string): string => join('node_modules', '.bin', program);
const path = [join(root, installed('')), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);

const checks: readonly (readonly [program: string, ...args: string[]])[] = [
  [installed('tsc'), '--noEmit', '-p', '.'],
  [installed('oxlint')],
  [installed('prettier'), '--check', '--cache', '--log-level', 'warn', '.'],
  [installed('knip'), '--no-progress'],
  [installed('depcruise'), '--config', '.dependency-cruiser.mjs', 'src', 'packages', 'bench', 'tools'],
  ['tools/prose.ts'],
];

const tally: Tally = { passed: 0, failed: 0 };
const current: { process?: ChildProcess; stoppedBy?: NodeJS.Signals } = {};

/** Runs a program with this very Node. It counts as one check, unless it sends a tally of its own. */
async function run(program: string, args: readonly string[], nodeFlags: readonly string[] = []): Promise<void> {
  if (current.stoppedBy !== undefined) return;
  console.log(`> ${program} ${args.join(' ')}`);
  const child = spawn(process.execPath, [...nodeFlags, program, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: path },
  });
  current.process = child;
  let own: Tally | undefined;
  child.on('message', (message) => (own = message as Tally));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const { passed, failed } = own ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  tally.passed += passed;
  tally.failed += code === 0 ? failed : Math.max(failed, 1);
}

function jest(projects: readonly string[], maxWorkers: string, patterns: readonly string[]): Promise<void> {
  // Some dependencies are ES modules only, which jest loads with this flag.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const options = [
    ...projects.map((name) => `--selectProjects=${name}`),
    `--maxWorkers=${maxWorkers}`,
    '--passWithNoTests',
  ];
  return run(installed('jest'), [...options, ...patterns], flags);
}

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    current.stoppedBy = signal;
    current.process?.kill(signal);
  });
}

console.log(`Node ${process.versions.node}, ${process.platform}-${process.arch}`);
if (positionals.length === 0) for (const [program, ...args] of checks) await run(program, args);
if (values.check !== true) {
  await jest(['unit'], '100%', positionals);
  // More than there are cores: they wait more than they work, and share one server.
  await jest(['server', 'chaos'], '5', positionals);
}
if (current.stoppedBy !== undefined) {
  console.log(`stopped by ${current.stoppedBy}`);
  tally.failed = Math.max(tally.failed, 1);
} else if (tally.passed + tally.failed === 0) {
  console.log(`no test file matches ${positionals.join(' ')}`);
  tally.failed = 1;
}
process.exitCode = tally.failed > 0 ? 1 : 0;
console.log(`${tally.passed} passed, ${tally.failed} failed`);
