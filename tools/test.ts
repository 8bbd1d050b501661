/**
 * `npm test`: the static checks and all tests, and the tally as the last line. `npm test -- <pattern…>` runs the test
 * files that match, and no checks. `npm run check` runs the checks alone (`--check`).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

type Tally = Record<'passed' | 'failed', number>;

const { priority: priorities } = constants;
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

/** What the tests on a server leave of their workflows, which `tools/replay.ts` replays. */
const testHistories = join(root, '.steward', 'test-histories');

const tally: Tally = { passed: 0, failed: 0 };
const running = new Set<ChildProcess>();
const stopped: { by?: NodeJS.Signals } = {};

/** Where the output of a program goes: as it comes, or all of it at the end, with a lower priority than all else. */
type Place = 'foreground' | 'background';

/** What jest's files are run with. */
interface JestOptions {
  readonly maxWorkers: string;
  readonly patterns: readonly string[];
  readonly place?: Place;
}

/**
 * Runs a program with this very Node. It counts as one check, unless it sends a tally of its own. Temporal's servers and the
 * compiler are written in Go: where they collect garbage less often, they take less of the processor.
 */
async function run(
  program: string,
  args: readonly string[],
  { place = 'foreground', nodeFlags = [] }: { readonly place?: Place; readonly nodeFlags?: readonly string[] } = {},
): Promise<void> {
  if (stopped.by !== undefined) return;
  const output = [`> ${program} ${args.join(' ')}\n`];
  const stdio = place === 'foreground' ? 'inherit' : 'pipe';
  if (place === 'foreground') process.stdout.write(output.splice(0).join(''));
  const child = spawn(process.execPath, [...nodeFlags, program, ...args], {
    cwd: root,
    stdio: ['ignore', stdio, stdio, 'ipc'],
    env: { GOGC: '400', ...process.env, PATH: path },
  });
  running.add(child);
  // It may have ended already, and where the system refuses, it runs as everything else.
  if (place === 'background' && child.pid !== undefined)
    tryTo(() => setPriority(child.pid ?? 0, priorities.PRIORITY_BELOW_NORMAL));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  let own: Tally | undefined;
  child.on('message', (message) => (own = message as Tally));
  const code = await new Promise((resolve) => child.once('close', resolve));
  running.delete(child);
  process.stdout.write(output.join(''));
  const { passed, failed } = own ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  tally.passed += passed;
  tally.failed += code === 0 ? failed : Math.max(failed, 1);
}

function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // The caller says why that does not matter.
  }
}

function jest(projects: readonly string[], { maxWorkers, patterns, place }: JestOptions): Promise<void> {
  // Some dependencies are ES modules only, which jest loads with this flag.
  const nodeFlags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const options = [
    ...projects.map((name) => `--selectProjects=${name}`),
    `--maxWorkers=${maxWorkers}`,
    '--passWithNoTests',
  ];
  return run(installed('jest'), [...options, ...patterns], { nodeFlags, ...(place === undefined ? {} : { place }) });
}

const { values, positionals: patterns } = parseArgs({
  options: { check: { type: 'boolean' } },
  allowPositionals: true,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped.by = signal;
    for (const child of running) child.kill(signal);
  });
}

const tests = {
  unit: (place: Place) => jest(['unit'], { maxWorkers: '100%', patterns, place }),
  // They wait more than they work, and share one server: there are more of them at once than cores.
  async server() {
    rmSync(testHistories, { recursive: true, force: true });
    await jest(['server', 'chaos'], { maxWorkers: '5', patterns });
    if (!existsSync(testHistories)) return;
    // Each replays in one thread. Some files alone leave too little for the second.
    const mutations =
      patterns.length === 0 ? run('tools/mutations.ts', ['--sample', '40'], { place: 'background' }) : undefined;
    await Promise.all([run('tools/replay.ts', []), mutations]);
  },
};
async function runChecks(place: Place): Promise<void> {
  for (const [program, ...args] of checks) await run(program, args, { place });
}

console.log(`Node ${process.versions.node}, ${process.platform}-${process.arch}`);
if (values.check === true) await runChecks('foreground');
else if (patterns.length > 0) {
  await tests.unit('foreground');
  await tests.server();
} else {
  // What only computes takes the time of the processor that the others leave.
  await Promise.all([tests.server(), runChecks('background').then(() => tests.unit('background'))]);
}
if (stopped.by !== undefined) {
  console.log(`stopped by ${stopped.by}`);
  tally.failed = Math.max(tally.failed, 1);
} else if (tally.passed + tally.failed === 0) {
  console.log(`no test file matches ${patterns.join(' ')}`);
  tally.failed = 1;
}
process.exitCode = tally.failed > 0 ? 1 : 0;
console.log(`${tally.passed} passed, ${tally.failed} failed`);
