import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { processIdentity } from '../../packages/testing/src/temporal/processLock.mjs';

const repository = resolve(__dirname, '../..');
const lock = 'packages/testing/src/temporal/processLock.mjs';

/** Plays npm: notes its arguments and does what FAKE_NPM says. */
const fakeNpm = `
const { appendFileSync, mkdirSync, writeFileSync, symlinkSync } = require('node:fs');
const { join } = require('node:path');
const [command, ...rest] = process.argv.slice(2);
appendFileSync(process.env.FAKE_NPM_LOG, [command, ...rest].join(' ') + '\\n');
const trouble = process.env.FAKE_NPM;
if (trouble) { console.error(trouble); process.exit(1); }
if (command === 'ci') mkdirSync('node_modules', { recursive: true });
if (command === 'install') {
  const [name, version] = rest.find((word) => word.startsWith('node-')).split('@');
  const modules = join(rest[rest.indexOf('--prefix') + 1], 'node_modules');
  const integrity = process.env.FAKE_INTEGRITY || JSON.parse(process.env.PINS)[name];
  mkdirSync(join(modules, name, 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(modules, name, 'bin', 'node'));
  writeFileSync(join(modules, name, 'package.json'), JSON.stringify({ version }));
  writeFileSync(join(modules, '.package-lock.json'), JSON.stringify({ packages: { ['node_modules/' + name]: { integrity } } }));
}
console.log('npm speaks on standard output');
`;

const entry = `
const [what] = process.argv.slice(2);
const note: string = JSON.stringify({ args: process.argv.slice(2), execPath: process.execPath, cwd: process.cwd() });
process.stdout.write(note + '\\n');
if (what === 'exit') process.exit(7);
if (what === 'signal') process.kill(process.pid, 'SIGKILL');
if (what === 'wait') {
  process.on('SIGTERM', () => process.exit(3));
  process.on('SIGINT', () => process.exit(4));
  setInterval(() => {}, 1000);
  process.stdout.write('ready\\n');
}
`;

let project = '';
let npmLog = '';
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'steward-bootstrap-'));
  npmLog = join(project, 'npm-calls.txt');
  cpSync(join(repository, 'tools', 'bootstrap.mjs'), join(project, 'tools', 'bootstrap.mjs'));
  cpSync(join(repository, 'tools', 'bootstrap'), join(project, 'tools', 'bootstrap'), { recursive: true });
  cpSync(join(repository, 'bin'), join(project, 'bin'), { recursive: true });
  cpSync(join(repository, lock), join(project, lock));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'tried', type: 'module' }));
  writeFileSync(join(project, 'package-lock.json'), '{}');
  mkdirSync(join(project, 'npm'));
  writeFileSync(join(project, 'npm', 'package.json'), '{}');
  writeFileSync(join(project, 'npm', 'npm-cli.js'), fakeNpm);
  writeFileSync(join(project, 'entry.ts'), entry);
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

interface Run {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
  ended: Promise<number | null>;
}

function start(args: string[], environment: NodeJS.ProcessEnv = {}, cwd = project): Run {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      npm_execpath: join(project, 'npm', 'npm-cli.js'),
      FAKE_NPM_LOG: npmLog,
      PINS: JSON.stringify(pins()),
      ...environment,
    },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (output.stdout += String(data)));
  child.stderr.on('data', (data) => (output.stderr += String(data)));
  return { child, output, ended: new Promise((resolved) => child.once('close', resolved)) };
}

async function bootstrap(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const run = start(['tools/bootstrap.mjs', 'entry.ts', ...args], environment);
  return { status: await run.ended, ...run.output };
}

function npmCalls(): string[] {
  return existsSync(npmLog) ? readFileSync(npmLog, 'utf8').trim().split('\n') : [];
}

function pins(): Record<string, string> {
  const source = readFileSync(join(repository, 'tools', 'bootstrap', 'node.mjs'), 'utf8');
  const entries = source.matchAll(/name: '([^']+)',\s*version: '[^']+',\s*integrity: '([^']+)'/g);
  return Object.fromEntries([...entries].map(([, name, integrity]) => [name, integrity]));
}

