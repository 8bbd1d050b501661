import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import {
  morningDigestId,
  morningDigestPrefix,
  morningDigestType,
  type AskingRoute,
  type MorningDigestInput,
  type MorningTime,
} from '../workflows/morningDigest/contract.ts';
import { plain } from '../workflows/shared/markdown.ts';
import { hourMs, minuteMs } from '../workflows/shared/durations.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { startKeeper, type Keeper } from './keeper.ts';
import { fitSummary } from './routing/text.ts';
import { scheduleAttempts } from './scheduleAttempts.ts';
import { updateSchedule } from './scheduleUpdate.ts';

/** What became of the schedules, by id. */
export interface KeptMornings {
  readonly made: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  /** One sentence for each thing that the server did not take: it needs another attempt. */
  readonly problems: readonly string[];
}

type Template = Pick<ScheduleOptions, 'spec' | 'policies' | 'action'>;

/** A digest that begins later says so: until then nobody waits for it. */
const lateAfterMs = 15 * minuteMs;
/** By then the day is over for those who read it in the morning. */
const skipAfterMs = 6 * hourMs;

const memo = {
  about: 'marketplace-steward makes it from notices.routes of its configuration, and deletes it with the option there.',
};

function templateOf(digestId: string, { channels, accounts }: AskingRoute, { at, timeZone }: MorningTime): Template {
  const [hour, minute] = at.split(':').map(Number);
  const about = defined({ accounts: accounts === undefined ? undefined : [...new Set(accounts)].toSorted() });
  const input: MorningDigestInput = { version: 1, digestId, ...about, at, timeZone, lateAfterMs, skipAfterMs };
  return {
    spec: {
      calendars: [{ ...defined({ hour, minute }) }],
      // As the database spells it: the server reads names to the letter.
      timezone: new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone,
    },
    policies: {
      // After days without a worker the old ones end at once, and today's still comes.
      overlap: ScheduleOverlapPolicy.BUFFER_ALL,
      catchupWindow: skipAfterMs,
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: morningDigestType,
      workflowId: digestId,
      taskQueue: stewardTaskQueue,
      args: [input],
      staticSummary: fitSummary(`Morning digest through ${channels.map((name) => plain(name)).join(', ')}`),
    },
  };
}

/** All that a schedule is compared by: what the server adds of its own is left out. */
function comparable({ spec, policies, action }: Template): string {
  const { taskQueue, workflowId, workflowType, args } = action;
  const { catchupWindow, overlap, pauseOnFailure } = policies ?? {};
  const times = JSON.stringify(spec.calendars?.map(({ hour, minute }) => [firstOf(hour), firstOf(minute)]));
  const others = (spec.intervals?.length ?? 0) + (spec.cronExpressions?.length ?? 0) + (spec.skip?.length ?? 0);
  const when = [times, others, spec.timezone, catchupWindow, overlap, pauseOnFailure];
  return JSON.stringify([...when, taskQueue, workflowId, workflowType, args]);
}

/** An hour or a minute as it is given, or as the server describes it: a list of ranges. */
function firstOf(range: unknown): unknown {
  const [first, ...others] = Array.isArray(range) ? (range as readonly unknown[]) : [range];
  if (typeof first !== 'object' || first === null) return first;
  const { start, end } = first as { readonly start?: number; readonly end?: number };
  return others.length === 0 && start === end ? start : range;
}

async function keepOne(
  client: Client,
  scheduleId: string,
  template: Template,
): Promise<'made' | 'updated' | 'asItWas'> {
  try {
    await client.schedule.create({ scheduleId, memo, ...template });
    return 'made';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const wanted = comparable(template);
  const isChanged = await updateSchedule(client, scheduleId, (found) =>
    comparable(found) === wanted ? undefined : { ...template, state: found.state },
  );
  return isChanged ? 'updated' : 'asItWas';
}

/** The schedules of digests that nobody wants any more. The list may be some seconds behind. */
async function unwanted(client: Client, wanted: ReadonlyMap<string, unknown>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { scheduleId, action } of client.schedule.list()) {
    if (!scheduleId.startsWith(morningDigestPrefix) || wanted.has(scheduleId)) continue;
    if (action?.workflowType !== morningDigestType) continue;
    try {
      const description = await client.schedule.getHandle(scheduleId).describe();
      if (description.action.taskQueue === stewardTaskQueue) found.push(scheduleId);
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
  return found;
}

/**
 * Makes the schedules of morning digests those of the routes: one for each route that asks, none for any other. Whether one
 * is paused, and its note, stay. Any number of processes may do this at once.
 * @param signal once it is aborted, the call that is under way is given up, and none follows.
 * @returns what was done; never throws for what the server answers.
 */
export async function keepMorningSchedules(
  client: Client,
  routes: readonly AskingRoute[],
  logger: Pick<Logger, 'info' | 'error'>,
  signal: AbortSignal,
): Promise<KeptMornings> {
  const { problems, attempt } = scheduleAttempts(client, signal);
  const wanted = new Map(
    routes.flatMap((route) =>
      route.morningDigest === undefined
        ? []
        : [[morningDigestId(route), { route, time: route.morningDigest }] as const],
    ),
  );
  const done: Record<'made' | 'updated' | 'deleted', string[]> = { made: [], updated: [], deleted: [] };
  for (const [id, { route, time }] of wanted) {
    const became = await attempt(id, () => keepOne(client, id, templateOf(id, route, time)));
    if (became === 'made' || became === 'updated') done[became].push(id);
  }
  for (const id of (await attempt('the list of schedules', () => unwanted(client, wanted))) ?? []) {
    await attempt(id, async () => {
      await client.schedule.getHandle(id).delete();
      done.deleted.push(id);
    });
  }
  if (Object.values(done).some((ids) => ids.length > 0)) logger.info(done, 'the morning digests follow the routes');
  if (problems.length > 0) {
    logger.error({ problems }, 'the server did not take all schedules of morning digests; it is attempted again');
  }
  return { ...done, problems };
}

/** Makes the schedules those of the newest routes, however often the server refuses. */
export type MorningKeeper = Keeper<readonly AskingRoute[]>;

/** Starts a keeper; it waits for its first routes. */
export function startMorningKeeper(client: Client, logger: Pick<Logger, 'info' | 'error'>): MorningKeeper {
  return startKeeper(async (routes, signal) => {
    const { problems } = await keepMorningSchedules(client, routes, logger, signal);
    return problems.length === 0;
  });
}
