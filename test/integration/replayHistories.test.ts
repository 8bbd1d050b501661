import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { encryptedBy, keyNamed } from '@marketplace-steward/testing/encryption';
import { history } from '@marketplace-steward/testing/history';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { silent } from '@marketplace-steward/testing/silent';
import { runSteward, type Ended } from '@marketplace-steward/testing/steward';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { dataConverterOf } from '../../src/delivery/dataConverter.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { bundleFor } from '../../src/workers/worker.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-'));
const configuration = join(folder, 'steward.yaml');
const encryption = encryptedBy('2026-11');
let world: StewardWorld;
beforeAll(async () => {
  world = await changeSetWorld({}, { encryption });
  world.simulator.control.setEvents({ target: null });
  writeFileSync(configuration, JSON.stringify({ encryption: { keys: [{ id: '2026-11', keyVariable: 'KEY' }] } }));
}, 60_000);
afterAll(async () => {
  // Some of its histories are of other code on purpose.
  await world.close('nothing');
  rmSync(folder, { recursive: true });
});

const { handleOf, untilState } = lineagesOf(() => world);
const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const environment = { KEY: keyNamed('2026-11') };
const replay = (...words: string[]): Promise<Ended> =>
  runSteward(['replay-histories', ...words, ...there(), '--config', configuration], {
    folder,
    environment,
  });

interface Document {
  readonly query: string;
  readonly replayed: number;
  readonly failed: ReadonlyArray<Record<string, string>>;
}
const documentOf = ({ stdout }: Ended): Document => JSON.parse(stdout) as Document;

/** A change set whose workflow awaits a decision. */
async function awaitingDecision(): Promise<string> {
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  await world.receive(event);
  await untilState(handleOf(changeSetId), 'awaitingDecision');
  return changeSetId;
}

async function listed(workflowId: string): Promise<void> {
  const query = `WorkflowId="${workflowId}"`;
  await until(async () => ((await world.client.workflow.count(query)).count > 0 ? true : undefined));
}

test('open workflows, encrypted ones and such as no worker has begun, go on with the version that made them', async () => {
  await listed(handleOf(await awaitingDecision()).workflowId);
  await world.client.workflow.start('securityCase', {
    workflowId: 'waits-for-a-worker-that-serves-nothing',
    taskQueue: 'nobody',
    args: [{ version: 1, account: '123456789012' }],
  });
  await listed('waits-for-a-worker-that-serves-nothing');
  const ended = await runSteward(
    ['replay', '--query', 'ExecutionStatus="Running"', '--json', ...there(), '--config', configuration],
    { folder, environment },
  );
  expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
  const { replayed, failed, query } = documentOf(ended);
  expect({ failed, query }).toEqual({ failed: [], query: 'ExecutionStatus="Running"' });
  const { count } = await world.client.workflow.count('ExecutionStatus="Running"');
  expect(replayed).toBe(count);

  const text = await replay();
  expect(text).toMatchObject({ exitCode: 0, stderr: '' });
  expect(text.stdout).toMatch(/^All \d+ workflows can go on with this version\.\n$/);
});

test('where the key is missing, it is named, and what it hides counts as failed', async () => {
  await listed(handleOf(await awaitingDecision()).workflowId);
  const ended = await runSteward(['replay-histories', ...there()], { folder });
  expect(ended.exitCode).toBe(1);
  expect(ended.stdout).toContain('2026-11');
});

test('a workflow that other code has begun is named, and nothing happens to it', async () => {
  await awaitingDecision();
  await world.stopWorkers();
  const { code } = bundleFor(encryption, await bundleWorkflows(silent)) as { code: string };
  const other = await Worker.create({
    connection: world.temporal.nativeConnection,
    namespace: world.temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: { code: code.replaceAll('inspectLineage', 'guessLineage') },
    dataConverter: dataConverterOf(encryption),
  });
  const { changeSetId, event } = failedChangeSet(world);
  const handle = handleOf(changeSetId);
  await other.runUntil(async () => {
    await world.receive(event);
    await until(async () => ((await history(handle)).includes('ACTIVITY_TASK_SCHEDULED') ? true : undefined));
  });
  await listed(handle.workflowId);
  const before = await history(handle);

  const ended = await replay('--json');
  expect(ended.exitCode).toBe(1);
  const { runId } = await handle.describe();
  expect(documentOf(ended).failed).toEqual([
    {
      type: 'changeSetRemediation',
      workflowId: handle.workflowId,
      runId,
      problem: expect.stringMatching(/TMPRL1100.*guessLineage/),
    },
  ]);
  expect(documentOf(ended).replayed).toBeGreaterThan(1);
  const text = await replay('--query', `WorkflowId="${handle.workflowId}"`);
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toMatch(/^1 of 1 workflows cannot go on with this version\./);
  expect(text.stdout).toContain(handle.workflowId);
  expect(await history(handle)).toEqual(before);
});

test('where no workflow matches, that is said', async () => {
  const ended = await replay('--query', 'WorkflowId="none"');
  expect(ended).toMatchObject({ exitCode: 0, stdout: 'No workflow matches: nothing was replayed.\n' });
});
