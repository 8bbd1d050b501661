import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const repository = resolve(__dirname, '../..');
let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'steward-test-'));
  for (const path of ['tools/test.ts', 'tools/testing', 'packages/testing/src', 'jest.config.mjs', 'package.json']) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(repository, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function run(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout } = spawnSync(process.execPath, [join('tools', 'test.ts'), ...args], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, stdout, lastLine: stdout.trimEnd().split('\n').at(-1) };
}

function testFile(name: string, text: string): void {
  const path = join(project, 'test', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const passing = "test('holds', () => expect(1).toBe(1));";

test('counts passed and failed, names what was skipped, shows what failed, and ends with the tally', () => {
  testFile('some.test.ts', `${passing}\ntest('breaks', () => expect(1).toBe(2));\ntest.skip('waits', () => {});`);
  testFile('broken.test.ts', "import './nowhere.ts';");
  const { status, stdout, lastLine } = run(['--only', 'unit']);
  expect(status).toBe(1);
  expect(lastLine).toBe('1 passed, 2 failed');
  expect(stdout).toContain('Expected: 2');
  expect(stdout).toContain("Cannot find module './nowhere.ts'");
  expect(stdout).toContain('skipped: test/some.test.ts: waits');
});

test('says one line for what passes, and runs only the files that a pattern names', () => {
  testFile('some.test.ts', passing);
  testFile('other.test.ts', "test('breaks', () => expect(1).toBe(2));");
  const { status, stdout, lastLine } = run(['--only', 'unit', 'some']);
  expect(status).toBe(0);
  expect(lastLine).toBe('1 passed, 0 failed');
  expect(stdout).toMatch(/^ {2}ok {2}unit tests \(jest\) \(\d+\.\d s\)$/m);
});

test('a server that cannot be had is one failure with what to do', () => {
  testFile('integration/some.test.ts', passing);
  const { status, stdout, lastLine } = run(['--only', 'server'], { STEWARD_TEMPORAL_PATH: '/nowhere/temporal' });
  expect(status).toBe(1);
  expect(lastLine).toBe('0 passed, 1 failed');
  expect(stdout).toContain('STEWARD_TEMPORAL_PATH names /nowhere/temporal');
  expect(stdout).toContain('skipped: the tests against a server');
});

test('no test at all is a failure', () => {
  const { status, lastLine } = run(['--only', 'unit', 'nothing-has-this-name']);
  expect(status).toBe(1);
  expect(lastLine).toBe('0 passed, 1 failed');
});

test('an unknown group is refused by name', () => {
  const result = spawnSync(process.execPath, [join('tools', 'test.ts'), '--only', 'all'], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(result.status).toBe(1);
  expect(result.stderr).toContain('--only takes one of checks, unit, server, found all');
});
