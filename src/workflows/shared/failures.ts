import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import { isCancellation } from '@temporalio/workflow';
import type { FailureContext, FailureType } from '../../failures.ts';

/** What a workflow makes of an activity's failure. */
export interface ReadFailure {
  /** The vocabulary's name; absent for a deadline that passed. */
  readonly type?: FailureType;
  /** True where the attempts went on until their deadline. */
  readonly deadline: boolean;
  /** What an operator reads, the last attempt's own message included. */
  readonly sentence: string;
}

const longestSentence = 600;

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}

function fieldList(failure: ApplicationFailure): string {
  const context = failure.details?.[0] as FailureContext | undefined;
  const fields = context?.fields ?? [];
  return fields.map(({ field, message }) => ` ${field}: ${message}.`).join('');
}

/**
 * True for what a cancellation has ended before it was done: a timer, an activity between two attempts, and one whose last
 * attempt failed, which the server would have repeated. A refusal for good is an answer.
 */
export function isInterruption(error: unknown): boolean {
  if (isCancellation(error)) return true;
  if (!(error instanceof ActivityFailure) || error.retryState !== 'CANCEL_REQUESTED') return false;
  return !(error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true);
}

/**
 * Reads what an activity ended with. Anything but an activity's failure is thrown on: it is a bug or a cancellation.
 */
export function readFailure(error: unknown): ReadFailure {
  if (!(error instanceof ActivityFailure) || error.cause === undefined) throw error;
  const cause = error.cause;
  if (cause instanceof TimeoutFailure) {
    const last = innermost(cause);
    const attempt = last === cause ? '' : ` The last attempt: ${last.message}`;
    return {
      deadline: true,
      sentence: `The deadline of ${error.activityType} has passed.${attempt}`.slice(0, longestSentence),
    };
  }
  if (!(cause instanceof ApplicationFailure)) throw error;
  const sentence = `${cause.message}${fieldList(cause)}`.slice(0, longestSentence);
  // The worker lets nothing out but the vocabulary and refused inputs, and no branch matches on the name of the latter.
  return { ...(cause.type && { type: cause.type as FailureType }), deadline: !cause.nonRetryable, sentence };
}
