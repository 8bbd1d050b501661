/** What a lineage that waits costs, in the actions that Temporal bills, and in calls of AWS. */
import type { WorkflowHandle } from '@temporalio/client';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { actionsOf } from '@marketplace-steward/testing/actions';
import { finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { endRun } from '@marketplace-steward/testing/skipping';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { storyActions, totalOf } from '../../tools/cost/stories.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let world: SkippingWorld;
let nextId = 0;
beforeAll(async () => {
  world = await stewardWorld('skipping');
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  world.reset();
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  nextId += 1;
});

async function fail(failureCode: 'SERVER_FAULT' | 'CLIENT_ERROR'): Promise<WorkflowHandle> {
  const nowMs = await world.environment.currentTimeMs();
  const changeSetId = `costs${String(nextId).padStart(20, '0')}`;
  const identifier = `prod-costs-${nextId}`;
  const lastModified = vendorTime(nowMs - 400 * dayMs);
  world.simulator.control.putEntity({ entityId: identifier, entityType: 'SaaSProduct@1.0', lastModified });
  const [startTime, endTime] = [vendorTime(nowMs - 2 * minuteMs), vendorTime(nowMs - minuteMs)];
  world.simulator.control.putChangeSet({
    changeSetId,
    name: 'Set',
    status: 'FAILED',
    failureCode,
    startTime,
    endTime,
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier, details: '{"ProductTitle":"One"}' },
    ],
  });
  const detail = { FailureCode: failureCode, StartTime: startTime, EndTime: endTime };
  await world.receive(finishedEvent('Failed', changeSetId, 'Set', detail));
  return world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
}

/** Lets time pass in steps, in each of which what is due is done. */
async function pass(ms: number, stepMs: number, each: () => void = () => undefined): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    await world.environment.sleep(Math.min(stepMs, leftMs));
    each();
  }
}

/** Its actions until now, of whatever kind. */
const actionsUntilNow = async (handle: WorkflowHandle): Promise<number> =>
  totalOf(await actionsOf(handle, world.attempts.length));

const calls = (): number => world.simulator.control.log({ kind: 'call' }).length;

test('an awaited outcome that no event reports costs four actions an hour at most, and one a day in the end', async () => {
  world.simulator.control.plan({
    match: { nameContains: '+retry.' },
    outcomes: [{ status: 'SUCCEEDED', durationMs: 20 * dayMs }],
  });
  const handle = await fail('SERVER_FAULT');
  await until(async () => {
    await world.environment.sleep(minuteMs);
    return world.attempts.includes('awaitOutcome') ? true : undefined;
  });
  let before = await actionsUntilNow(handle);
  const hourly: number[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    await pass(hourMs, 10 * minuteMs);
    const now = await actionsUntilNow(handle);
    hourly.push(now - before);
    before = now;
  }
  expect(Math.max(...hourly)).toBeLessThanOrEqual(4);
  expect(hourly.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(8);
  const asked = calls();
  await pass(10 * dayMs, hourMs);
  expect(calls() - asked).toBeLessThanOrEqual(12);
  await endRun(handle);
}, 180_000);

test('a question that nobody answers for 60 days, on whose entities nothing happens: 38 actions, 33 calls', async () => {
  const handle = await fail('CLIENT_ERROR');
  await until(async () => ((await handle.query(changeSetStatusQuery)).state === 'awaitingDecision' ? true : undefined));
  const result = handle.result();
  // Where the run ends while a check is under way, the server holds its clock for good: nothing may follow this test.
  const passed = pass(61 * dayMs, dayMs / 2).then(() => result);
  passed.catch(() => undefined);
  expect(await Promise.race([result, passed])).toMatchObject({ state: 'expired' });
  const attempts = (name: string): number => world.attempts.filter((one) => one === name).length;
  // The first asks AWS nothing; then each reminder checks once.
  expect([attempts('watchElsewhere'), attempts('sendNotice')]).toEqual([11, 12]);
  const actions = await actionsOf(handle, world.attempts.length);
  expect(actions).toEqual(storyActions.questionOf60Days);
  expect([totalOf(actions), calls()]).toEqual([38, 33]);
}, 180_000);
