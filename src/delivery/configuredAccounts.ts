import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { reconcileScheduleId } from '../workflows/reconcileChangeSets/contract.ts';
import { scheduledAccounts } from './reconciliation.ts';

/**
 * The AWS accounts that the workers of a namespace have in their configuration, as the schedule of their checks names them.
 * @returns undefined where no worker has made the schedule yet, or it cannot be read here.
 */
export async function configuredAccounts(client: Client): Promise<readonly string[] | undefined> {
  try {
    const found = await client.schedule.getHandle(reconcileScheduleId).describe();
    return scheduledAccounts(found).map(({ account }) => account);
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}
