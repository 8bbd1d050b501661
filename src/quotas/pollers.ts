import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { Logger } from 'pino';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import { processClock } from './clock.ts';
import { type ListedPoller, type QuotaShare, QuotaShares } from './quotaShare.ts';

/** Between two checks while calls are made, in milliseconds: two may fail before the share has lapsed. */
const checkEveryMs = 1_500;
/** Between two checks while there is nothing to call: so that the others are known when there is. */
const idleCheckEveryMs = 20_000;
const checkWithinMs = 1_500;
/** A worker polls for the first time a moment after its first check; this many checks without it are worth a line. */
const reportAfter = 5;
const { nowMs } = processClock;
/** TASK_QUEUE_TYPE_ACTIVITY */
const ofActivities = 2;
/** DESCRIBE_TASK_QUEUE_MODE_ENHANCED: the plain mode reports the queue's root partition only. */
const allPartitions = 1;

/** A share that is kept up by checks. */
export interface PolledShare extends QuotaShare {
  /** Checks no more; the share lapses. */
  close(): void;
}

/**
 * The workers that poll for activities, from all partitions of the queue where the server lists them.
 * @throws what the connection throws.
 */
async function listPollers(client: Client, namespace: string): Promise<ListedPoller[]> {
  const { pollers, versionsInfo } = await client.withDeadline(Date.now() + checkWithinMs, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: stewardTaskQueue },
      taskQueueType: ofActivities,
      apiMode: allPartitions,
      taskQueueTypes: [ofActivities],
      reportPollers: true,
    }),
  );
  const everywhere = Object.values(versionsInfo ?? {}).flatMap(({ typesInfo }) =>
    Object.values(typesInfo ?? {}).flatMap((info) => info.pollers ?? []),
  );
  return [...(pollers ?? []), ...everywhere].map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastAccessMs: optionalTsToMs(lastAccessTime) ?? 0,
  }));
}

/**
 * Counts the workers that share the accounts' quotas, by checking who polls: that costs no action and writes no history.
 * @param identity this worker's own, which no other may have.
 */
export function pollShare(
  client: Client,
  namespace: string,
  identity: string,
  logger: Pick<Logger, 'warn'>,
): PolledShare {
  const shares = new QuotaShares(identity);
  const notice = onceEach(logger);
  let changed = (): void => undefined;
  let stopTimer = (): void => undefined;
  let nextCheckMs = Infinity;
  let askedMs = -Infinity;
  let unseen = 0;
  let needed = false;
  let closed = false;

  const checkAt = (atMs: number): void => {
    if (closed) return;
    stopTimer();
    nextCheckMs = atMs;
    stopTimer = processClock.after(atMs - nowMs(), () => void check());
  };
  const check = async (): Promise<void> => {
    needed = false;
    nextCheckMs = -Infinity;
    askedMs = nowMs();
    try {
      const pollers = await listPollers(client, namespace);
      shares.checked({ pollers, askedMs, answeredMs: nowMs() });
      unseen = shares.beginsMs === undefined ? unseen + 1 : 0;
      notice(
        unseen < reportAfter
          ? undefined
          : 'Temporal does not list this worker as a poller: it makes no vendor calls until it is listed',
      );
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      notice(`Temporal does not list the workers: this worker makes no vendor calls meanwhile. ${problem}`);
    }
    if (closed) return;
    changed();
    const soon = needed || shares.beginsMs === undefined;
    checkAt(askedMs + (soon ? checkEveryMs : idleCheckEveryMs));
    if (shares.beginsMs !== undefined && shares.beginsMs > nowMs())
      processClock.after(shares.beginsMs - nowMs(), changed);
  };
  checkAt(0);
  return {
    current: () => (closed ? { fraction: 0, untilMs: 0 } : shares.at(nowMs())),
    need() {
      needed = true;
      // Nothing is planned while a check is under way: what follows it goes by what was needed meanwhile.
      if (nextCheckMs > askedMs + checkEveryMs) checkAt(askedMs + checkEveryMs);
    },
    onChange(callback) {
      changed = callback;
    },
    close() {
      stopTimer();
      closed = true;
    },
  };
}

/** Logs what is new, and nothing twice in a row. */
function onceEach(logger: Pick<Logger, 'warn'>): (problem: string | undefined) => void {
  let last: string | undefined;
  return (problem) => {
    if (problem !== undefined && problem !== last) logger.warn(problem);
    last = problem;
  };
}
