import { setTimeout as wait } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import type { QueueConfiguration } from '../config/queues.ts';
import type { DeadLettersCounted, WatchedQueue } from '../workflows/deadLetterQueue/contract.ts';
import { countsOf, inspectQueue, type DeadLetterQueue, type QueueCounts } from './deadLetters.ts';
import { errorName } from './errors.ts';

/** Brings a count to the alarm. @returns whether it has it. */
export type ReportDeadLetters = (queue: WatchedQueue, counted: DeadLettersCounted) => Promise<boolean>;

/** A dead-letter queue that is counted. */
export interface DeadLetterWatch {
  /** Messages at the newest count; undefined where there is no such queue, or no count yet. */
  readonly count: () => number | undefined;
  /** Messages in the queue itself, at the newest count; undefined before it. */
  readonly depth: () => QueueCounts | undefined;
  /** Resolves once no call is under way. */
  readonly close: () => Promise<void>;
}

/** What it works with. */
export interface WatchOptions {
  readonly client: SQSClient;
  readonly queue: QueueConfiguration;
  readonly report: ReportDeadLetters;
  readonly logger: Logger;
  readonly everyMs?: number;
}

const everyDefaultMs = 60_000;
/** Between two reports of another number, in milliseconds: each costs an action. */
const reportEveryMs = 15 * 60_000;
/** Counts are approximate: one that passes through zero closes no alarm. */
const emptyCounts = 2;

/**
 * Whether a count is to be reported: the first, of messages or of none (an earlier process may have opened the alarm); one of
 * another number after a while; and that none is there, once it was counted twice.
 */
export function createReportRule(): (
  count: number,
  nowMs: number,
) => { readonly isDue: boolean; readonly done: () => void } {
  let reported: { readonly count: number; readonly atMs: number } | undefined;
  let empty = 0;
  return (count, nowMs) => {
    empty = count === 0 ? empty + 1 : 0;
    const isFirst = reported === undefined || (reported.count === 0 && count > 0);
    const isOther = reported !== undefined && reported.count !== count && nowMs - reported.atMs >= reportEveryMs;
    const isDue = count === 0 ? empty >= emptyCounts && reported?.count !== 0 : isFirst || isOther;
    return { isDue, done: () => void (reported = { count, atMs: nowMs }) };
  };
}

/** Counts the messages of a queue's dead-letter queue, and has the alarm report them. */
export function watchDeadLetters({
  client,
  queue,
  report,
  logger,
  everyMs = everyDefaultMs,
}: WatchOptions): DeadLetterWatch {
  const ending = new AbortController();
  const rule = createReportRule();
  let found: DeadLetterQueue | undefined;
  let count: number | undefined;
  let depth: QueueCounts | undefined;
  let error: string | undefined;

  async function check(): Promise<void> {
    // Somebody may add one, or name another.
    const inspected = await inspectQueue(client, queue);
    depth = inspected.counts;
    found = inspected.deadLetterQueue;
    if (found === undefined) {
      count = undefined;
      return;
    }
    const { visible, others } = await countsOf(client, found.url);
    count = visible + others;
    const due = rule(count, performance.now());
    if (!due.isDue) return;
    const watched = { region: queue.region, name: found.name, source: queue.name };
    if (!(await report(watched, { count, at: new Date().toISOString() }))) return;
    due.done();
    if (count > 0) logger.warn({ deadLetterQueue: found.name, count }, 'messages are in the dead-letter queue');
  }

  async function watch(): Promise<void> {
    let isFirst = true;
    while (!ending.signal.aborted) {
      try {
        await check();
        error = undefined;
        if (isFirst && found === undefined) logger.warn({}, 'the queue names no dead-letter queue: add one');
        isFirst = false;
      } catch (problem) {
        const name = errorName(problem);
        // Most often the permission lacks: sqs:GetQueueAttributes on both queues.
        if (name !== error) logger.warn({ error: name }, 'failed to count the messages of the dead-letter queue');
        error = name;
      }
      await wait(everyMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
    }
  }

  const watching = watch();
  return {
    count: () => count,
    depth: () => depth,
    async close() {
      ending.abort();
      await watching;
    },
  };
}
