import { Context } from '@temporalio/activity';
import type { FailingType } from '../workflows/accountHealth/contract.ts';

/** Knows since when the calls of each activity have failed. */
export interface FailingCalls {
  /**
   * Takes a failed call.
   * @param afterMs how long it may fail unreported, in milliseconds.
   * @returns since when it has failed so, in milliseconds since the epoch, where that is as long; else undefined.
   */
  failed(operation: string, type: FailingType, afterMs: number): number | undefined;
  /** Takes a call that the vendor has answered, whatever it said. */
  answered(operation: string): void;
}

/** Activities that the server repeats although their calls are answered: what they wait for has not come yet. */
const polls: ReadonlySet<string> = new Set([
  'awaitOutcome',
  'awaitEnd',
  'watchElsewhere',
  'watchAssessments',
  'awaitProduct',
]);

/**
 * With so many attempts every interval between them has been repeated a few times: an activity that was scheduled long ago
 * has failed since, and not only waited for a worker.
 */
const fewAttempts = 4;
/** Calls that are remembered; the oldest are forgotten beyond that, and count from their next failure. */
const mostRemembered = 10_000;

interface Failing {
  readonly type: FailingType;
  readonly sinceMs: number;
}

/**
 * Makes a memory of failing calls. An activity that is no poll has failed since it was scheduled, whatever process made its
 * attempts. A poll has failed since the first attempt in a row that this process has seen fail in the same way. All times
 * are the server's, as the attempt has them.
 */
export function createFailingCalls(): FailingCalls {
  const remembered = new Map<string, Failing>();
  return {
    failed(operation, type, afterMs) {
      const attempt = currentAttempt();
      if (attempt === undefined) return undefined;
      const key = `${attempt.key} ${operation}`;
      const before = remembered.get(key);
      const seenMs = before?.type === type ? before.sinceMs : attempt.atMs;
      remembered.delete(key);
      remembered.set(key, { type, sinceMs: seenMs });
      const [oldest] = remembered.keys();
      if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
      const sinceMs = attempt.hasOnlyFailed ? Math.min(seenMs, attempt.scheduledMs) : seenMs;
      return attempt.atMs - sinceMs >= afterMs ? sinceMs : undefined;
    },
    answered(operation) {
      if (remembered.size === 0) return;
      const attempt = currentAttempt();
      if (attempt !== undefined) remembered.delete(`${attempt.key} ${operation}`);
    },
  };
}

/** The activity attempt that calls; undefined outside of one. */
function currentAttempt() {
  const context = contextOrNothing();
  if (context === undefined) return undefined;
  const { workflowExecution, activityId, activityType, attempt } = context.info;
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs: atMs } = context.info;
  return {
    key: `${workflowExecution?.runId ?? ''} ${activityId}`,
    atMs,
    scheduledMs: scheduledTimestampMs,
    hasOnlyFailed: attempt > fewAttempts && !polls.has(activityType),
  };
}

/** The context of the attempt that runs; undefined outside of one. */
export function contextOrNothing(): Context | undefined {
  try {
    return Context.current();
  } catch {
    return undefined;
  }
}
