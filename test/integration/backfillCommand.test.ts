import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackfillChangeSetsStatus } from '../../src/workflows/backfillChangeSets/contract.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { interruptSteward, runSteward, answeredSteward, type Ended } from '@marketplace-steward/testing/steward';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const operator = ['--actor', 'ann', '--reason', 'checked it'];
const hourMs = 3_600_000;
let world: StewardWorld;
let folder: string;

beforeAll(async () => {
  world = await changeSetWorld();
  folder = mkdtempSync(join(tmpdir(), 'steward-backfill-'));
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
});

/** To the millisecond, so that each test asks for something else. */
const anHourAgo = (): string => new Date(Date.now() - hourMs).toISOString();
const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const steward = (...words: readonly string[]): Promise<Ended> =>
  (words[0] === 'show' ? answeredSteward : runSteward)([...words, ...there()], { folder });
const request = (from = anHourAgo()): string[] => ['change-sets', '--account', account, '--from', from];

interface Document {
  readonly workflowId: string;
  readonly outcome: string;
  readonly running: boolean;
  readonly progress?: BackfillChangeSetsStatus;
  readonly startCommand?: string;
}
const documentOf = ({ stdout }: Ended): Document => JSON.parse(stdout) as Document;

function failedSets(count: number): Array<ReturnType<typeof failedChangeSet>> {
  return Array.from({ length: count }, () => failedChangeSet(world));
}

function statusOf(changeSetId: string): Promise<{ readonly state: string }> {
  return world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId)).query(changeSetStatusQuery);
}

test('a dry run starts nothing and prints the command that starts what it counted; twice is once', async () => {
  const [known, ...unknown] = failedSets(4);
  await world.receive(known?.event ?? {});
  const ids = unknown.map(({ changeSetId }) => changeSetId);

  const dry = await steward('backfill', ...request(), '--json');
  expect(dry.exitCode).toBe(0);
  const planned = documentOf(dry);
  expect(planned).toMatchObject({
    dryRun: true,
    outcome: 'started',
    running: false,
    interrupted: false,
    progress: { state: 'completed', found: 4, known: 1, started: 0, failed: 0, left: 3 },
  });
  expect(planned.progress?.sample?.toSorted()).toEqual(ids.toSorted());
  for (const id of ids) await expect(statusOf(id)).rejects.toThrow('not found');

  const [program, ...words] = planned.startCommand?.split(' ') ?? [];
  expect([program, ...words.slice(-5)]).toEqual(['steward', '--start', ...there()]);
  const started = await runSteward([...words, '--json'], { folder });
  expect(started).toMatchObject({ exitCode: 0 });
  const numbers = { state: 'completed', dryRun: false, found: 4, known: 1, started: 3, failed: 0, left: 0 };
  expect(documentOf(started)).toMatchObject({ outcome: 'started', running: false, progress: numbers });
  for (const id of ids) await until(async () => ((await statusOf(id)).state === 'awaitingDecision' ? true : undefined));

  const twice = await runSteward(words, { folder });
  expect(twice).toMatchObject({ exitCode: 0 });
  expect(twice.stdout).toContain('completed (was done already; --again does it once more)');
  expect(twice.stdout).toMatch(/^ {2}already known: +1\n {2}started: +3\n {2}failed: +0\n {2}left: +0$/m);
  expect(twice.stdout).toContain(`: steward list --attention --account ${account} --address`);
  const again = documentOf(await runSteward([...words, '--again', '--json'], { folder }));
  expect(again).toMatchObject({ outcome: 'started', progress: { found: 4, known: 4, started: 0, left: 0 } });
}, 120_000);

