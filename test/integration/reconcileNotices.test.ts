import { ScheduleOverlapPolicy, type ScheduleHandle, type WorkflowHandle } from '@temporalio/client';
import { failure } from '../../src/failures.ts';
import { reconcileChangeSetsType, type ReconcileResult } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { putEnded, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;

let world: StewardWorld;
let schedule: ScheduleHandle;
beforeAll(async () => {
  world = await stewardWorld('real');
  world.simulator.control.setEvents({ target: null });
  const since = vendorTime(Date.now() - 60 * minuteMs);
  schedule = await world.client.schedule.create({
    scheduleId: 'rounds',
    spec: {},
    policies: { overlap: ScheduleOverlapPolicy.SKIP },
    action: {
      type: 'startWorkflow',
      workflowType: reconcileChangeSetsType,
      workflowId: 'reconcile:rounds',
      taskQueue: stewardTaskQueue,
      args: [{ version: 1, accounts: [{ account, since }] }],
    },
  });
}, 120_000);
afterAll(() => world.close());

type Round = WorkflowHandle<() => Promise<ReconcileResult>>;

/** The next round; with the one before still open, the schedule would skip it. */
async function round(): Promise<Round> {
  // The schedule has the result of the round before once it has seen its end.
  const known = await until(async () => {
    const { numActionsTaken, runningActions } = (await schedule.describe()).info;
    return runningActions.length === 0 ? { numActionsTaken } : undefined;
  });
  await schedule.trigger(ScheduleOverlapPolicy.SKIP);
  const action = await until(async () => {
    const { numActionsTaken, recentActions } = (await schedule.describe()).info;
    return numActionsTaken > known.numActionsTaken ? recentActions.at(-1) : undefined;
  });
  const { workflowId, firstExecutionRunId } = action.action.workflow;
  return world.client.workflow.getHandle<() => Promise<ReconcileResult>>(workflowId, firstExecutionRunId);
}

test('a round ends although a channel is broken; the next one sends what it lacks, once and under the same identity', async () => {
  putEnded(world.simulator, { account, endMs: Date.now() - 30 * minuteMs });
  world.channelError = failure('Unreachable', 'out of order');
  const first = await round();
  const left = await first.result();
  expect(left).toMatchObject({ state: 'missedFound', missed: 1 });
  expect(left.unsent).toMatchObject([{ notice: { workflowId: first.workflowId }, left: [{ channel: 'test' }] }]);
  expect(world.notices).toEqual([]);

  delete world.channelError;
  const second = await (await round()).result();
  expect(second).toMatchObject({ missed: 0 });
  expect(second.unsent).toBeUndefined();
  expect(world.notices.map(({ id }) => id)).toEqual([left.unsent?.[0]?.notice.id]);

  await (await round()).result();
  expect(world.notices).toHaveLength(1);
}, 150_000);
