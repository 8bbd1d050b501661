import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { RouteContext } from './delivery.ts';
import { keepSchedules } from './schedules.ts';

/** Makes the schedules those of the newest configuration, however often the server refuses. */
export interface ScheduleKeeper {
  /** Takes a configuration that replaces the one before; returns at once. */
  keep(context: RouteContext): void;
  /** Gives up what is not done; resolves once no call is under way. */
  close(): Promise<void>;
}

/** Between two attempts: twice as long each time. */
const retryDefaults = { firstMs: 2_000, longestMs: 5 * 60_000 };

/** Starts a keeper; it waits for its first configuration. */
export function startScheduleKeeper(
  client: Client,
  logger: Pick<Logger, 'info' | 'error'>,
  { firstMs, longestMs } = retryDefaults,
): ScheduleKeeper {
  let wanted: RouteContext | undefined;
  let working: Promise<void> | undefined;
  let wake = (): void => undefined;
  const closing = new AbortController();

  async function wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  async function work(): Promise<void> {
    let attempted: RouteContext | undefined;
    let delayMs = firstMs;
    while (wanted !== undefined) {
      delayMs = wanted === attempted ? Math.min(delayMs * 2, longestMs) : firstMs;
      attempted = wanted;
      const { problems } = await keepSchedules(client, attempted, logger, closing.signal);
      if (wanted !== attempted) continue;
      if (problems.length === 0) wanted = undefined;
      else await wait(delayMs);
    }
    working = undefined;
  }

  return {
    keep(context) {
      wanted = context;
      wake();
      working ??= work();
    },
    async close() {
      wanted = undefined;
      closing.abort();
      wake();
      await working;
    },
  };
}