test('what the configuration does not have is refused in the words of the workflow, with 2, and can be shown', async () => {
  const other = ['change-sets', '--account', '444455556666', '--from', anHourAgo()];
  const unknownAccount = await steward('backfill', ...other, '--json');
  expect(unknownAccount.exitCode).toBe(2);
  expect(unknownAccount.stderr).toMatch(/^steward: "account" must be .*444455556666/m);
  expect(JSON.parse(unknownAccount.stdout)).toEqual({
    error: { exitCode: 2, message: expect.stringMatching(/^"account" must be/) },
  });

  const started = await steward('backfill', ...request(), '--catalog', 'Elsewhere', '--start', '--no-wait', '--json');
  expect(started.exitCode).toBe(0);
  const { workflowId } = documentOf(started);
  const handle = world.temporal.client.workflow.getHandle(workflowId);
  await until(async () => ((await handle.describe()).status.name === 'FAILED' ? true : undefined));
  expect((await steward('show', workflowId)).stdout).toMatch(/^failure: "catalog" must be .*Elsewhere/m);
  const catalog = await steward('backfill', ...request(), '--catalog', 'Elsewhere', '--start');
  expect(catalog).toMatchObject({ exitCode: 2, stdout: '' });
  expect(catalog.stderr).toMatch(/^steward: "catalog" must be .*Elsewhere.*$/m);
}, 120_000);

test('--no-wait returns at once; pause, resume and stop are taken from the terminal, and the numbers add up', async () => {
  failedSets(20);
  const started = documentOf(
    await steward('backfill', ...request(), '--rate', '0.1', '--start', '--no-wait', '--json'),
  );
  expect(started).toMatchObject({ outcome: 'started', running: true });
  const id = started.workflowId;
  const handle = world.temporal.client.workflow.getHandle(id);
  const status = (): Promise<BackfillChangeSetsStatus> => handle.query<BackfillChangeSetsStatus>('status');
  await until(async () => (((await status().catch(() => undefined))?.started ?? 0) > 0 ? true : undefined));

  const shown = JSON.parse((await steward('show', id, '--json')).stdout) as object;
  const ready = ['pause', 'stop'].map((word) => expect.stringMatching(new RegExp(`^steward ${word} ${id} `)));
  expect(shown).toMatchObject({ type: 'backfillChangeSets', details: { found: 20 }, commands: ready });
  const paused = await steward('pause', id, ...operator);
  expect(paused.stdout).toContain('(state: paused)');
  expect((await steward('pause', id, ...operator)).stdout).toBe(paused.stdout);
  expect((await steward('pause', id, '--actor', 'bob', '--reason', 'too')).stdout).toContain('nothing changed');
  expect((await steward('resume', id, ...operator)).stdout).toContain('(state: delivering)');
  expect((await steward('stop', id, ...operator)).exitCode).toBe(0);
  const result = (await handle.result()) as BackfillChangeSetsStatus;
  expect(result).toMatchObject({ state: 'stopped', found: 20, audit: [{}, {}, { command: 'stop', actor: 'ann' }] });
  expect(result.known + result.started + result.failed + result.left).toBe(20);
}, 120_000);

test('an account that refuses: the command says what it waits for; Ctrl-C leaves the backfill, which goes on automatically', async () => {
  const denied = { fault: 'error', type: 'AccessDeniedException', status: 403, message: 'not allowed' } as const;
  world.simulator.control.addFault({ ...denied, operation: 'ListChangeSets', times: 1_000_000 });
  const words = ['backfill', ...request(), '--start', ...there()];
  const { exitCode, stdout, stderr } = await interruptSteward(words, { folder }, 'waits and retries automatically');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('ListChangeSets') });
  const id = /backfill-change-sets:\d{12}:[0-9a-f]{16}/.exec(stdout)?.[0] ?? '';
  for (const line of [': steward show', ': steward pause', ': steward stop']) {
    expect(stdout).toContain(`${line} ${id}`);
  }
  world.simulator.control.reset();
  failedSets(1);
  const result = await world.temporal.client.workflow.getHandle(id).result();
  expect(result).toMatchObject({ state: 'completed', found: 1, started: 1 });
}, 120_000);
