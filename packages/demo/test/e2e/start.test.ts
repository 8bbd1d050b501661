import { eventFixtures } from '@marketplace-steward/testing/fixtures';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { changeSetInDocs } from '../../src/scenarios/scenario.ts';
import { runSteward } from '@marketplace-steward/testing/steward';

jest.setTimeout(240_000);

const home = mkdtempSync(join(tmpdir(), 'steward-start-'));
const entry = join(import.meta.dirname, '../../src/start.ts');
const endpointsFile = join(home, 'endpoints.json');
const lockFile = join(home, 'start.lock');
const started: ChildProcess[] = [];

interface Endpoints {
  readonly ingress: string;
  readonly temporal: string;
  readonly namespace: string;
  readonly ui: string;
  readonly catalogSimulator: string;
  readonly buyWithPrimeSimulator: string;
  readonly tokenServiceSimulator: string;
  readonly credentials: Readonly<Record<'eventbridge' | 'webhook', { header: string; value: string }>>;
}

const othersEndWithinMs = 100_000;

interface Report {
  readonly ok: boolean;
  readonly endpoints: Omit<Endpoints, 'credentials'>;
  readonly scenarios: ReadonlyArray<{
    name: string;
    workflowId: string;
    expected: string;
    actual: string;
    ok: boolean;
    seconds: number;
  }>;
}

interface Start {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

function start(...flags: string[]): Start {
  return startIn({}, ...flags);
}

function startIn(environment: NodeJS.ProcessEnv, ...flags: string[]): Start {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...flags], {
    env: { ...process.env, STEWARD_HOME: home, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, stdout: () => texts.stdout, stderr: () => texts.stderr, exit };
}

/** The processes that work in this test's folder, with the command line of each. */
function processes(): Array<{ pid: number; command: string }> {
  return execFileSync('ps', ['-eww', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(home))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '') }));
}

function pidOf(part: string): number {
  const found = processes().find(({ command }) => command.includes(part));
  if (found === undefined) throw new Error(`no process of ${part} in: ${JSON.stringify(processes())}`);
  return found.pid;
}

async function until(condition: () => boolean, run?: Start): Promise<void> {
  while (!condition()) {
    if (run !== undefined && run.process.exitCode !== null) throw new Error(`it ended: ${run.stderr()}`);
    await wait(50);
  }
}

async function untilUp(run: Start): Promise<Endpoints> {
  await until(() => existsSync(endpointsFile), run);
  return JSON.parse(readFileSync(endpointsFile, 'utf8')) as Endpoints;
}

