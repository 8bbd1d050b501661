import { changeSetDefaults } from '../../src/policies/defaults.ts';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  changeSetRemediationType,
  changeSetStatusQuery,
  changeSetWorkflowId,
  type ChangeSetOutcomeMessage,
  type ChangeSetRemediationInput,
  type ChangeSetStatus,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { newCase, type ChangeSetCase } from '../../src/workflows/changeSetRemediation/state.ts';
import type { Carried } from '../../src/workflows/shared/case.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account, catalog, diagnosis } from '@marketplace-steward/testing/changeSets';
import { finishedEvent, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { history } from '@marketplace-steward/testing/history';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

type PutChangeSet = Parameters<SkippingWorld['simulator']['control']['putChangeSet']>[0];
type PutChange = PutChangeSet['changes'][number];

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

let world: SkippingWorld;
let environment: TestWorkflowEnvironment;
let nextId = 0;
let handle: WorkflowHandle;

beforeAll(async () => {
  world = await stewardWorld('skipping');
  ({ environment } = world);
}, 120_000);
afterAll(() => world.close(), 60_000);
beforeEach(() => {
  world.reset();
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  nextId += 1;
});
afterEach(async () => {
  const { status } = await handle.describe();
  if (status.name === 'RUNNING') await handle.terminate('the test is over');
});

const idOf = (what: string): string => `${what}${String(nextId).padStart(25 - what.length, '0')}`;
const update: Partial<PutChange> = {
  changeType: 'UpdateInformation',
  entityType: 'SaaSProduct@1.0',
  details: '{"ProductTitle":"One"}',
};

/** Puts a change set at the simulator, by the server's clock. */
async function put(what: string, values: Partial<PutChangeSet> = {}, change = update): Promise<string> {
  const nowMs = await environment.currentTimeMs();
  const changeSetId = idOf(what);
  const entityId = `prod-waits-${nextId}`;
  world.simulator.control.putEntity({
    entityId,
    entityType: change.entityType ?? '',
    lastModified: vendorTime(nowMs - 400 * dayMs),
  });
  world.simulator.control.putChangeSet({
    changeSetId,
    name: `Set ${what}`,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: vendorTime(nowMs - 2 * minuteMs),
    endTime: vendorTime(nowMs - minuteMs),
    changes: [{ identifier: entityId, changeType: '', entityType: '', ...change }],
    ...values,
  });
  return changeSetId;
}

/** What runs until it is ended by hand. */
const running = { status: 'APPLYING', failureCode: undefined, endTime: undefined } as const;

async function fail(changeSetId: string): Promise<void> {
  const nowMs = await environment.currentTimeMs();
  const times = { StartTime: vendorTime(nowMs - 2 * minuteMs), EndTime: vendorTime(nowMs - minuteMs) };
  await world.receive(finishedEvent('Failed', changeSetId, 'Set failed', { FailureCode: 'SERVER_FAULT', ...times }));
  handle = world.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
}

/** The state is reached, and the work of its phase is under way. */
async function untilWaiting(fits: (status: ChangeSetStatus) => boolean, activity: string): Promise<ChangeSetStatus> {
  const status = await until(async () => {
    const now = await handle.query(changeSetStatusQuery);
    return fits(now) ? now : undefined;
  });
  await until(() => world.attempts.includes(activity));
  return status;
}

/** Lets time pass, an activity attempt after the other. */
async function pass(ms: number): Promise<void> {
  const stepMs = Math.max(5 * minuteMs, Math.ceil(ms / 200));
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    await environment.sleep(Math.min(stepMs, leftMs));
    await history(handle);
  }
}

const failing = (kind: string): string =>
  `Calls of account ${account} to AWS Marketplace have failed for long: ${kind}`;
const reports = (): string[] =>
  world.notices.map(({ kind, title }) => `${kind}: ${title.replace(/^Change set .* still/, 'still')}`);
