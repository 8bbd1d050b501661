import type { WorkflowHandle } from '@temporalio/client';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { accountHealthDefaults } from '../../src/policies/defaults.ts';
import {
  accessRefusedSignal,
  accountHealthStatusQuery,
  accountHealthType,
} from '../../src/workflows/accountHealth/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { offerWorkflowId } from '../../src/workflows/offerWatch/contract.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { history } from '@marketplace-steward/testing/history';
import { dayMs, endRun, passDays } from '@marketplace-steward/testing/skipping';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;

let world: SkippingWorld;
let startMs = 0;

beforeAll(async () => {
  world = await stewardWorld('skipping');
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(async () => {
  startMs = await world.environment.currentTimeMs();
  world.context = { ...world.context, policies: {} };
  world.reset();
  world.simulator.control.reset();
});

/** The reminders of a workflow, each with the day on which it came; the last part of each name. */
function reminders(handle: WorkflowHandle): string[] {
  return world.notices.flatMap(({ id, workflowId, kind }) =>
    workflowId === handle.workflowId && kind === 'reminder' ? [id.split(':').at(-1) ?? ''] : [],
  );
}

const attempts = (name: string): number => world.attempts.filter((one) => one === name).length;

test('an open offer goes by a changed policy from its next check on, and makes no activity for it', async () => {
  const offerId = `offer-${startMs}`;
  const handle = world.client.workflow.getHandle(offerWorkflowId(account, offerId));
  const expirationDate = new Date(startMs + 40 * dayMs).toISOString();
  const time = new Date(startMs).toISOString();
  const summary = { State: 'Released', AvailabilityEndDate: expirationDate };
  world.simulator.control.putEntity({ entityId: offerId, entityType: 'Offer@1.0', account, summary });
  const offer = { id: offerId, name: 'Spring', expirationDate };
  await world.receive(
    sampleEvent('offerReleased.isv', { id: '00000000-0000-4000-8000-0000000000f1', time }, { offer }),
  );
  await until(() => world.notices.length === 1);
  world.context = { ...world.context, policies: { offerWatch: { beforeEndMs: [20 * dayMs, 3 * dayMs] } } };
  await passDays(world, handle, 39);
  // The check of the first week brings the policy, before any reminder of the one before.
  expect(reminders(handle)).toEqual(['before-20d', 'before-3d']);
  // Each week, and with each reminder.
  expect(attempts('describeOffer')).toBe(6);
  expect(attempts('configuredPolicy')).toBe(0);
  await endRun(handle);
}, 120_000);

test('an open question goes by a changed policy from its next reminder on; it ends no sooner than was promised', async () => {
  const errors = [{ code: 'SCAN_ERROR', message: 'findings' }];
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  await world.receive(event);
  const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  await until(() => world.notices.length === 1);
  const asked = await handle.query(changeSetStatusQuery);
  world.context = {
    ...world.context,
    policies: { changeSet: { remindAfterMs: [2 * dayMs, 5 * dayMs], expireAfterMs: 6 * dayMs } },
  };
  for (let day = 1; day <= 8; day += 1) {
    await world.environment.sleep(dayMs);
    await until(async () => (await handle.query(changeSetStatusQuery)).state === 'awaitingDecision');
  }
  // By the first policy after a day; by the next one after two and five.
  await until(() => reminders(handle).length === 3);
  expect(reminders(handle)).toEqual(['1', '2', '3']);
  const after = await handle.query(changeSetStatusQuery);
  expect(after.report?.question?.openUntil).toBe(asked.report?.question?.openUntil);
  expect(attempts('configuredPolicy')).toBe(0);
  await handle.terminate('the test is over');
}, 120_000);

test('an alarm that stays open goes on by a changed policy, and ends as before', async () => {
  const { control } = world.simulator;
  const refusal = { operation: 'ListChangeSets', type: 'AccessDeniedException', status: 403 } as const;
  control.addFault({ fault: 'error', ...refusal, times: 1_000 });
  const at = new Date(startMs).toISOString();
  const message = {
    eventId: 'one',
    operation: 'ListChangeSets',
    failureType: 'AccessDenied',
    message: 'denied',
    at,
  } as const;
  const input = { version: 1, account, catalog: 'AWSMarketplace', policy: accountHealthDefaults } as const;
  const handle = await world.client.workflow.signalWithStart(accountHealthType, {
    workflowId: `account:${account}`,
    taskQueue: stewardTaskQueue,
    args: [input],
    signal: accessRefusedSignal,
    signalArgs: [message],
  });
  world.context = { ...world.context, policies: { accountHealth: { recheckLongestMs: 3 * 60 * minuteMs } } };
  const scheduled = async (): Promise<number> =>
    (await history(handle)).filter((name) => name === 'ACTIVITY_TASK_SCHEDULED').length;
  // The notice, and a check of many attempts; then the policy, and another check by it.
  for (let step = 0; step < 14; step += 1) await world.environment.sleep(10 * minuteMs);
  await until(async () => (await scheduled()) === 3);
  expect((await handle.query(accountHealthStatusQuery)).state).toBe('refused');
  const before = attempts('checkAccess');
  for (let step = 0; step < 36; step += 1) await world.environment.sleep(10 * minuteMs);
  // A quarter of an hour apart these would be 24.
  expect(attempts('checkAccess') - before).toBeLessThan(10);
  expect(await scheduled()).toBe(3);
  control.reset();
  for (let step = 0; step < 18; step += 1) await world.environment.sleep(10 * minuteMs);
  expect(await handle.result()).toMatchObject({ state: 'recovered' });
  expect(world.notices.map(({ kind }) => kind)).toEqual(['opening', 'resolution']);
}, 120_000);
