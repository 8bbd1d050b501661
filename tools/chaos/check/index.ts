import type { WorkflowLine } from '../records.ts';
import { unaccounted } from './acknowledged.ts';
import { appliedTwice, lost } from './commands.ts';
import { overDailyCap } from './dailyCap.ts';
import { early } from './earlyNotices.ts';
import { differ } from './ends.ts';
import { decidedMoreThanOnce } from './repeatedNotices.ts';
import type { RunRecords } from './runRecords.ts';
import { stuckOrFailed } from './stuck.ts';
import { sentMoreThanOnce } from './submits.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/**
 * Counts where the promises did not hold in a run. It knows what senders, vendors, receivers and operators saw, and what
 * Temporal shows of the workflows in the end; of the service's own code it knows nothing. Pure.
 * @param undisturbed the workflows of the run with the same seed and without faults, where there is one.
 */
export function checkRecords(records: RunRecords, undisturbed?: readonly WorkflowLine[]): Verdict {
  return verdictOf({
    acknowledgedEventsUnaccounted: unaccounted(records),
    submissionsSentMoreThanOnce: sentMoreThanOnce(records),
    submissionsOverDailyCap: overDailyCap(records),
    noticesDecidedMoreThanOnce: decidedMoreThanOnce(records),
    noticesEarly: early(records),
    workflowsStuckOrFailed: stuckOrFailed(records),
    endsThatDiffer: differ(records, undisturbed),
    commandsLost: lost(records),
    commandsAppliedTwice: appliedTwice(records),
  });
}
