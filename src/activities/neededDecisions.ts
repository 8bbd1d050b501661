import { metricMeter } from '@temporalio/activity';
import type { Logger } from 'pino';

/**
 * Makes the report of how many workflows need a decision, for an activity that runs regularly anyway. A worker that did not
 * run it keeps its last count: the time of the count says which is the newest. It never throws.
 * @param count asks the server.
 */
export function createNeededDecisionsReport(
  count: () => Promise<number>,
  logger: Pick<Logger, 'error'>,
): () => Promise<void> {
  return async () => {
    try {
      const found = await count();
      metricMeter.createGauge('steward_needs_decision').set(found);
      metricMeter.createGauge('steward_needs_decision_counted_at').set(Math.floor(Date.now() / 1_000));
    } catch (error) {
      logger.error({ err: error }, 'failed to count what needs a decision; the next run counts again');
    }
  };
}
