import type { ActivityOptions } from '@temporalio/common';
import { minuteMs, secondMs } from './durations.ts';

/** The server repeats a failed attempt after 1 s, then at growing intervals of at most 15 minutes. */
export const retryAtMost15Minutes = {
  initialInterval: secondMs,
  backoffCoefficient: 2,
  maximumInterval: 15 * minuteMs,
} as const satisfies ActivityOptions['retry'];

/** One attempt has a minute; the server repeats it until it works. Add `scheduleToCloseTimeout` for a deadline. */
export const untilItWorks = {
  startToCloseTimeout: minuteMs,
  retry: retryAtMost15Minutes,
} as const satisfies ActivityOptions;
