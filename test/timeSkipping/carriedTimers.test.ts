import { randomUUID } from 'node:crypto';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { accountHealthType } from '../../src/workflows/accountHealth/contract.ts';
import { newHealth } from '../../src/workflows/accountHealth/state.ts';
import { changeSetRemediationType } from '../../src/workflows/changeSetRemediation/contract.ts';
import { newCase, type Phase } from '../../src/workflows/changeSetRemediation/state.ts';
import { eventFanOutType } from '../../src/workflows/eventFanOut/contract.ts';
import { newFanOut } from '../../src/workflows/eventFanOut/state.ts';
import { failingTasksType } from '../../src/workflows/failingTasks/contract.ts';
import { newFailingTasks } from '../../src/workflows/failingTasks/state.ts';
import { heldEventsType } from '../../src/workflows/heldEvents/contract.ts';
import { newHeldEvents } from '../../src/workflows/heldEvents/state.ts';
import { itemBuyabilityType } from '../../src/workflows/itemBuyability/contract.ts';
import { itemBuyabilityDefaults } from '../../src/policies/defaults.ts';
import { newItem } from '../../src/workflows/itemBuyability/state.ts';
import { noticeDigestType } from '../../src/workflows/noticeDigest/contract.ts';
import { newDigest } from '../../src/workflows/noticeDigest/state.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account, catalog } from '@marketplace-steward/testing/changeSets';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How long each wait is, less than what is reported on its way, and how much of it the run before has waited. */
const lengthMs = 50 * minuteMs;
const waitedMs = 40 * minuteMs;
const leftMs = lengthMs - waitedMs;

let world: SkippingWorld;
beforeAll(async () => {
  world = await stewardWorld('skipping');
}, 120_000);
afterAll(() => world.close(), 60_000);

const firstRun = { firstRunId: 'run', startedMs: 0 };

/** What a run gives to the one that continues it in the middle of a wait, and how much is left of that. */
const waits: Record<string, (nowMs: number) => readonly [type: string, input: object, leftMs: number]> = {
  'a back-off': (nowMs) => lineage(nowMs, { name: 'backingOff', attempt: 1, delayMs: lengthMs }),
  'the wait before another check of a lock': (nowMs) =>
    lineage(nowMs, {
      name: 'awaitingBlocker',
      sentence: 'another change set runs',
      afterwards: { name: 'submitting', authority: 'operator' },
      round: 2,
      sinceMs: nowMs - waitedMs,
    }),
  'the wait before the check for a successor': (nowMs) => lineage(nowMs, { name: 'abandoning' }),
  'the time until a fan-out is repeated': (nowMs) => {
    const input = { version: 1, account: 'm', parts: 2, envelope: 'webhook', bytesBase64: 'e30=' };
    const state = { ...newFanOut({ workflowId: 'w', account: 'm', parts: 2 }), problem: 'a bug' };
    return [eventFanOutType, { ...input, carried: { ...state, repeatAtMs: nowMs + leftMs } }, leftMs];
  },
  'a pause between replays': (nowMs) => {
    const input = { version: 1, heading: { by: 'account', account } } as const;
    const phase = { name: 'replaying', pass: 1, pauseUntilMs: nowMs + leftMs };
    return [heldEventsType, { ...input, carried: { ...newHeldEvents(input, nowMs), phase } }, leftMs];
  },
  'the wait before another check of failing tasks': (nowMs) => [
    failingTasksType,
    { version: 1, policy: { checkEveryMs: lengthMs }, carried: newFailingTasks(nowMs - waitedMs) },
    leftMs,
  ],
  'the wait after a check of the access that failed': (nowMs) => {
    const input = { version: 1, account, catalog } as const;
    return [accountHealthType, { ...input, carried: { ...newHealth(input, 0), checkAfterMs: nowMs + leftMs } }, leftMs];
  },
  'the pause after a refused query': (nowMs) => {
    const input = { version: 1, businessProductId: 'm', itemId: 'i' } as const;
    const policy = { ...itemBuyabilityDefaults, queryFirstMs: 10 * minuteMs };
    const since = new Date(nowMs - 4 * minuteMs).toISOString();
    const phase = { name: 'awaitingAccess', query: 1, dueTo: 'noData', since, sentence: 'refused' };
    const carried = { ...newItem(input, { policy, nowMs }, firstRun), phase };
    return [itemBuyabilityType, { ...input, policy, carried }, 6 * minuteMs];
  },
  'the time until a digest': (nowMs) => {
    const subject = { channel: 'team', account, matter: 'change-set' };
    const state = newDigest({ workflowId: 'w', subject, everyMs: lengthMs }, nowMs - waitedMs);
    return [noticeDigestType, { version: 1, ...subject, everyMs: lengthMs, carried: state }, leftMs];
  },
  'the wait before another attempt through a channel': (nowMs) => {
    const notice = {
      id: 'n',
      kind: 'report',
      severity: 'information',
      account,
      workflowId: 'w',
      title: 't',
      lines: [],
    };
    const left = [{ channel: 'test', notBeforeMs: nowMs + leftMs }];
    const [type, input] = lineage(nowMs, { name: 'ended', end: 'abandoned' });
    return [type, { ...input, unsent: { notices: [{ notice: { ...notice, nextStep: 's' }, left }] } }, leftMs];
  },
};

function lineage(nowMs: number, phase: Phase) {
  const input = { version: 1, account, catalog, changeSetId: 'origin' } as const;
  const policy = { blockerPollMs: lengthMs, blockerWithinMs: 24 * hourMs, submitRetryFirstMs: lengthMs };
  const carried = { ...newCase(input, nowMs, 'run'), phase, phaseSinceMs: nowMs - waitedMs };
  return [changeSetRemediationType, { ...input, policy, carried }, leftMs] as const;
}

test.each(Object.entries(waits))('%s goes on in the run that continues another, for what is left', async (_, made) => {
  const [type, input, expectedMs] = made(await world.environment.currentTimeMs());
  const options = { workflowId: randomUUID(), taskQueue: stewardTaskQueue, args: [input] };
  const handle = await world.client.workflow.start(type, options);
  const timer = await until(async () => {
    const { events } = await handle.fetchHistory();
    return events?.map((one) => one.timerStartedEventAttributes).find((attributes) => attributes != null);
  });
  await handle.terminate('the timer was seen');
  const timerMs = tsToMs(timer.startToFireTimeout);
  expect(timerMs).toBeLessThanOrEqual(expectedMs);
  expect(timerMs).toBeGreaterThan(expectedMs - minuteMs);
});
