import { ScheduleNotFoundError, type Client, type ScheduleDescription } from '@temporalio/client';
import { reconcileScheduleId } from '../workflows/reconcileChangeSets/contract.ts';
import { scheduledAccounts } from './reconciliation.ts';

/**
 * The AWS accounts that the workers of a namespace have in their configuration, as the schedule of their checks names them.
 * @returns undefined where no worker has made the schedule yet, or it cannot be read here.
 */
export async function configuredAccounts(client: Client): Promise<readonly string[] | undefined> {
  let found: ScheduleDescription;
  try {
    found = await client.schedule.getHandle(reconcileScheduleId).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
  try {
    return scheduledAccounts(found).map(({ account }) => account);
  } catch {
    // Encrypted with a key that is not here.
    return undefined;
  }
}
