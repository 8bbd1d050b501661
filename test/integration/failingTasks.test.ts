import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypedSearchAttributes } from '@temporalio/common';
import { itemBuyabilityType, itemWorkflowId } from '../../src/workflows/itemBuyability/contract.ts';
import { createFailingTasks } from '../../src/delivery/failingTasks.ts';
import { failingTasksWorkflowId } from '../../src/workflows/failingTasks/contract.ts';
import {
  attentionAttribute,
  searchAttributeTypes,
  stateAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { runSteward, type Ended } from '@marketplace-steward/testing/steward';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { testTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
let folder: string;
beforeAll(async () => {
  world = await stewardWorld('real', { policies: { failingTasks: { checkEveryMs: 500 } } });
  folder = mkdtempSync(join(tmpdir(), 'steward-tasks-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const there = (): string[] => ['--address', world.temporal.address, '--namespace', world.temporal.namespace];
const steward = (...words: string[]): Promise<Ended> => runSteward([...words, ...there()], { folder });
const documentOf = <Document>({ stdout }: Ended): Document => JSON.parse(stdout) as Document;

interface Shown {
  readonly source: string;
  readonly sourceNote: string;
  readonly problem?: { cause: string; attempt: number; message: string; wayOut: string[] };
}

/** An item whose carried state is of a version that this code does not read: each task fails, and says so. */
async function startBroken(): Promise<string> {
  const itemId = randomUUID();
  const workflowId = itemWorkflowId('merchant-1', itemId);
  await world.temporal.client.workflow.start(itemBuyabilityType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [{ version: 1, businessProductId: 'merchant-1', itemId, carried: {} }],
  });
  return workflowId;
}

/** The task has failed: each check of the command that comes before that takes a process of its own. */
async function untilItFails(workflowId: string): Promise<void> {
  const handle = world.client.workflow.getHandle(workflowId);
  await until(async () => ((await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0) > 1);
}

test('a failing task shows: its cause, what the worker said and the way out, also in the list of what needs an operator', async () => {
  const workflowId = await startBroken();
  await untilItFails(workflowId);
  const shown = await until(async () => {
    const document = documentOf<Shown>(await steward('show', workflowId, '--json'));
    return document.problem === undefined ? undefined : document;
  });
  expect(shown.problem).toMatchObject({
    cause: 'WorkflowWorkerUnhandledFailure',
    message: expect.stringContaining('The carried state of itemBuyability has nothing as its version'),
    wayOut: expect.arrayContaining([
      `temporal workflow reset --workflow-id ${workflowId} --type LastWorkflowTask --reason '<why>'`,
    ]),
  });
  expect(shown.sourceNote).toMatch(/its workflow task fails \(attempt \d+, WorkflowWorkerUnhandledFailure\)/);
  const { stdout } = await steward('show', workflowId);
  expect(stdout).toContain('Its workflow task fails');
  expect(stdout).not.toMatch(/no worker|it has no query/i);

  // The server reports a problem after two attempts here, which it times out after ten seconds each.
  const reported = `WorkflowId="${workflowId}" AND TemporalReportedProblems IS NOT NULL`;
  await until(async () => (await world.client.workflow.count(reported)).count > 0);
  const row = await until(async () => {
    const { rows } = documentOf<{ rows: Array<Record<string, unknown>> }>(
      await steward('list', '--attention', '--json'),
    );
    return rows.find((each) => each['workflowId'] === workflowId);
  });
  expect(row).toMatchObject({ problem: expect.stringMatching(/^\w+$/), status: 'RUNNING' });
  const listed = (await steward('list')).stdout;
  expect(listed).toMatch(new RegExp(`^decide +.*task fail.*\\n? +${workflowId}$`, 'm'));

  // Two processes, as the checks of two accounts: one alarm, one notice, and one when it is over.
  for (const _process of [1, 2]) {
    const tasks = createFailingTasks(world.client, world.context);
    expect([await tasks.report(), await tasks.report()]).toEqual([1, 1]);
  }
  await until(() => world.notices.length > 0);
  const alarm = world.client.workflow.getHandle(failingTasksWorkflowId);
  await until(() => world.attempts.filter((name) => name === 'watchFailingTasks').length > 2);
  expect(world.notices).toMatchObject([
    {
      kind: 'opening',
      title: 'Workflows of type itemBuyability stand still: their task fails (WorkflowWorkerUnhandledFailure)',
      lines: expect.arrayContaining([expect.stringContaining(workflowId)]),
    },
  ]);
  expect((await alarm.describe()).typedSearchAttributes.get(attentionAttribute)).toBe(true);
  await world.temporal.client.workflow.getHandle(workflowId).terminate();
  expect(await alarm.result()).toMatchObject({ state: 'recovered' });
  expect(world.notices.map(({ kind }) => kind)).toEqual(['opening', 'resolution']);
}, 150_000);

test('a type that no worker has is a failing task; that no worker answered is said where none runs', async () => {
  const workflowId = itemWorkflowId('merchant-1', randomUUID());
  // As delivery starts it: it holds an event.
  const typedSearchAttributes = new TypedSearchAttributes([{ key: stateAttribute, value: 'open' }]);
  await world.temporal.client.workflow.start('nobodyHasDeployedIt', {
    workflowId,
    taskQueue: stewardTaskQueue,
    typedSearchAttributes,
  });
  await untilItFails(workflowId);
  const shown = await until(async () => {
    const document = documentOf<Shown>(await steward('show', workflowId, '--json'));
    return document.problem === undefined ? undefined : document;
  });
  expect(shown.problem?.message).toContain('nobodyHasDeployedIt');
  await world.temporal.client.workflow.getHandle(workflowId).terminate();

  const other = await testTemporal(searchAttributeTypes);
  await other.client.workflow.start('nobodyHasDeployedIt', { workflowId, taskQueue: stewardTaskQueue });
  const words = ['show', workflowId, '--json', '--address', other.address, '--namespace', other.namespace];
  const alone = documentOf<Shown>(await runSteward(words, { folder }));
  expect(alone.problem).toBeUndefined();
  expect(alone.sourceNote).toContain('no worker answered; start one with: steward worker');
  await other.close();
}, 60_000);
