import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { RouteContext } from './delivery.ts';
import { startKeeper, type Keeper } from './keeper.ts';
import { keepSchedules } from './schedules.ts';

/** Makes the schedules those of the newest configuration, however often the server refuses. */
export type ScheduleKeeper = Keeper<RouteContext>;

/** Starts a keeper; it waits for its first configuration. */
export function startScheduleKeeper(
  client: Client,
  logger: Pick<Logger, 'info' | 'error'>,
  retry?: { readonly firstMs: number; readonly longestMs: number },
): ScheduleKeeper {
  return startKeeper(async (context, signal) => {
    const { problems } = await keepSchedules(client, context, logger, signal);
    return problems.length === 0;
  }, retry);
}
