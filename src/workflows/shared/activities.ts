import type { ActivityInterfaceFor, ActivityOptions } from '@temporalio/workflow';
import { proxyActivities } from '@temporalio/workflow';
import { taskQueues } from './taskQueues.ts';

/** Everything about an activity but its queue, which its dependency gives. */
type Options = Omit<ActivityOptions, 'taskQueue'>;

/** Activities that call AWS. */
export function awsActivities<Activities>(options: Options): ActivityInterfaceFor<Activities> {
  return proxyActivities<Activities>({ ...options, taskQueue: taskQueues.aws });
}

/** Activities that call Buy with Prime. */
export function buyWithPrimeActivities<Activities>(options: Options): ActivityInterfaceFor<Activities> {
  return proxyActivities<Activities>({ ...options, taskQueue: taskQueues.buyWithPrime });
}

/** Activities that send notices. */
export function noticeActivities<Activities>(options: Options): ActivityInterfaceFor<Activities> {
  return proxyActivities<Activities>({ ...options, taskQueue: taskQueues.notices });
}

/** Activities that call nothing but Temporal, or nothing at all: they run where the workflows do, and need no secret. */
export function ownActivities<Activities>(options: Options): ActivityInterfaceFor<Activities> {
  return proxyActivities<Activities>({ ...options, taskQueue: taskQueues.workflows });
}
