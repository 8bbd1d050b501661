import { Context } from '@temporalio/activity';
import type { Caller } from './rateLimiter.ts';

/** The server's default of an activity without a priority. */
const defaultPriority = 3;

/**
 * Gives the try of the activity that is under way: of one priority, those go first that the server handed out first.
 * @returns a function that gives the same object for all calls of one try; it throws where no activity is under way.
 */
export function createCallerOf(): () => Caller {
  const callers = new WeakMap<Context, Caller>();
  return () => {
    const context = Context.current();
    const known = callers.get(context);
    if (known !== undefined) return known;
    const { priority, currentAttemptScheduledTimestampMs, startToCloseTimeoutMs } = context.info;
    const caller: Caller = {
      priority: priority?.priorityKey ?? defaultPriority,
      sinceMs: currentAttemptScheduledTimestampMs,
      endsMs: performance.now() + startToCloseTimeoutMs,
    };
    callers.set(context, caller);
    return caller;
  };
}
