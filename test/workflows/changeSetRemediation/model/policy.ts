import type { ChangeSetPolicy } from '../../../../src/workflows/changeSetRemediation/policyValues.ts';
import { automaticLimit } from './truth.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The first reminder of a question falls then, and only that one within a run. */
export const remindAfterMs = dayMs;

/** Longer than any wait of the model is usual: an update of a product takes hours. */
export const longWaitMs = 7 * 60 * minuteMs;

/** Values by which nothing but the order decides: no failure is too old, no deadline near. */
export const policy: ChangeSetPolicy = {
  retryBackOffMs: Array.from({ length: automaticLimit }, () => minuteMs),
  freshForMs: 1_000 * dayMs,
  protectedClasses: ['withdraw'],
  pollFirstMs: minuteMs,
  pollLongestMs: minuteMs,
  outcomeWithinMs: dayMs,
  submitRetryFirstMs: minuteMs,
  spreadingRepeatMs: minuteMs,
  blockerPollMs: minuteMs,
  blockerWithinMs: dayMs,
  remindAfterMs: [remindAfterMs],
  expireAfterMs: 1_000 * dayMs,
  watchEveryMs: minuteMs,
  submitWithinMs: dayMs,
};