function portsOf({
  ingress,
  temporal,
  ui,
  catalogSimulator,
  buyWithPrimeSimulator,
  tokenServiceSimulator,
}: Omit<Endpoints, 'credentials'>): number[] {
  const urls = [ingress, `http://${temporal}`, ui, catalogSimulator, buyWithPrimeSimulator, tokenServiceSimulator];
  return urls.map((url) => Number(new URL(url).port));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function expectNothingLeft(endpoints: Omit<Endpoints, 'credentials'>): Promise<void> {
  expect(processes()).toEqual([]);
  const listening = () => Promise.all(portsOf(endpoints).map(listens));
  // Another test may start everything as well, and take the ports that just became free, until it ends.
  for (const giveUpMs = Date.now() + othersEndWithinMs; (await listening()).includes(true); await wait(200))
    if (Date.now() > giveUpMs) break;
  expect(await listening()).toEqual(Array.from({ length: 6 }, () => false));
  expect(existsSync(endpointsFile)).toBe(false);
  expect(existsSync(lockFile)).toBe(false);
}

async function described(endpoints: Omit<Endpoints, 'credentials'>, workflowId: string) {
  const connection = await Connection.connect({ address: endpoints.temporal });
  try {
    return await new Client({ connection, namespace: endpoints.namespace }).workflow.getHandle(workflowId).describe();
  } finally {
    await connection.close();
  }
}

afterEach(async () => {
  // A test that failed leaves a start, which would make the next one fail as well.
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await until(() => processes().length === 0);
});
afterAll(() => rmSync(home, { recursive: true }));

/**
 * How many notices a flood's line counts, one by one and in digests; undefined for any other line. On a slow machine they
 * divide it otherwise.
 */
function noticesInAll(line: string): number | undefined {
  const [, reported, digests, single] = /reported (\d+), .*digests (\d+), .* (\d+) by slack/.exec(line) ?? [];
  return single === undefined ? undefined : Number(reported) - Number(digests) + Number(single);
}

test('a Temporal server that cannot be had is one sentence, without a stack, and leaves nothing behind', async () => {
  const run = startIn({ STEWARD_TEMPORAL_PATH: join(home, 'no-such-temporal') });
  expect(await run.exit).toBe(1);
  const [sentence, log, ...rest] = run.stderr().trim().split('\n');
  expect(sentence).toMatch(
    /^steward: STEWARD_TEMPORAL_PATH names .*no-such-temporal, .* or remove it to use the server that a search finds\.$/,
  );
  expect(log).toBe(`steward: the log is in ${join(home, 'logs', 'start.log')}`);
  expect(rest).toEqual([]);
  expect(processes()).toEqual([]);
  expect(existsSync(lockFile)).toBe(false);
});

test.each([['--json'], ['--onec']])('%s: is answered with the usage', async (flag) => {
  const run = start(flag);
  expect(await run.exit).toBe(2);
  expect(run.stderr()).toContain('npm start [-- --once] [--json]');
  expect(run.stdout()).toBe('');
});

/** What a test plays that asks about the start itself. */
const few = '--only=change set succeeded';

/** Kept from test to test, as from start to start. */
let earlier: Report | undefined;

test('a start that is killed leaves no process behind', async () => {
  const run = start(few);
  const endpoints = await untilUp(run);
  expect(await Promise.all(portsOf(endpoints).map(listens))).toEqual(Array.from({ length: 6 }, () => true));
  run.process.kill('SIGKILL');
  await run.exit;
  await until(() => processes().length === 0);
  expect(existsSync(lockFile)).toBe(true);
});

test('--once --json: every scenario reaches its state, in one document, and everything is gone', async () => {
  // The killed start has left its lock, its addresses and its database.
  const run = start('--once', '--json');
  const parts = ['worker --config', 'ingress --config', '--db-filename'];
  await until(() => parts.every((part) => processes().some(({ command }) => command.includes(part))), run);
  const exitCode = await run.exit;
  const report = JSON.parse(run.stdout()) as Report;
  earlier = report;
  expect(Object.keys(report)).toEqual(['ok', 'endpoints', 'scenarios']);
  expect(report.scenarios.filter(({ ok }) => !ok)).toEqual([]);
  expect(exitCode).toBe(0);
  expect(report.ok).toBe(true);
  expect(report.scenarios.length).toBeGreaterThanOrEqual(48);
  for (const scenario of report.scenarios) {
    expect(Object.keys(scenario)).toEqual(['name', 'workflowId', 'expected', 'actual', 'ok', 'seconds']);
    if (scenario.actual === scenario.expected) continue;
    expect({ ...scenario, inAll: noticesInAll(scenario.actual) ?? scenario.actual }).toMatchObject({
      inAll: noticesInAll(scenario.expected) ?? scenario.expected,
    });
  }
  const expectedOf = (name: string) => report.scenarios.find((scenario) => scenario.name === name)?.expected;
  expect(expectedOf('the backfill of 200 change sets: one digest')).toMatch(
    /found 200, known 5, failed 0, started 195/,
  );
  expect(expectedOf('the reconciliation that has found it')).toMatch(/missed 1, 1 by webhook/);
  // The five that came as events, and hardly anything else: what the backfill opens has no line of its own.
  const besides = run.stderr().match(/^change-set:\w+ \|/gm) ?? [];
  expect(new Set(besides).size).toBeLessThan(10);
  expect(Object.keys(report.endpoints)).not.toContain('credentials');
  expect(run.stderr()).toContain(`all ${report.scenarios.length} scenarios reached their state`);
  await expectNothingLeft(report.endpoints);
});

test('stays up for more events, finds its history again, and ends on SIGINT', async () => {
  const run = start(few);
  const endpoints = await untilUp(run);
  expect(statSync(endpointsFile).mode & 0o777).toBe(0o600);
  expect(run.stdout()).not.toContain(endpoints.credentials.eventbridge.value);

  const workflowId = earlier?.scenarios.find(({ name }) => name === 'change set succeeded')?.workflowId ?? '';
  expect((await described(endpoints, workflowId)).status.name).toBe('COMPLETED');

  const another = 'anothervf8y165pa4f98td2cr';
  const sample = readFileSync(join(eventFixtures, 'changeSetSucceeded.json'), 'utf8');
  const { header, value } = endpoints.credentials.eventbridge;
  const answer = await fetch(`${endpoints.ingress}/v1/events/eventbridge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [header]: value },
    body: sample.replaceAll(changeSetInDocs, another),
  });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toMatchObject({ workflowId: `change-set:${another}` });
  await until(() => run.stdout().includes(`change-set:${another} | succeeded`), run);

  const own = { folder: home, environment: { STEWARD_HOME: home } };
  const shown = await runSteward(['show', workflowId, '--json'], own);
  expect(JSON.parse(shown.stdout)).toMatchObject({ workflowId, state: 'succeeded', link: expect.any(String) });

  const second = start(few);
  expect(await second.exit).toBe(1);
  expect(second.stderr()).toContain(`npm start is up already (process ${run.process.pid};`);

  run.process.kill('SIGINT');
  expect(await run.exit).toBe(0);
  await expectNothingLeft(endpoints);
});

test('a taken port: the next free one, and a line that says so', async () => {
  const taken = createServer();
  // Somebody else's is as good.
  await new Promise<void>((resolve) => taken.once('error', () => resolve()).listen(8091, '127.0.0.1', resolve));
  const run = start(few);
  const { catalogSimulator } = await untilUp(run);
  const port = Number(new URL(catalogSimulator).port);
  expect(port).toBeGreaterThan(8091);
  expect(run.stdout()).toContain(`port 8091 is taken: the simulated AWS Marketplace Catalog uses ${port}`);
  run.process.kill('SIGTERM');
  expect(await run.exit).toBe(0);
  taken.close();
});

test('a part that dies is named with the last lines of its log, and everything else is stopped', async () => {
  const run = start(few);
  const endpoints = await untilUp(run);
  process.kill(pidOf('ingress --config'), 'SIGKILL');
  expect(await run.exit).toBe(1);
  expect(run.stderr()).toMatch(
    /The ingress was ended by SIGKILL\. The last lines of its log \(.*ingress\.log\):\n.*the ingress takes events/,
  );
  expect(run.stderr()).toContain(join(home, 'logs', 'start.log'));
  await expectNothingLeft(endpoints);
});
