import type { PolicyOf } from '../shared/contract.ts';
import { minuteMs } from '../shared/durations.ts';

/** The values by which failing workflow tasks are checked again. Configuration replaces them for new runs only. */
export const failingTasksDefaults = {
  /** Between two checks whether the tasks still fail, in milliseconds. */
  checkEveryMs: 5 * minuteMs,
};

/** The values by which failing workflow tasks are checked again. */
export type FailingTasksPolicy = PolicyOf<typeof failingTasksDefaults>;
