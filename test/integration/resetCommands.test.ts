import type { WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { changeSetWorld, failedChangeSet, finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { resetPoints, resetTo } from '@marketplace-steward/testing/resets';
import { silent } from '@marketplace-steward/testing/silent';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { createSubmitPermits } from '../../src/delivery/submitPermits.ts';
import { submitPermitsId, submitPermitsStatusQuery } from '../../src/workflows/submitPermits/contract.ts';
import { successorName } from '../../src/workflows/changeSetRemediation/lineage.ts';

const operator = { actor: 'ann', reason: 'checked it' };
const errors = [{ code: 'INVALID_INPUT', message: 'A field is wrong.' }];

let world: StewardWorld;
let events: Receiver;
let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  world = await changeSetWorld();
  workflowBundle = await bundleWorkflows(silent);
  events = await startReceiver(({ body }) => {
    void world.receive(JSON.parse(body) as object);
    return 200;
  });
  world.simulator.control.setEvents({ target: { url: `${events.url}/events` } });
}, 60_000);
afterAll(async () => {
  await world.close();
  await events.close();
});

const lineages = lineagesOf(() => world);

/** Commands of operators before a signal: a retry, and two who abandon it while it is in flight; then it succeeds. */
async function commanded(): Promise<WorkflowHandle> {
  const { changeSetId, name, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  const outcomes = [{ status: 'SUCCEEDED', durationMs: 600_000 } as const];
  world.simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
  await world.receive(event);
  const handle = lineages.handleOf(changeSetId);
  await lineages.untilState(handle, 'awaitingDecision');
  await handle.executeUpdate('retry', { args: [operator] });
  await lineages.untilSent(handle);
  await Promise.all([1, 2].map(() => handle.executeUpdate('abandon', { args: [operator] })));
  const [successorId = ''] = lineages.submits();
  await world.receive(finishedEvent('Succeeded', successorId, successorName(name, changeSetId, 1)));
  await handle.result();
  lineages.letSucceed(successorId);
  return handle;
}

/** Waits until a run has taken what the reset applied again, and has nothing to do. */
async function untilQuiet(handle: WorkflowHandle): Promise<void> {
  let length = -1;
  await until(async () => {
    const { historyLength, raw } = await handle.describe();
    const isQuiet = historyLength === length && (raw.pendingWorkflowTask ?? undefined) === undefined;
    length = historyLength;
    return isQuiet;
  });
}

test('a run in which a reset applied commands and signals again is replayed as it went', async () => {
  const { workflowId } = await commanded();
  const { runId } = await world.client.workflow.getHandle(workflowId).describe();
  const points = await resetPoints(world.client.workflow.getHandle(workflowId, runId));
  const applied: number[] = [];
  for (const point of points) {
    const newRun = world.client.workflow.getHandle(
      workflowId,
      await resetTo(world.client, { workflowId, runId }, point),
    );
    await untilQuiet(newRun);
    const history = await newRun.fetchHistory();
    applied.push((history.events ?? []).filter((one) => one.workflowExecutionUpdateAdmittedEventAttributes).length);
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  }
  // All three commands came again after the early points.
  expect(Math.max(...applied)).toBe(3);
}, 120_000);

test('permits that are reset to any task after their count hold what was granted after it', async () => {
  const permits = createSubmitPermits(world.client, () => 1_000, 100);
  const scope = { account: '200000000001', catalog: 'AWSMarketplace' };
  const tokens = ['one', 'two', 'three'];
  for (const token of tokens) {
    const asked = { token, authority: 'policy', dailyCap: 10, usedWithinMs: 1_000 } as const;
    await until(async () => (await permits.request(scope, asked)).outcome === 'granted');
  }
  const handle = world.client.workflow.getHandle(submitPermitsId(scope.account));
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const counted = events?.find((event) => event.activityTaskCompletedEventAttributes)?.eventId;
  const points = (await resetPoints(handle)).filter((point) => Number(point) > Number(counted));
  expect(points.length).toBeGreaterThanOrEqual(tokens.length);
  for (const point of points) {
    await resetTo(world.client, { workflowId: handle.workflowId, runId }, point);
    await untilQuiet(handle);
    // It may not have begun yet.
    const status = await until(async () => {
      const now = await handle.query(submitPermitsStatusQuery);
      return now.state === 'counting' ? undefined : now;
    });
    expect([String(point), status]).toMatchObject([String(point), { state: 'granting', today: tokens.length }]);
  }
}, 60_000);

test('of two commands at once that exclude each other the second is refused, in a sentence', async () => {
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  const outcomes = [{ status: 'SUCCEEDED', durationMs: 600_000 } as const];
  world.simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
  await world.receive(event);
  const handle = lineages.handleOf(changeSetId);
  await lineages.untilState(handle, 'awaitingDecision');
  // While no worker is there, both wait for the same workflow task.
  await world.stopWorkers();
  const answers = Promise.allSettled([
    handle.executeUpdate('retry', { args: [operator] }),
    handle.executeUpdate('retry', { args: [operator] }),
  ]);
  await world.startWorker();
  const settled = await answers;
  expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = settled.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect((refused.reason as Error).cause).toMatchObject({
    message: expect.stringMatching(/^It is retrying; retry is/),
  });
  await lineages.untilSent(handle);
}, 60_000);