/** Makes every Node of the run say that it is old. */
const oldNode = {
  NODE_OPTIONS: `--import="data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.1.0'})"`,
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolved) => setTimeout(resolved, 10));
}

describe('the way from a fresh clone to the entry', () => {
  test('installs once, keeps standard output for the entry, and passes arguments and exit code on', async () => {
    const first = await bootstrap(['exit', '--json', 'two words']);
    expect(first.status).toBe(7);
    expect(JSON.parse(first.stdout)).toMatchObject({ args: ['exit', '--json', 'two words'] });
    expect(first.stderr).toContain('installing packages …');
    expect(npmCalls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);

    const second = await bootstrap(['exit']);
    expect(second).toMatchObject({ status: 7, stderr: '' });
    expect(npmCalls()).toHaveLength(1);
  });

  test.each([
    ['a changed lockfile', () => writeFileSync(join(project, 'package-lock.json'), '{"changed": true}')],
    ['missing packages', () => rmSync(join(project, 'node_modules'), { recursive: true })],
    [
      'a dependency that was lost',
      () => writeFileSync(join(project, 'package.json'), '{"type": "module", "dependencies": {"lost": "1.0.0"}}'),
    ],
  ])('installs again after %s', async (_, damage) => {
    await bootstrap(['exit']);
    damage();
    expect((await bootstrap(['exit'])).status).toBe(7);
    expect(npmCalls()).toHaveLength(2);
  });

  test('an old Node fetches the pinned one and runs the entry with it', async () => {
    const first = await bootstrap(['exit'], oldNode);
    expect(first.stderr).toMatch(/installing Node 24\.\d+\.\d+ \(this machine has 20\.1\.0\)/);
    expect(first.status).toBe(7);
    expect(npmCalls().map((call) => call.split(' ')[0])).toEqual(['install', 'ci']);
    await bootstrap(['exit'], oldNode);
    expect(npmCalls()).toHaveLength(2);
  });

  test('a Node that is not the pinned one is thrown away', async () => {
    const run = await bootstrap(['exit'], { ...oldNode, FAKE_INTEGRITY: 'sha512-other' });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/is not the one pinned: install Node 24/);
    expect(existsSync(join(project, '.steward', 'node'))).toBe(false);
  });
});

describe('signals', () => {
  test.each([
    ['SIGTERM', 3],
    ['SIGINT', 4],
  ] as const)('%s reaches the entry, whose exit code comes back', async (signal, status) => {
    const run = start(['tools/bootstrap.mjs', 'entry.ts', 'wait']);
    await until(() => run.output.stdout.includes('ready'));
    run.child.kill(signal);
    expect(await run.ended).toBe(status);
  });

  test('an entry ended by a signal gives 128 and its number', async () => {
    expect((await bootstrap(['signal'])).status).toBe(128 + 9);
  });
});

describe('one clear sentence for each trouble', () => {
  test.each([
    ['no network', 'npm error code ENOTFOUND', /registry cannot be reached: the first start needs the network once/],
    ['a lockfile that does not fit', 'npm error code EUSAGE', /package-lock\.json does not fit package\.json/],
    ['a package that was tampered with', 'npm error code EINTEGRITY', /not the one pinned: run `npm cache verify`/],
    ['a full disk', 'npm error code ENOSPC', /the disk is full/],
    ['anything else', 'npm error it is raining', /npm failed with status 1: npm error it is raining/],
  ])('%s', async (_, npmSays, sentence) => {
    const run = await bootstrap(['exit'], { FAKE_NPM: npmSays });
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toMatch(sentence);
    expect(run.stderr).not.toMatch(/^\s+at /m);
    expect(readFileSync(join(project, '.steward', 'npm.log'), 'utf8')).toContain(npmSays);

    expect((await bootstrap(['exit'])).status).toBe(7);
  });

  test('no npm', async () => {
    const run = await bootstrap(['exit'], { npm_execpath: undefined, PATH: join(project, 'tools') });
    expect(run).toMatchObject({ status: 1, stdout: '' });
    expect(run.stderr).toContain('npm is not on the PATH: install npm');
  });

  test('no lockfile', async () => {
    rmSync(join(project, 'package-lock.json'));
    const run = await bootstrap(['exit']);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('package-lock.json is missing');
  });

  test('a package.json that is no JSON', async () => {
    writeFileSync(join(project, 'package.json'), '<<<<<<<');
    const run = await bootstrap(['exit']);
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/package\.json.*(cannot be read|Invalid package config)/i);
  });
});

