import { randomUUID } from 'node:crypto';
import { ScheduleOverlapPolicy, type WorkflowHandle } from '@temporalio/client';
import { dueBetween } from '../../src/activities/reconcileChangeSets/externalWork.ts';
import { scheduledAccounts, setPaused } from '../../src/delivery/reconciliation.ts';
import { updateSchedule } from '../../src/delivery/scheduleUpdate.ts';
import { keepSchedules } from '../../src/delivery/schedules.ts';
import {
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetStatus,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { reconcileScheduleId, type ReconcileStatus } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { attentionAttribute, entitiesAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

type PutChangeSet = Parameters<StewardWorld['simulator']['control']['putChangeSet']>[0];

const minuteMs = 60_000;
let world: StewardWorld;
let productId: string;
const open: WorkflowHandle[] = [];

/** A lineage polls after an hour at the soonest: what it learns within a test, a round or an event has reported it. */
beforeAll(async () => {
  world = await stewardWorld('real', {
    policies: {
      changeSet: { retryBackOffMs: [50], submitRetryFirstMs: 100 },
      reconcile: { everyMs: 86_400_000, settlingMs: 0 },
    },
  });
  const kept = await keepSchedules(world.client, world.context, silent, new AbortController().signal);
  if (kept.problems.length > 0) throw new Error(kept.problems.join());
  // Rows of some minutes ago are in the window.
  const since = new Date(Date.now() - 60 * minuteMs).toISOString();
  await updateSchedule(world.client, reconcileScheduleId, (found) => {
    const accounts = scheduledAccounts(found);
    if (accounts.every((one) => one.since === since)) return undefined;
    const { spec, policies, state, action } = found;
    const args = [{ ...(action.args?.[0] as object), accounts: accounts.map((one) => ({ ...one, since })) }];
    return { spec, policies, state, action: { ...action, args } };
  });
}, 120_000);
afterAll(async () => {
  await world.client.schedule.getHandle(reconcileScheduleId).delete();
  await world.close();
});
beforeEach(() => {
  world.reset();
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  productId = `prod-${randomUUID().slice(0, 13)}`;
});
afterEach(async () => {
  for (const handle of open.splice(0)) await handle.terminate('the test is over').catch(() => undefined);
});

const schedule = () => world.client.schedule.getHandle(reconcileScheduleId);

/** Has the schedule begin a round, and gives its result. */
async function round(): Promise<ReconcileStatus> {
  await until(async () => ((await schedule().describe()).info.runningActions.length === 0 ? true : undefined));
  const known = (await schedule().describe()).info.numActionsTaken;
  await schedule().trigger(ScheduleOverlapPolicy.SKIP);
  const { workflow } = await until(async () => {
    const { numActionsTaken, recentActions } = (await schedule().describe()).info;
    return numActionsTaken > known ? recentActions.at(-1)?.action : undefined;
  });
  const handle = world.client.workflow.getHandle<() => Promise<ReconcileStatus>>(
    workflow.workflowId,
    workflow.firstExecutionRunId,
  );
  const status = await handle.result();
  expect(status.accounts[account]).not.toHaveProperty('failure');
  return status;
}

const newId = (what: string): string => `${what}${randomUUID().replaceAll('-', '')}`.slice(0, 25);

function put(what: string, title: string, values: Partial<PutChangeSet> = {}): string {
  const changeSetId = newId(what);
  const endMs = Date.now();
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Set ${what}`,
    status: 'SUCCEEDED',
    startTime: vendorTime(endMs - 1_000),
    endTime: vendorTime(endMs),
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: productId,
        details: JSON.stringify({ ProductTitle: title }),
      },
    ],
    ...values,
  });
  return changeSetId;
}

const running = { status: 'APPLYING', endTime: undefined } as const;

/** Puts a failed change set on the product, and its event. */
async function failed(failureCode: 'SERVER_FAULT' | 'CLIENT_ERROR', title: string): Promise<WorkflowHandle> {
  const endMs = Date.now() - 10 * minuteMs;
  world.simulator.control.putEntity({
    entityId: productId,
    entityType: 'SaaSProduct@1.0',
    lastModified: '2026-01-01T00:00:00Z',
  });
  const times = { startTime: vendorTime(endMs - minuteMs), endTime: vendorTime(endMs) };
  const changeSetId = put('failed', title, { status: 'FAILED', failureCode, ...times });
  await world.receive(
    finishedEvent('Failed', changeSetId, 'Set failed', {
      FailureCode: failureCode,
      StartTime: times.startTime,
      EndTime: times.endTime,
    }),
  );
  const handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
  open.push(handle);
  return handle;
}

const untilStatus = (handle: WorkflowHandle, holds: (status: ChangeSetStatus) => boolean): Promise<ChangeSetStatus> =>
  until(async () => {
    const status = await handle.query(changeSetStatusQuery);
    return holds(status) ? status : undefined;
  });

/** Asked, and the search shows it: rounds go by that. */
async function asked(handle: WorkflowHandle): Promise<void> {
  await untilStatus(handle, ({ state }) => state === 'awaitingDecision');
  await until(async () => {
    const query = `WorkflowId="${handle.workflowId}" AND ${attentionAttribute.name}=true AND ${entitiesAttribute.name}="${productId}"`;
    return (await world.client.workflow.count(query)).count === 1 ? true : undefined;
  });
}

/** Of a lineage: signals, and how often it has asked AWS about its entities since the question. */
async function reported(handle: WorkflowHandle): Promise<{ readonly signals: number; readonly comparisons: number }> {
  const { count } = await historyOf(handle);
  const watches = world.attempts.filter((name) => name === 'watchElsewhere').length;
  // The event, and the first attempt of the watch, which asks AWS nothing.
  return { signals: count('WORKFLOW_EXECUTION_SIGNALED') - 1, comparisons: watches - 1 };
}

test('the outcome of a successor whose event is lost reaches its lineage by the next round, with one signal', async () => {
  world.simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 100 }] });
  const handle = await failed('SERVER_FAULT', 'One');
  await until(() => world.attempts.includes('awaitOutcome'));
  const [call] = world.simulator.control.log({ operation: 'StartChangeSet' });
  const successor = (call?.kind === 'call' && call.changeSetId) || '';
  expect(await world.simulator.control.settled(successor)).toBe('SUCCEEDED');
  expect((await untilStatus(handle, ({ attempt }) => attempt === 1)).state).toBe('retrying');
  await round();
  expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
  expect((await historyOf(handle)).count('WORKFLOW_EXECUTION_SIGNALED')).toBe(2);
  expect(world.attempts.filter((name) => name === 'awaitOutcome')).toHaveLength(1);
  expect((await round()).accounts[account]).not.toHaveProperty('failure');
}, 120_000);

test('a newer success that covers it closes a question by one round; the successes of others report it nothing', async () => {
  const handle = await failed('CLIENT_ERROR', 'One');
  await asked(handle);
  put('elsewhere', 'One', {
    changes: [
      { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: 'prod-other', details: '{}' },
    ],
  });
  await round();
  expect(await reported(handle)).toEqual({ signals: 0, comparisons: 0 });
  put('newer', 'Two');
  await round();
  expect(await handle.result()).toMatchObject({ state: 'resolvedElsewhere' });
  expect(await reported(handle)).toEqual({ signals: 1, comparisons: 1 });
}, 120_000);

test('a newer one that leaves something undone is compared and reported once, however many rounds show it', async () => {
  const handle = await failed('CLIENT_ERROR', 'One');
  await asked(handle);
  const newer = put('newer', 'ignored', {
    startTime: vendorTime(Date.now() - 4 * minuteMs),
    endTime: vendorTime(Date.now() - 3 * minuteMs),
    changes: [
      {
        changeType: 'UpdateInformation',
        entityType: 'SaaSProduct@1.0',
        identifier: productId,
        details: '{"ShortDescription":"another field"}',
      },
    ],
  });
  await round();
  const { notes } = await untilStatus(handle, ({ notes: all }) => all.length > 0);
  expect(notes.join()).toContain(newer);
  await until(() => world.notices.find(({ id }) => id.includes('elsewhere')));
  await round();
  await round();
  expect(await reported(handle)).toMatchObject({ signals: 1 });
  expect(world.notices.filter(({ id }) => id.includes('elsewhere'))).toHaveLength(1);
}, 120_000);

test('the end of a blocker reaches the lineage that waits for it, which submits', async () => {
  world.simulator.control.plan({ match: {}, outcomes: [{ status: 'SUCCEEDED', durationMs: 100 }] });
  const blocker = put('blocker', 'Two', running);
  const handle = await failed('SERVER_FAULT', 'One');
  await untilStatus(handle, ({ state }) => state === 'awaitingBlocker');
  await until(async () => {
    const query = `WorkflowId="${handle.workflowId}" AND StewardState="awaitingBlocker" AND ${entitiesAttribute.name}="${productId}"`;
    return (await world.client.workflow.count(query)).count === 1 ? true : undefined;
  });
  world.simulator.control.plan({ match: { changeSetId: blocker }, outcomes: [{ status: 'CANCELLED', durationMs: 0 }] });
  expect(await world.simulator.control.settled(blocker)).toBe('CANCELLED');
  await round();
  await until(() => (world.simulator.control.log({ operation: 'StartChangeSet' }).length === 1 ? true : undefined));
  expect(world.attempts.filter((name) => name === 'awaitEnd')).toHaveLength(1);
}, 120_000);

test('work by others on an entity reaches its question once the entity’s time of the day has come', async () => {
  // An entity whose time comes in some seconds; the rounds before and after it are a moment apart.
  const soonMs = Date.now() + 20_000;
  do productId = `prod-${randomUUID().slice(0, 13)}`;
  while (dueBetween([productId], soonMs, soonMs + 10_000).length === 0);
  const handle = await failed('CLIENT_ERROR', 'One');
  await asked(handle);
  await round();
  world.simulator.control.putEntity({
    entityId: productId,
    entityType: 'SaaSProduct@1.0',
    lastModified: vendorTime(Date.now()),
  });
  const [due] = dueBetween([productId], soonMs, soonMs + 10_000);
  await until(() => (Date.now() > (due?.atMs ?? 0) ? true : undefined));
  const asks = () => world.simulator.control.log({ operation: 'DescribeEntity' }).length;
  const before = asks();
  await round();
  const { notes } = await untilStatus(handle, ({ notes: all }) => all.length > 0);
  expect(notes.join()).toContain(`None of this account’s change sets made revision`);
  expect(await reported(handle)).toMatchObject({ signals: 1 });
  // One by the round, one by the comparison.
  expect(asks() - before).toBe(2);
  await round();
  expect(asks() - before).toBe(2);
}, 180_000);

test('while an account is paused nobody is reported; the round after that reports to all', async () => {
  const handle = await failed('CLIENT_ERROR', 'One');
  await asked(handle);
  await setPaused(world.client, [account], { actor: 'Ada', reason: 'a test', at: new Date().toISOString() });
  put('newer', 'Two');
  await round();
  expect(await reported(handle)).toEqual({ signals: 0, comparisons: 0 });
  await setPaused(world.client, [account], undefined);
  await round();
  expect(await handle.result()).toMatchObject({ state: 'resolvedElsewhere' });
}, 120_000);
