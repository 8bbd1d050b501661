import { Context } from '@temporalio/activity';
import { failureTypeOf, isFinal } from '../../failures.ts';
import { isAlarmType } from '../../workflows/accountHealth/checks.ts';
import type { Reporting, WaitLasts } from '../../workflows/changeSetRemediation/contract.ts';

/** In characters, as it enters the history. */
const longestReason = 300;

/**
 * Ends a wait that lasts, in place of another retry of the server's: what would be repeated becomes a finding once the
 * attempt was begun at `reportAtMs` or later. Both times are the server's, whatever the worker's clock says.
 * @returns what the work returns, or why it is still waited for.
 * @throws what the work throws: before that time, where the server repeats nothing, and where the call itself fails.
 */
export async function reportingWait<Found>(
  { reportAtMs }: Reporting,
  work: () => Promise<Found>,
): Promise<Found | WaitLasts> {
  try {
    return await work();
  } catch (error) {
    if (reportAtMs === undefined || !(error instanceof Error)) throw error;
    const type = failureTypeOf(error);
    if (type === undefined || isFinal(error)) throw error;
    // One alarm of the account reports these, however many lineages wait for such a call.
    if (isAlarmType(type)) throw error;
    if (Context.current().info.currentAttemptScheduledTimestampMs < reportAtMs) throw error;
    return { waitLasts: error.message.slice(0, longestReason) };
  }
}