describe('starts at the same time', () => {
  function lockedBy(pid: number, identity = processIdentity(pid)): string {
    const lock = join(project, '.steward', 'bootstrap.lock');
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid, identity }));
    return lock;
  }

  test('install once between them', async () => {
    const runs = await Promise.all([bootstrap(['exit']), bootstrap(['exit']), bootstrap(['exit'])]);
    expect(runs.map((run) => run.status)).toEqual([7, 7, 7]);
    expect(npmCalls()).toHaveLength(1);
  });

  test('one waits while another that lives holds the lock, and goes on when it is released', async () => {
    const lock = lockedBy(process.pid);
    const run = start(['tools/bootstrap.mjs', 'entry.ts', 'exit']);
    await until(() =>
      run.output.stderr.includes(`waiting for another start to finish the set-up (process ${process.pid})`),
    );
    expect(npmCalls()).toEqual([]);
    rmSync(lock);
    expect(await run.ended).toBe(7);
  });

  test('the lock of a dead process is taken over', async () => {
    const dead = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    lockedBy(dead.pid ?? 0);
    dead.kill('SIGKILL');
    await new Promise((resolved) => dead.once('close', resolved));
    expect((await bootstrap(['exit'])).status).toBe(7);
    expect(existsSync(join(project, '.steward', 'bootstrap.lock'))).toBe(false);
  });

  test('the lock of a dead process is taken over, even when its pid belongs to another process now', async () => {
    lockedBy(process.pid, 'another start time and command');
    expect((await bootstrap(['exit'])).status).toBe(7);
  });

  test('one that is ended while it installs releases the lock', async () => {
    writeFileSync(join(project, 'npm', 'npm-cli.js'), 'setInterval(() => {}, 1000);');
    const run = start(['tools/bootstrap.mjs', 'entry.ts', 'exit']);
    await until(() => run.output.stderr.includes('installing packages'));
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(128 + 15);
    expect(existsSync(join(project, '.steward', 'bootstrap.lock'))).toBe(false);
  });
});

describe('the steward command', () => {
  test('runs the sources of a clone in the folder of the caller', async () => {
    mkdirSync(join(project, 'src', 'cli'), { recursive: true });
    writeFileSync(join(project, 'src', 'cli', 'main.ts'), entry);
    const elsewhere = join(project, 'npm');
    const run = start([join(project, 'bin', 'steward.mjs'), 'exit', 'list'], {}, elsewhere);
    expect(await run.ended).toBe(7);
    const note = JSON.parse(run.output.stdout) as { cwd: string; args: string[] };
    expect(note.args).toEqual(['exit', 'list']);
    expect(note.cwd.endsWith('/npm')).toBe(true);
  });

  test('runs what was built where the sources are not there, with no install', async () => {
    mkdirSync(join(project, 'dist', 'cli'), { recursive: true });
    writeFileSync(
      join(project, 'dist', 'cli', 'main.js'),
      'process.stdout.write(process.argv[2]); process.exitCode = 5;',
    );
    const run = start([join(project, 'bin', 'steward.mjs'), 'list']);
    expect(await run.ended).toBe(5);
    expect(run.output.stdout).toBe('list');
    expect(npmCalls()).toEqual([]);
  });
});
