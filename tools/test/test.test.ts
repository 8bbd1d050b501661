import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { findTemporalServer, findTimeSkippingServer } from '@marketplace-steward/testing/temporal/temporalBinary';

const repository = resolve(__dirname, '../..');
let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'steward-test-'));
  // Single files of tools: a copy of this test would run itself.
  const copied = [
    'tools/test.ts',
    'tools/tallyReporter.mjs',
    'tools/testOrder.mjs',
    'packages/testing/src',
    'jest.config.mjs',
    'package.json',
  ];
  for (const path of copied) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(repository, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const command = [join('tools', 'test.ts')];
const lastLineOf = (output: string) => output.trimEnd().split('\n').at(-1);

function run(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, output: `${stdout}${stderr}`, lastLine: lastLineOf(stdout) };
}

function testFile(name: string, text: string): void {
  const path = join(project, 'test', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const passing = "test('holds', () => expect(1).toBe(1));";

/** What the checks go by. */
function copyCheckSettings(): void {
  for (const file of ['tsconfig.json', '.oxlintrc.json', '.prettierignore']) {
    cpSync(join(repository, file), join(project, file));
  }
  mkdirSync(join(project, 'src'));
}

test('counts passed and failed, names what was skipped, shows what failed, and ends with the tally', () => {
  testFile('some.test.ts', `${passing}\ntest('breaks', () => expect(1).toBe(2));\ntest.skip('waits', () => {});`);
  testFile('broken.test.ts', "import './nowhere.ts';");
  const { status, output, lastLine } = run(['some', 'broken']);
  expect(status).toBe(1);
  expect(lastLine).toBe('1 passed, 2 failed');
  expect(output).toContain('Expected: 2');
  expect(output).toContain("Cannot find module './nowhere.ts'");
  expect(output).toContain('skipped: test/some.test.ts: waits');
});

test('runs only the files that a pattern names', () => {
  testFile('some.test.ts', passing);
  testFile('other.test.ts', "test('breaks', () => expect(1).toBe(2));");
  expect(run(['some'])).toMatchObject({ status: 0, lastLine: '1 passed, 0 failed' });
});

test('a server that cannot be had is one failure with what to do', () => {
  testFile('unit/some.test.ts', passing);
  testFile('integration/some.test.ts', passing);
  const { status, output, lastLine } = run(['some'], { STEWARD_TEMPORAL_PATH: '/nowhere/temporal' });
  expect(status).toBe(1);
  expect(lastLine).toBe('1 passed, 1 failed');
  expect(output).toContain('STEWARD_TEMPORAL_PATH names /nowhere/temporal');
});

test('no test at all is a failure', () => {
  expect(run(['nothing-has-this-name'])).toMatchObject({ status: 1, lastLine: '0 passed, 1 failed' });
});

test('a check that finds something is a failure, and the others run all the same', () => {
  copyCheckSettings();
  writeFileSync(join(project, 'src', 'wrong.ts'), "export const wrong: number = 'text';\n");
  const { status, output, lastLine } = run(['--check']);
  expect(status).toBe(1);
  expect(output).toContain("Type 'string' is not assignable to type 'number'");
  const counts =
    /^(\d) passed, (\d) failed$/
      .exec(lastLine ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  expect(counts).toEqual([expect.any(Number), expect.any(Number)]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(6);
});

test('without a pattern all of it runs and counts, and files that failed run once more, alone', async () => {
  copyCheckSettings();
  testFile('some.test.ts', `test('breaks', () => expect(1).toBe(2));\ntest('holds', () => {});`);
  const passesAgain = (name: string) => {
    const mark = join(project, `${name}-ran`);
    return `const { existsSync, writeFileSync } = require('node:fs');
      const before = existsSync('${mark}');
      writeFileSync('${mark}', '');
      test('is in time', () => expect(before).toBe(true));`;
  };
  testFile('late.test.ts', passesAgain('late'));
  testFile('integration/slow.test.ts', `${passing}\n${passesAgain('slow')}`);
  testFile('integration/wrong.test.ts', "test('never holds', () => expect(1).toBe(3));");
  const server = await findTemporalServer();
  const { status, output, lastLine } = run([], {
    ...(server.kind === 'path' ? { STEWARD_TEMPORAL_PATH: server.path } : {}),
    STEWARD_TEMPORAL_TEST_SERVER_PATH: (await findTimeSkippingServer()).path,
  });
  expect(status).toBe(1);
  expect(output).toContain('Expected: 2');
  expect(output).toContain('once more, alone: ');
  for (const name of ['late', 'integration/slow'])
    expect(output).toContain(`failed beside others and passed alone: test/${name}.test.ts`);
  expect(output).not.toContain('passed alone: test/integration/wrong.test.ts');
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(lastLine ?? '') ?? [];
  // Six checks, three unit tests, and three on the server.
  expect(Number(passed) + Number(failed)).toBe(12);
  expect(Number(failed)).toBeGreaterThanOrEqual(2);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends what runs, and counts as a failure', async (signal) => {
  const endless = "process.stdout.write('under way'); await new Promise((end) => setTimeout(end, 1e8));";
  testFile('endless.test.ts', `test('goes on', async () => { ${endless} }, 1e9);`);
  const child = spawn(process.execPath, [...command, 'endless'], { cwd: project });
  let stdout = '';
  child.stdout.on('data', (data) => {
    if (!stdout.includes('under way') && `${stdout}${data}`.includes('under way')) child.kill(signal);
    stdout += String(data);
  });
  const [status] = await once(child, 'close');
  expect(status).toBe(1);
  expect(stdout).toContain(`stopped by ${signal}`);
  expect(lastLineOf(stdout)).toBe('0 passed, 1 failed');
});
