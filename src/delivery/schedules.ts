import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { RouteContext } from './delivery.ts';
import { scheduledAccounts } from './reconciliation.ts';
import { scheduleAttempts } from './scheduleAttempts.ts';
import { updateSchedule } from './scheduleUpdate.ts';
import { configuredPolicy } from '../policies/configured.ts';
import {
  accountCheckId,
  reconcileChangeSetsType,
  reconcilePrefix,
  reconcileScheduleId,
  type AccountPause,
  type ReconciledAccount,
  type ReconcileRoundInput,
} from '../workflows/reconcileChangeSets/contract.ts';
import { instant } from '../workflows/shared/reminders.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What became of the schedule. */
export interface KeptSchedules {
  readonly schedule: 'made' | 'updated' | 'asItWas';
  /** Accounts whose schedules of their own, from before there was one for all, were deleted. */
  readonly deleted: readonly string[];
  /** One sentence for each thing that the server did not take: it needs another attempt. */
  readonly problems: readonly string[];
}

type Template = Pick<ScheduleOptions, 'spec' | 'policies' | 'action'>;
/** What is kept of an account, whatever the configuration says. */
type Remembered = Pick<ReconciledAccount, 'since' | 'paused'>;

const secondMs = 1_000;
/**
 * The server makes up for no round that fell due before that: one round checks all of that time. The server takes no less than
 * ten seconds.
 */
const shortestCatchUpMs = 60_000;
const sellersCatalog = 'AWSMarketplace';

function nowInSeconds(): string {
  return new Date(Math.floor(Date.now() / secondMs) * secondMs).toISOString();
}

function accountsOf(
  { accounts }: RouteContext,
  remembered: ReadonlyMap<string, Remembered>,
): readonly ReconciledAccount[] {
  return Object.entries(accounts)
    .toSorted(([one], [other]) => Number(one > other) - Number(one < other))
    .map(([account, { catalogs }]) => {
      const { since = nowInSeconds(), paused } = remembered.get(account) ?? {};
      const isUsual = catalogs.length === 1 && catalogs[0] === sellersCatalog;
      return { account, ...(isUsual ? {} : { catalogs }), since, ...defined({ paused }) };
    });
}

function templateOf(accounts: readonly ReconciledAccount[], context: RouteContext): Template {
  const policy = configuredPolicy('reconcileChangeSets', context);
  const { everyMs } = policy;
  const input: ReconcileRoundInput = { version: 1, accounts, policy };
  return {
    spec: { intervals: [{ every: everyMs }] },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: Math.max(everyMs, shortestCatchUpMs),
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: reconcileChangeSetsType,
      workflowId: reconcileScheduleId,
      taskQueue: stewardTaskQueue,
      args: [input],
      staticSummary: 'Events that never arrived, of all accounts',
    },
  };
}

/** All that a schedule is compared by: what the server adds of its own is left out. */
function comparable({ spec, policies, action }: Template): string {
  const { taskQueue, workflowId, workflowType, args } = action;
  const { catchupWindow, overlap, pauseOnFailure } = policies ?? {};
  const intervals = spec.intervals?.map(({ every, offset }) => [every, offset ?? 0]);
  const others = (spec.calendars?.length ?? 0) + (spec.cronExpressions?.length ?? 0) + (spec.skip?.length ?? 0);
  const times = [intervals, others, catchupWindow, overlap, pauseOnFailure];
  return JSON.stringify([...times, taskQueue, workflowId, workflowType, args]);
}

/** Of an account's own schedule from before: since when it checked, and its pause. */
function rememberedOf({ action, info, state }: ScheduleDescription): Remembered {
  const [input] = action.args ?? [];
  const since = typeof input === 'object' && input !== null && 'since' in input ? instant(input.since) : undefined;
  const paused: AccountPause | undefined = state.paused
    ? {
        actor: 'the schedule before',
        reason: state.note ?? 'paused in the Web UI',
        at: (info.lastUpdatedAt ?? info.createdAt).toISOString(),
      }
    : undefined;
  return { since: since ?? info.createdAt.toISOString(), ...defined({ paused }) };
}

/** The accounts that have a schedule of their own, from before there was one for all. The list may be some seconds behind. */
async function earlier(client: Client): Promise<ReadonlyMap<string, Remembered>> {
  const found = new Map<string, Remembered>();
  for await (const { scheduleId, action } of client.schedule.list()) {
    const account = scheduleId.startsWith(reconcilePrefix) ? scheduleId.slice(reconcilePrefix.length) : '';
    if (!/^[0-9]{12}$/.test(account) || action?.workflowType !== reconcileChangeSetsType) continue;
    try {
      const description = await client.schedule.getHandle(scheduleId).describe();
      if (description.action.taskQueue === stewardTaskQueue) found.set(account, rememberedOf(description));
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
  return found;
}

/** Makes the schedule, or changes it where it differs. Pauses, notes and the beginnings of accounts stay as they are. */
async function keepOne(
  client: Client,
  context: RouteContext,
  before: ReadonlyMap<string, Remembered>,
): Promise<KeptSchedules['schedule']> {
  try {
    const memo = {
      about: 'marketplace-steward makes it from its configuration. To pause all accounts, pause it here.',
    };
    const template = templateOf(accountsOf(context, before), context);
    await client.schedule.create({ scheduleId: reconcileScheduleId, memo, ...template });
    return 'made';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const isChanged = await updateSchedule(client, reconcileScheduleId, (found) => {
    const known = scheduledAccounts(found).map((one): [string, Remembered] => [one.account, one]);
    const wanted = templateOf(accountsOf(context, new Map([...before, ...known])), context);
    return comparable(found) === comparable(wanted) ? undefined : { ...wanted, state: found.state };
  });
  return isChanged ? 'updated' : 'asItWas';
}

/**
 * Makes the schedule of a namespace that of the configuration: one for all accounts, by which `reconcileChangeSets` runs.
 * What differs is updated; whether it is paused, its note, the pauses of accounts, and since when each is checked, stay.
 * Schedules of single accounts from before are deleted once the one has taken over their pauses and beginnings: one namespace
 * is one steward's. Any number of processes may do this at once.
 * @param signal once it is aborted, the call that is under way is given up, and none follows.
 * @returns what was done; never throws for what the server answers.
 */
export async function keepSchedules(
  client: Client,
  context: RouteContext,
  logger: Pick<Logger, 'info' | 'error'>,
  signal: AbortSignal,
): Promise<KeptSchedules> {
  const { problems, attempt } = scheduleAttempts(client, signal);
  const before = await attempt('the list of schedules', () => earlier(client));
  // Without it a pause would be forgotten.
  const schedule =
    before === undefined ? undefined : await attempt(reconcileScheduleId, () => keepOne(client, context, before));
  const deleted: string[] = [];
  for (const account of schedule === undefined ? [] : (before?.keys() ?? [])) {
    await attempt(accountCheckId(account), async () => {
      await client.schedule.getHandle(accountCheckId(account)).delete();
      deleted.push(account);
    });
  }
  if ((schedule !== undefined && schedule !== 'asItWas') || deleted.length > 0) {
    logger.info({ schedule, deleted }, 'the schedule follows the accounts');
  }
  if (problems.length > 0)
    logger.error({ problems }, 'the server did not take all of the schedule; it is attempted again');
  return { schedule: schedule ?? 'asItWas', deleted, problems };
}
