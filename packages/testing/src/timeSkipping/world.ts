import { readFileSync } from 'node:fs';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time.js';
import { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { planReminders } from '../../../../src/activities/securityCase/reminderSchedule.ts';
import type { AffectedProducts, SecurityActivities } from '../../../../src/activities/securityCase/index.ts';
import type { NoticeActivities } from '../../../../src/activities/notices.ts';
import type { RouteContext } from '../../../../src/delivery/delivery.ts';
import { receive } from '../../../../src/delivery/receive.ts';
import { failure } from '../../../../src/failures.ts';
import { bundleWorkflows } from '../../../../src/workers/bundle.ts';
import { installRuntime } from '../../../../src/workers/temporalLogger.ts';
import type { Notice } from '../../../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../../../src/workflows/shared/taskQueues.ts';
import { timeSkippingEnvironment } from '../temporal/testServer.ts';

export const dayMs = 86_400_000;

/** A time-skipping server and a worker, whose activities are the test's own. */
export interface TimeSkippingWorld {
  readonly environment: TestWorkflowEnvironment;
  /** A client that lets no time pass, as the environment's own does while it waits for a result. */
  readonly client: Client;
  readonly notices: Notice[];
  /** Every try of every activity, by name. */
  readonly tries: string[];
  /** What the assessments show from now on, to checks and to watches; an error is thrown. */
  affected: AffectedProducts | Error;
  /** Thrown by the channel while it is set. */
  channelError: Error | undefined;
  /** Hands a vendor's sample to the way in, with these values in place of its own. */
  receive(sample: string, envelope: object, detail: object): Promise<void>;
  /** Lets time pass on the server, a day at a time: what falls due is done before the next day begins. */
  pass(handle: WorkflowHandle, days: number): Promise<void>;
  close(): Promise<void>;
}

/** No assessment has failed. */
export const nothingAffected: Extract<AffectedProducts, { readable: true }> = {
  readable: true,
  options: [],
  total: 0,
  failed: [],
  passed: [],
  missing: [],
  fingerprint: 'nothing failed',
};

const waitAtMostMs = 20_000;

/**
 * Waits, in real time, until something holds.
 * @param told what to say where it never does.
 */
export async function until(holds: () => boolean | Promise<boolean>, told: () => string = () => ''): Promise<void> {
  const endMs = Date.now() + waitAtMostMs;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`What was waited for never held. ${told()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The names of a run's history events, without the words that all of them share. */
export async function history(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const { EventType } = temporal.api.enums.v1;
  return (events ?? []).map(({ eventType }) => (EventType[eventType ?? 0] ?? '').replace('EVENT_TYPE_', ''));
}

/** Activities that the server repeats for as long as the workflow lives. */
const endless: ReadonlySet<string> = new Set(['watchAssessments']);

/** How many endless activities are under way by the history, and that no try of theirs runs. */
async function watches(handle: WorkflowHandle): Promise<{ scheduled: number; trying: boolean }> {
  const { raw } = await handle.describe();
  const pending = (raw.pendingActivities ?? []).filter(({ activityType }) => endless.has(activityType?.name ?? ''));
  return {
    scheduled: pending.length,
    // The server says STARTED of one that waits for its next try too; its times tell.
    trying: pending.some(
      ({ lastStartedTime, lastAttemptCompleteTime: ended }) =>
        !ended || tsToMs(ended) < (optionalTsToMs(lastStartedTime) ?? 0),
    ),
  };
}

/** Waits until every workflow task, and every activity that is not endless, that was begun has ended. */
export async function quiet(handle: WorkflowHandle): Promise<string[]> {
  let names: string[] = [];
  const count = (...some: string[]): number => names.filter((each) => some.includes(each)).length;
  await until(
    async () => {
      const { scheduled, trying } = await watches(handle);
      names = await history(handle);
      return (
        !trying &&
        count('WORKFLOW_TASK_COMPLETED') > 0 &&
        count('WORKFLOW_TASK_SCHEDULED') ===
          count('WORKFLOW_TASK_COMPLETED', 'WORKFLOW_TASK_FAILED', 'WORKFLOW_TASK_TIMED_OUT') &&
        count('ACTIVITY_TASK_SCHEDULED') - scheduled ===
          count('ACTIVITY_TASK_COMPLETED', 'ACTIVITY_TASK_FAILED', 'ACTIVITY_TASK_TIMED_OUT', 'ACTIVITY_TASK_CANCELED')
      );
    },
    () => names.join(' '),
  );
  return names;
}

/**
 * Ends a run that is still there. One that is terminated while an activity is under way holds the server's clock for
 * good: every later call to skip waits indefinitely.
 */
export async function endRun(handle: WorkflowHandle): Promise<void> {
  const { status } = await handle.describe();
  if (status.name !== 'RUNNING') return;
  await quiet(handle);
  await handle.terminate('the test is over');
}

/** The actions that a stretch of history stands for, where every activity was tried once. */
export function actions(names: readonly string[]): number {
  const counted = new Set([
    'WORKFLOW_EXECUTION_SIGNALED',
    'TIMER_STARTED',
    'ACTIVITY_TASK_SCHEDULED',
    'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
  ]);
  return names.filter((name) => counted.has(name)).length;
}

function sampleEvent(name: string): { detail: object } {
  return JSON.parse(readFileSync(new URL(`../../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
}

/** Starts the server and the worker, with the real bundle and the real way in. */
export async function timeSkippingWorld(account: string): Promise<TimeSkippingWorld> {
  const silent = pino({ level: 'silent' });
  installRuntime(silent);
  const environment = await timeSkippingEnvironment(searchAttributeTypes);
  const client = new Client({ connection: environment.connection });
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: {},
  };
  const activities: SecurityActivities & NoticeActivities = {
    planReminders: async (plan) => {
      world.tries.push('planReminders');
      return planReminders(plan);
    },
    affectedProducts: async () => {
      world.tries.push('affectedProducts');
      if (world.affected instanceof Error) throw world.affected;
      return world.affected;
    },
    watchAssessments: async ({ known }) => {
      world.tries.push('watchAssessments');
      const { affected } = world;
      if (!(affected instanceof Error) && affected.fingerprint !== known) return affected;
      throw failure('NotYet', 'nothing new');
    },
    sendNotice: async (notice) => {
      world.tries.push('sendNotice');
      if (world.channelError !== undefined) throw world.channelError;
      world.notices.push(notice);
    },
  };
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    activities: { ...activities },
  });
  const run = worker.run();
  const world: TimeSkippingWorld = {
    environment,
    client,
    notices: [],
    tries: [],
    affected: nothingAffected,
    channelError: undefined,
    async receive(sample, envelope, detail) {
      const event = sampleEvent(sample);
      const bytes = Buffer.from(
        JSON.stringify({ ...event, account, ...envelope, detail: { ...event.detail, ...detail } }),
      );
      const receipt = await receive(client, context, 'eventbridge', bytes);
      expect(receipt).toMatchObject({ outcome: 'delivered' });
    },
    async pass(handle, days) {
      for (let day = 0; day < days; day += 1) {
        await environment.sleep(dayMs);
        await quiet(handle);
      }
    },
    async close() {
      worker.shutdown();
      await run;
      await environment.teardown();
    },
  };
  return world;
}
