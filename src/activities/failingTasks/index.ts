import { metricMeter } from '@temporalio/activity';
import type { Logger } from 'pino';
import { failure } from '../../failures.ts';
import type { FailingTasksActivities, FailingTasksFound } from '../../workflows/failingTasks/contract.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import { followed, followedLater } from '../followedPolicy.ts';
import { groupKey } from '../../workflows/failingTasks/state.ts';

/**
 * Makes the activities of the alarm.
 * @param find lists the workflows whose task fails.
 * @param context read at each call, so that the alarm follows the configuration.
 */
export function createFailingTasksActivities(
  find: () => Promise<FailingTasksFound>,
  context: PolicyContext,
): FailingTasksActivities {
  return {
    async watchFailingTasks(known, asking = {}) {
      const found = await find();
      const keys = found.groups.map(groupKey);
      const isNews = keys.some((key) => !known.includes(key));
      const isGone = found.isComplete && known.some((key) => !keys.includes(key));
      if (isNews || isGone || (found.isComplete && keys.length === 0)) {
        return { ...found, ...followed('failingTasks', context, asking) };
      }
      const later = followedLater('failingTasks', context, asking);
      if (later.policy !== undefined) return later;
      throw failure(
        'NotYet',
        `The task of ${found.groups.reduce((sum, { count }) => sum + count, 0)} workflows still fails.`,
      );
    },
  };
}

/**
 * Makes the report of workflows whose task fails, for an activity that runs regularly anyway. It never throws: the activity's
 * own work does not depend on it, and the next run reports again.
 */
export function createFailingTasksReport(
  report: () => Promise<number>,
  logger: Pick<Logger, 'error'>,
): () => Promise<void> {
  return async () => {
    try {
      const count = await report();
      // Begun at zero, so that an alarm on growth sees the first.
      metricMeter.createCounter('steward_failing_tasks').add(count);
      if (count > 0) logger.error({ counter: 'failingTasks', count }, 'workflows stand still: their task fails');
    } catch (error) {
      logger.error({ err: error }, 'failed to check for failing workflow tasks; the next run checks again');
    }
  };
}
