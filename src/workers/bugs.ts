import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { FailureType } from '../failures.ts';
import { vendorText } from '../workflows/shared/markdown.ts';

/** An error in the code does not pass with time; a worker that is replaced at once may still repair it. */
const mostAttempts = 10;
/** So often in a row one process has to see it: an activity that has polled for days is not ended over one slip. */
const leastInARow = 3;
/** Activities whose bugs are counted; the oldest is forgotten beyond that. */
const mostCounted = 1_000;
/** In characters. */
const longestMessage = 300;

/** Whether Temporal itself failed, or refused: no error of this code, and the attempt is repeated as long as it lasts. */
function isTemporals(error: unknown): boolean {
  return (
    error instanceof TemporalFailure ||
    error instanceof ServiceError ||
    error instanceof NamespaceNotFoundError ||
    isGrpcServiceError(error)
  );
}

/** Where an error came from, without its words: they may hold anything. */
function framesOf(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/**
 * What an attempt that ended with an error of no known type fails with. Its words are cut, and of addresses they keep the
 * host: nobody knows what such an error repeats.
 */
function bugFailure(error: unknown, activity: string, attempt: number, isLast: boolean): ApplicationFailure {
  const name = error instanceof Error ? error.name : typeof error;
  const said = vendorText(`${name}: ${error instanceof Error ? error.message : String(error)}`, longestMessage);
  const failed = ApplicationFailure.create({
    type: 'Bug' satisfies FailureType,
    nonRetryable: isLast,
    message: `${activity} met an error in the code of the service (attempt ${attempt}: ${said}). Report it with the worker's log.`,
  });
  failed.stack = [said, ...framesOf(error)].join('\n');
  return failed;
}

/**
 * Ends an activity whose attempts fail with an error in the code: a bug does not pass with time, and the workflow has to
 * ask an operator rather than wait for days. Failures of the vocabulary, cancellations and failures of Temporal's pass as
 * they are.
 */
export function endBugs(logger: Pick<Logger, 'error'>): ActivityInterceptorsFactory {
  const inARow = new Map<string, number>();
  /** Counts a bug, or forgets those before. */
  function counted(key: string, isBug: boolean): number {
    const count = isBug ? (inARow.get(key) ?? 0) + 1 : 0;
    inARow.delete(key);
    if (!isBug) return count;
    inARow.set(key, count);
    const [oldest] = inARow.keys();
    if (inARow.size > mostCounted && oldest !== undefined) inARow.delete(oldest);
    return count;
  }

  return ({ info, cancellationSignal }) => ({
    inbound: {
      async execute(input, next) {
        const { activityType: activity, attempt, workflowExecution, activityId } = info;
        const key = `${workflowExecution?.runId ?? ''} ${activityId}`;
        try {
          const result = await next(input);
          counted(key, false);
          return result;
        } catch (error) {
          const isBug = !isTemporals(error) && !cancellationSignal.aborted;
          const count = counted(key, isBug);
          if (!isBug) throw error;
          const isLast = attempt >= mostAttempts && count >= leastInARow;
          if (isLast) counted(key, false);
          const bug = bugFailure(error, activity, attempt, isLast);
          logger.error({ activity, attempt, reason: bug.message, frames: framesOf(error) }, 'an activity has a bug');
          throw bug;
        }
      },
    },
  });
}
