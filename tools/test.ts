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

/** What jest sends, by tools/tallyReporter.mjs. */
interface JestTally extends Tally {
  readonly failedFiles?: ReadonlyArray<Tally & { readonly path: string }>;
}

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

/** More than these have a cause of their own. */
const mostRepeated = 4;

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
): Promise<JestTally> {
  if (stopped.by !== undefined) return { passed: 0, failed: 0 };
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
    tryTo(() => setPriority(child.pid ?? 0, priorities.PRIORITY_LOW));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  let own: JestTally | undefined;
  child.on('message', (message) => (own = message as JestTally));
  const code = await new Promise((resolve) => child.once('close', resolve));
  running.delete(child);
  process.stdout.write(output.join(''));
  const { passed, failed, failedFiles = [] } = own ?? { passed: code === 0 ? 1 : 0, failed: 0 };
  const counted = { passed, failed: code === 0 ? failed : Math.max(failed, 1), failedFiles };
  tally.passed += counted.passed;
  tally.failed += counted.failed;
  return counted;
}

function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // The caller says why that does not matter.
  }
}

function jest(projects: readonly string[], { maxWorkers, patterns, place }: JestOptions): Promise<JestTally> {
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

/** The projects whose tests run beside servers; those on containers are skipped unless STEWARD_CONTAINERS is set and an engine answers. */
const onServers = ['server', 'chaos', 'containers'];

const tests = {
  unit: (place: Place) => jest(['unit'], { maxWorkers: '100%', patterns, place }),
  // They wait more than they work, and share one server: there are more of them at once than cores.
  async server() {
    rmSync(testHistories, { recursive: true, force: true });
    const ended = await jest(onServers, { maxWorkers: '5', patterns });
    if (!existsSync(testHistories)) return ended;
    // Each replays in one thread. Some files alone leave too little for the second.
    const mutations =
      patterns.length === 0 ? run('tools/mutations.ts', ['--sample', '20'], { place: 'background' }) : undefined;
    await Promise.all([run('tools/replay.ts', []), mutations]);
    return ended;
  },
  /**
   * Runs files that failed beside others once more, one after another when all else has ended: what a full machine was too
   * slow for passes now, and a defect fails again. Each is named, and what it comes to now counts.
   */
  async alone(failedFiles: NonNullable<JestTally['failedFiles']>) {
    if (failedFiles.length === 0 || failedFiles.length > mostRepeated) return;
    console.log(`once more, alone: ${failedFiles.map(({ path: file }) => file).join(', ')}`);
    for (const { passed, failed } of failedFiles) {
      tally.passed -= passed;
      tally.failed -= failed;
    }
    const again = await jest(['unit', ...onServers], {
      maxWorkers: '1',
      patterns: failedFiles.map(({ path: file }) => file),
    });
    const still = new Set((again.failedFiles ?? []).map(({ path: file }) => file));
    for (const { path: file } of failedFiles.filter((one) => !still.has(one.path)))
      console.log(`failed beside others and passed alone: ${file}`);
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
  const ended = await Promise.all([tests.server(), runChecks('background').then(() => tests.unit('background'))]);
  await tests.alone(ended.flatMap(({ failedFiles = [] }) => failedFiles));
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
