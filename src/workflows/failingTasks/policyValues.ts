import { members, milliseconds } from '../shared/shapes.ts';

/** The values by which failing workflow tasks are checked again. */
export interface FailingTasksPolicy {
  /** Between two checks whether the tasks still fail, in milliseconds. */
  readonly checkEveryMs: number;
}

/** As histories have it. */
export const failingTasksPolicy = members<FailingTasksPolicy>({ checkEveryMs: milliseconds });
