import type { Client } from '@temporalio/client';
import { backfillItemsType, type BackfillItemsInput } from '../workflows/backfillItems/contract.ts';
import { startBackfill, type BackfillStart } from './startBackfill.ts';

/**
 * Starts a backfill of items, by the rules of {@link startBackfill}.
 * @param again starts one that has come to its end once more.
 */
export async function startBackfillItems(
  client: Client,
  { workflowId, input, again }: { workflowId: string; input: BackfillItemsInput; again: boolean },
): Promise<BackfillStart> {
  const { businessProductId: merchant, items } = input;
  return startBackfill(client, {
    type: backfillItemsType,
    workflowId,
    input,
    again,
    summary: `Backfill of ${items.length} items${merchant === undefined ? '' : ` of merchant ${merchant}`}`,
    details: 'Has each item of a list asked for again by its own workflow. How far it is: the current details.',
  });
}
