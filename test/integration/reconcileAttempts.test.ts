import { Context } from '@temporalio/activity';
import { failure } from '../../src/failures.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import {
  reconcileChangeSetsType,
  type ReconcileInput,
  type ReconcileStatus,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { putEnded, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';
import { stewardWorld, type Activities, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';

const minuteMs = 60_000;
let world: StewardWorld;

/** Each does all of its work in the first attempt, and dies before it answers. */
function dyingOnce(composed: Activities): Activities {
  const once = (name: string) => async (input: never) => {
    const result = await composed[name]?.(input);
    if (Context.current().info.attempt === 1) throw failure('Unreachable', 'the worker is gone');
    return result;
  };
  return { checkAccounts: once('checkAccounts'), deliverMissed: once('deliverMissed') };
}

beforeAll(async () => {
  world = await stewardWorld('real', { activities: dyingOnce });
}, 120_000);
afterAll(() => world.close());

function start(workflowId: string, input: ReconcileInput) {
  return world.client.workflow.start<(input: ReconcileInput) => Promise<ReconcileStatus>>(reconcileChangeSetsType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [input],
  });
}

test('what an attempt delivered before it died counts as missed, once, and has one workflow', async () => {
  const endMs = Date.now() - 30 * minuteMs;
  const ids = Array.from({ length: 30 }, () => putEnded(world.simulator, { account, endMs }));
  const handle = await start('reconcile:attempts', { account, from: vendorTime(endMs - minuteMs) });
  const status = await handle.result();
  expect(status).toMatchObject({ listed: 30, known: 0, missed: 30, undelivered: 0 });
  expect(status.missedIds.toSorted()).toEqual(ids.toSorted());
  expect(world.notices).toHaveLength(1);
  expect(world.notices[0]).toMatchObject({
    kind: 'opening',
    severity: 'warning',
    account,
    workflowId: 'reconcile:attempts',
  });
  const query = 'WorkflowType="changeSetRemediation"';
  await until(async () => ((await world.client.workflow.count(query)).count >= ids.length ? true : undefined));
  expect((await world.client.workflow.count(query)).count).toBe(ids.length);
  for (const id of ids) {
    const lineage = world.client.workflow.getHandle(changeSetWorkflowId(id));
    expect((await historyOf(lineage)).count('WORKFLOW_EXECUTION_STARTED')).toBe(1);
  }

  // Reset to its beginning, it finds nothing more, reports nothing, and ends.
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await world.temporal.connection.workflowService.resetWorkflowExecution({
    namespace: world.temporal.namespace,
    workflowExecution: { workflowId: 'reconcile:attempts', runId },
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    reason: 'a test',
    requestId: `reset-${runId}`,
  });
  const newest = world.client.workflow.getHandle<() => Promise<ReconcileStatus>>('reconcile:attempts');
  await until(async () => ((await newest.describe()).runId === runId ? undefined : true));
  const again = await newest.result();
  expect(again).toMatchObject({ state: 'allKnown', listed: 30, known: 30, missed: 0 });
  expect(world.notices).toHaveLength(1);
}, 120_000);

test('a terminated lineage is somebody’s decision: it is known, and nothing is begun again', async () => {
  const endMs = Date.now() - 60 * minuteMs;
  const id = putEnded(world.simulator, { account, endMs });
  const input = { account, from: vendorTime(endMs - minuteMs), to: vendorTime(endMs + minuteMs) };
  expect(await (await start('reconcile:first', input)).result()).toMatchObject({ missed: 1 });
  const lineage = world.client.workflow.getHandle(changeSetWorkflowId(id));
  const { runId } = await lineage.describe();
  await lineage.terminate('settled by hand');
  expect(await (await start('reconcile:second', input)).result()).toMatchObject({ known: 1, missed: 0 });
  expect(await lineage.describe()).toMatchObject({ runId, status: { name: 'TERMINATED' } });
}, 60_000);
