import { createHash } from 'node:crypto';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Logger } from 'pino';
import type { RouteContext } from './delivery.ts';
import { reconcileDefaults } from '../workflows/reconcileChangeSets/defaults.ts';
import {
  reconcilePrefix,
  reconcileScheduleId,
  reconcileChangeSetsType,
  type ReconcileInput,
  type ReconcileStateName,
} from '../workflows/reconcileChangeSets/contract.ts';
import { instant } from '../workflows/shared/reminders.ts';
import { searchAttributePairs } from '../workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What became of the schedules, by account. */
export interface KeptSchedules {
  readonly made: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  /** One sentence for each that the server did not take: it needs another attempt. */
  readonly problems: readonly string[];
}

type Kept = 'made' | 'updated' | 'deleted' | 'asItWas';
type Template = Pick<ScheduleOptions, 'spec' | 'policies' | 'action'>;

/** One call of the server's, at most; in milliseconds. */
const callWithinMs = 10_000;
const secondMs = 1_000;
/**
 * The server makes up for no run that fell due before that: one run checks all of that time. The server takes no less than
 * ten seconds.
 */
const shortestCatchUpMs = 60_000;

/** Spreads the accounts over the interval: many of them would call at once else. Whole seconds, in milliseconds. */
function offsetMs(account: string, everyMs: number): number {
  const number = createHash('sha256').update(account).digest().readUIntBE(0, 6);
  return (number % (everyMs / secondMs)) * secondMs;
}

function inputOf(account: string, since: string, { accounts, policies }: RouteContext): ReconcileInput {
  const { everyMs: _, ...policy } = policies.reconcile ?? {};
  const catalogs = accounts[account]?.catalogs ?? [];
  return { version: 1, account, catalogs, since, ...(Object.keys(policy).length === 0 ? {} : { policy }) };
}

/**
 * The schedule of an account. Its first run is when the first event can have been lost: the time that an event may take
 * after the moment from which on is checked.
 */
function templateOf(account: string, since: string, context: RouteContext): Template {
  const { everyMs, settlingMs } = { ...reconcileDefaults, ...context.policies.reconcile };
  return {
    spec: {
      intervals: [{ every: everyMs, offset: offsetMs(account, everyMs) }],
      startAt: new Date(Date.parse(since) + settlingMs),
    },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: Math.max(everyMs, shortestCatchUpMs),
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: reconcileChangeSetsType,
      workflowId: reconcileScheduleId(account),
      taskQueue: stewardTaskQueue,
      args: [inputOf(account, since, context)],
      typedSearchAttributes: searchAttributePairs({
        state: 'checking' satisfies ReconcileStateName,
        account,
        attention: false,
      }),
      staticSummary: `Events of account ${account} that never arrived`,
    },
  };
}

/** All that a schedule is compared by: what the server adds of its own is left out. */
function comparable({ spec, policies, action }: Template): string {
  const { taskQueue, workflowId, workflowType, args } = action;
  const { catchupWindow, overlap, pauseOnFailure } = policies ?? {};
  const intervals = spec.intervals?.map(({ every, offset }) => [every, offset ?? 0]);
  const others = (spec.calendars?.length ?? 0) + (spec.cronExpressions?.length ?? 0) + (spec.skip?.length ?? 0);
  const times = [intervals, others, spec.startAt?.getTime(), catchupWindow, overlap, pauseOnFailure];
  return JSON.stringify([...times, taskQueue, workflowId, workflowType, args]);
}

/** From when on the existing schedule checks; since it was created where somebody made the input unreadable. */
function sinceOf({ action, info }: ScheduleDescription): string {
  const [input] = action.args ?? [];
  const since = typeof input === 'object' && input !== null && 'since' in input ? instant(input.since) : undefined;
  return since ?? info.createdAt.toISOString();
}

async function keepOne(client: Client, account: string, context: RouteContext): Promise<Kept> {
  const scheduleId = reconcileScheduleId(account);
  const since = new Date(Math.floor(Date.now() / secondMs) * secondMs).toISOString();
  try {
    const memo = { about: 'marketplace-steward makes it from its configuration. To pause it, pause it here.' };
    await client.schedule.create({ scheduleId, memo, ...templateOf(account, since, context) });
    return 'made';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(scheduleId);
  const found = await handle.describe();
  const wanted = templateOf(account, sinceOf(found), context);
  if (comparable(found) === comparable(wanted)) return 'asItWas';
  // Pause, note and remaining actions are the operators': they stay as they are.
  await handle.update(({ state, typedSearchAttributes }) => ({ ...wanted, state, typedSearchAttributes }));
  return 'updated';
}

/** Schedules of ours whose accounts are gone. The list may be some seconds behind: the next check sees the rest. */
async function orphans(client: Client, { accounts }: RouteContext): Promise<string[]> {
  const gone: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    const account = scheduleId.startsWith(reconcilePrefix) ? scheduleId.slice(reconcilePrefix.length) : '';
    const isOurs = /^[0-9]{12}$/.test(account) && action?.workflowType === reconcileChangeSetsType;
    if (isOurs && !Object.hasOwn(accounts, account)) gone.push(account);
  }
  return gone;
}

async function deleteOne(client: Client, account: string): Promise<Kept> {
  const handle = client.schedule.getHandle(reconcileScheduleId(account));
  try {
    if ((await handle.describe()).action.taskQueue !== stewardTaskQueue) return 'asItWas';
    await handle.delete();
    return 'deleted';
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'asItWas';
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Makes the schedules of a namespace those of the configuration: one for each account, by which `reconcileChangeSets`
 * runs. What differs is updated; whether it is paused, its note, and since when it checks, stay. Those of accounts that
 * are gone are deleted: one namespace is one steward's. Any number of processes may do this at once.
 * @param signal once it is aborted, the call that is under way is given up, and none follows.
 * @returns what was done; never throws for what the server answers.
 */
export async function keepSchedules(
  client: Client,
  context: RouteContext,
  logger: Pick<Logger, 'info' | 'error'>,
  signal: AbortSignal,
): Promise<KeptSchedules> {
  const kept: Record<Kept, string[]> = { made: [], updated: [], deleted: [], asItWas: [] };
  const problems: string[] = [];
  async function attempt(what: string, act: () => Promise<void>): Promise<void> {
    if (signal.aborted) return;
    try {
      await client.withAbortSignal(signal, () => client.withDeadline(Date.now() + callWithinMs, act));
    } catch (error) {
      if (!signal.aborted) problems.push(`${what}: ${reasonOf(error)}`);
    }
  }
  for (const account of Object.keys(context.accounts)) {
    await attempt(reconcileScheduleId(account), async () => {
      kept[await keepOne(client, account, context)].push(account);
    });
  }
  await attempt('the list of schedules', async () => {
    for (const account of await orphans(client, context)) kept[await deleteOne(client, account)].push(account);
  });
  const { made, updated, deleted } = kept;
  if (made.length + updated.length + deleted.length > 0) {
    logger.info({ made, updated, deleted }, 'the schedules follow the accounts');
  }
  if (problems.length > 0)
    logger.error({ problems }, 'the server did not take all schedules; they are attempted again');
  return { made, updated, deleted, problems };
}