const scheduled = async (type: string): Promise<number> => {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(({ activityTaskScheduledEventAttributes: given }) => given?.activityType?.name === type)
    .length;
};
const statusOf = (): Promise<ChangeSetStatus> => handle.query(changeSetStatusQuery);

/** A run that goes on with a state, as after continue-as-new. */
async function goOn(changeSetId: string, values: Partial<ChangeSetCase>): Promise<void> {
  const input: ChangeSetRemediationInput & Carried = {
    version: 1,
    account,
    catalog,
    changeSetId,
    policy: changeSetDefaults,
    carried: { ...newCase({ account, catalog, changeSetId }), ...values },
  };
  handle = await world.client.workflow.start(changeSetRemediationType, {
    workflowId: changeSetWorkflowId(changeSetId),
    taskQueue: stewardTaskQueue,
    args: [input],
  });
}

describe('a wait that lasts is reported once', () => {
  test('a blocker of two hours: one notice, one activity more, and the submit follows', async () => {
    const blocker = await put('blocker', running);
    await fail(await put('failed'));
    await untilWaiting(({ state }) => state === 'awaitingBlocker', 'awaitEnd');
    await pass(55 * minuteMs);
    expect(world.notices).toEqual([]);
    await pass(65 * minuteMs);
    expect(reports()).toEqual(['report: still waits']);
    const [notice] = world.notices;
    expect(notice).toMatchObject({ severity: 'warning', account });
    expect(notice?.lines.join(' ')).toMatch(
      new RegExp(`waits for change set ${blocker} .* since 20\\d\\d-.* UTC, [67]\\d minutes`),
    );
    expect((await statusOf()).nextStep).toContain('operators were notified');
    expect(await scheduled('awaitEnd')).toBe(2);
    world.simulator.control.plan({
      match: { changeSetId: blocker },
      outcomes: [{ status: 'CANCELLED', durationMs: 0 }],
    });
    await pass(70 * minuteMs);
    await until(() => world.simulator.control.log({ operation: 'StartChangeSet' }).length === 1);
    expect(reports()).toHaveLength(1);
  }, 120_000);

  test('a short wait costs nothing: one activity, no timer, no notice', async () => {
    const blocker = await put('blocker', running);
    await fail(await put('failed'));
    await untilWaiting(({ state }) => state === 'awaitingBlocker', 'awaitEnd');
    await pass(45 * minuteMs);
    expect((await history(handle)).filter((name) => name === 'TIMER_STARTED')).toHaveLength(0);
    world.simulator.control.plan({
      match: { changeSetId: blocker },
      outcomes: [{ status: 'CANCELLED', durationMs: 0 }],
    });
    await pass(20 * minuteMs);
    await until(() => world.simulator.control.log({ operation: 'StartChangeSet' }).length === 1);
    expect(await scheduled('awaitEnd')).toBe(1);
    expect(world.notices).toEqual([]);
  }, 120_000);

  test('once the failure is no longer fresh an operator is asked: nothing would be submitted after the wait', async () => {
    const blocker = await put('blocker', running);
    await fail(await put('failed'));
    await untilWaiting(({ state }) => state === 'awaitingBlocker', 'awaitEnd');
    await pass(23 * hourMs);
    expect((await statusOf()).state).toBe('awaitingBlocker');
    await pass(2 * hourMs);
    const { state, nextStep } = await statusOf();
    expect(state).toBe('awaitingDecision');
    expect(nextStep).toMatch(new RegExp(`failed more than 24 hours ago\\. A change set runs .*${blocker}`));
    expect(reports()).toHaveLength(2);
  }, 120_000);

  test.each(['policy', 'operator'] as const)(
    'a submit that a lock has held for days: an operator’s goes out, the policy’s is asked: %s',
    async (authority) => {
      const changeSetId = await put('failed');
      const nowMs = await environment.currentTimeMs();
      const sinceMs = nowMs - 3 * dayMs;
      const end = { startTime: vendorTime(sinceMs - minuteMs), endTime: vendorTime(sinceMs) };
      await goOn(changeSetId, {
        phase: {
          name: 'awaitingBlocker',
          sentence: 'locked',
          sinceMs,
          round: 9,
          afterwards: { name: 'submitting', authority },
        },
        diagnosis: { ...diagnosis(end), changeSetId },
        originStartTime: end.startTime,
        reportedWaits: [`blocker:${sinceMs}`],
      });
      await put('failed', end);
      await pass(20 * minuteMs);
      const sent = world.simulator.control.log({ operation: 'StartChangeSet' }).length;
      expect([sent, (await statusOf()).state === 'awaitingDecision']).toEqual(
        authority === 'operator' ? [1, false] : [0, true],
      );
    },
    120_000,
  );

  test('a lock without a name, which is found again every quarter of an hour, is one wait', async () => {
    world.simulator.control.addFault({
      fault: 'error',
      operation: 'StartChangeSet',
      type: 'ResourceInUseException',
      status: 423,
      message: 'The product is in review.',
      times: 1_000,
    });
    await fail(await put('failed'));
    await pass(3 * hourMs);
    expect((await statusOf()).state).toBe('awaitingBlocker');
    expect(reports()).toEqual(['report: still waits']);
    expect(world.notices[0]?.lines.join(' ')).toContain('The product is in review.');
  }, 120_000);

  // The poll of the moment reports it; this server dates an attempt by the end of the one before, and so the next poll does.
  test.each([
    ['an offer, minutes', 'Offer@1.0', 'UpdateSupportTerms', 50 * minuteMs, 3 * hourMs],
    ['a product, hours', 'SaaSProduct@1.0', 'UpdateInformation', 5 * hourMs, 14 * hourMs],
  ])(
    'an outcome beyond what is usual for %s',
    async (_, entityType, changeType, usualMs, moreMs) => {
      const change = { ...update, entityType, changeType };
      const changeSetId = await put('failed', {}, change);
      const outcomes = [{ status: 'SUCCEEDED', durationMs: 10 * dayMs } as const];
      world.simulator.control.plan({ match: { nameContains: '+retry.' }, outcomes });
      await fail(changeSetId);
      await environment.sleep(2 * minuteMs);
      await untilWaiting(({ attempt }) => attempt === 1, 'awaitOutcome');
      await pass(usualMs);
      expect(world.notices).toEqual([]);
      await pass(moreMs);
      expect(reports()).toEqual(['report: still waits']);
      expect(world.notices[0]?.lines.join(' ')).toContain(`Usual for ${changeType} on ${entityType}`);
      await pass(2 * dayMs);
      expect(reports()).toHaveLength(1);
      expect(await scheduled('awaitOutcome')).toBe(2);
    },
    120_000,
  );

  test('a review for the public is reported after 37 days, not before', async () => {
    const nowMs = await environment.currentTimeMs();
    const change = { ...update, changeType: 'UpdateVisibility', details: '{"TargetVisibility":"Public"}' };
    const startTime = vendorTime(nowMs - 30 * dayMs);
    await fail(await put('review', { ...running, startTime }, change));
    await untilWaiting(({ state }) => state === 'awaitingOutcome', 'awaitOutcome');
    await pass(6 * dayMs);
    expect(world.notices).toEqual([]);
    await pass(2 * dayMs);
    expect(reports()).toEqual(['report: still waits']);
    expect(world.notices[0]?.lines.join(' ')).toMatch(
      /since .*, 3[78] days\. Usual for UpdateVisibility on SaaSProduct@1\.0: up to 37 days\./,
    );
  }, 120_000);

  test('a submit that AWS does not take for hours: the account’s alarm alone reports it, and one submit follows in the end', async () => {
    const fault = {
      fault: 'error',
      operation: 'StartChangeSet',
      type: 'InternalServiceException',
      status: 500,
    } as const;
    world.simulator.control.addFault({ ...fault, message: 'Out of order.', times: 14 });
    await fail(await put('failed'));
    await pass(3 * hourMs);
    expect(reports()[0]).toBe(`opening: ${failing('OutcomeUnknown')}`);
    expect(world.notices[0]?.lines.join(' ')).toMatch(/StartChangeSet has failed since .*status 500/);
    await pass(3 * hourMs);
    expect(reports().slice(1)).toEqual([`resolution: Calls of account ${account} to AWS Marketplace succeed again`]);
    const accepted = world.simulator.control
      .log({ operation: 'StartChangeSet' })
      .filter((entry) => entry.kind === 'call' && entry.changeSetId !== undefined);
    expect(accepted).toHaveLength(1);
    expect(await scheduled('submitSuccessor')).toBe(1);
  }, 120_000);

  test('a first check that fails for hours: the account’s alarm alone reports it, until it succeeds', async () => {
    const fault = {
      fault: 'error',
      operation: 'DescribeChangeSet',
      type: 'InternalServiceException',
      status: 500,
    } as const;
    world.simulator.control.addFault({ ...fault, message: 'Out of order.', times: 1_000 });
    await fail(await put('failed'));
    await pass(4 * hourMs);
    expect(reports()).toEqual([`opening: ${failing('ServiceFault')}`]);
    expect(world.notices[0]).toMatchObject({ severity: 'warning', workflowId: `account:${account}:ServiceFault` });
    expect(await scheduled('inspectLineage')).toBe(1);
    const alarm = world.client.workflow.getHandle(`account:${account}:ServiceFault`);
    expect(await alarm.query('status')).toMatchObject({ state: 'failing' });
    world.simulator.control.reset();
    world.simulator.control.setEvents({ target: null });
    await pass(4 * hourMs);
    expect(reports()).toContain(`resolution: Calls of account ${account} to AWS Marketplace succeed again`);
    expect(await alarm.result()).toMatchObject({ state: 'recovered' });
  }, 120_000);

  describe('over continue-as-new', () => {
    const phase = (changeSetId: string) => ({ name: 'awaitingOutcome', changeSetId }) as const;

    test('what was reported is not reported again', async () => {
      const changeSetId = await put('runs', running);
      const phaseSinceMs = (await environment.currentTimeMs()) - dayMs;
      const reportedWaits = [`the notice’s name@outcome:${changeSetId}`];
      await goOn(changeSetId, { phase: phase(changeSetId), phaseSinceMs, reportedWaits });
      await pass(dayMs);
      expect(world.notices).toEqual([]);
      expect((await statusOf()).nextStep).toContain('operators were notified');
    }, 120_000);

    test('the wait goes on counting', async () => {
      const changeSetId = await put('runs', running);
      const phaseSinceMs = (await environment.currentTimeMs()) - 5 * hourMs;
      await goOn(changeSetId, { phase: phase(changeSetId), phaseSinceMs });
      await pass(30 * minuteMs);
      expect(world.notices).toEqual([]);
      await pass(3 * hourMs);
      expect(reports()).toEqual(['report: still waits']);
      expect(world.notices[0]?.lines.join(' ')).toMatch(/, [678] hours\./);
    }, 120_000);
  });

  test('what a backfill found, and its digest reports, stays quiet', async () => {
    const changeSetId = await put('runs', running);
    const foundBy = { backfillId: 'backfill', act: 'policy' } as const;
    const phaseSinceMs = await environment.currentTimeMs();
    await goOn(changeSetId, { foundBy, phase: { name: 'awaitingOutcome', changeSetId }, phaseSinceMs });
    await pass(dayMs);
    expect(world.notices).toEqual([]);
    expect(await scheduled('awaitOutcome')).toBe(1);
    const message: ChangeSetOutcomeMessage = {
      eventId: 'end',
      account,
      catalog,
      changeSetId,
      outcome: 'SUCCEEDED',
      startTime: vendorTime(phaseSinceMs),
      endTime: vendorTime(phaseSinceMs),
    };
    await handle.signal('changeSetOutcome', message);
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(world.notices).toEqual([]);
  }, 120_000);
});
