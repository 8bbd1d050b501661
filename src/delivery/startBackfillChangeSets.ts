import type { Client } from '@temporalio/client';
import { backfillChangeSetsType, type BackfillChangeSetsInput } from '../workflows/backfillChangeSets/contract.ts';
import { startBackfill, type BackfillStart } from './startBackfill.ts';

/**
 * Starts a backfill of change sets, by the rules of {@link startBackfill}.
 * @param again starts one that has come to its end once more.
 */
export async function startBackfillChangeSets(
  client: Client,
  { workflowId, input, again }: { workflowId: string; input: BackfillChangeSetsInput; again: boolean },
): Promise<BackfillStart> {
  const { account, from, to, dryRun = true } = input;
  const range = `from ${from}${to === undefined ? '' : ` to ${to}`}`;
  return startBackfill(client, {
    type: backfillChangeSetsType,
    workflowId,
    input,
    again,
    summary: `${dryRun ? 'Dry run of a backfill' : 'Backfill'} of change sets of ${account}, ${range}`,
    details:
      'Checks in the listing of an account for change sets that no workflow has, and hands them to workflows of their ' +
      'own; a dry run only counts them. How far it is: the current details.',
  });
}
