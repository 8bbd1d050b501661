import { createHash } from 'node:crypto';
import { defined } from '../defined.ts';
import { backfillLimits } from '../workflows/backfillItems/input.ts';
import { backfillItemsWorkflowId, type BackfillItemsInput } from '../workflows/backfillItems/contract.ts';
import { itemWorkflowId, type ItemReference } from '../workflows/itemBuyability/contract.ts';

/** One workflow of a backfill. */
export interface BackfillPart {
  readonly workflowId: string;
  readonly input: BackfillItemsInput & { readonly ratePerSecond: number };
}

/**
 * Splits a list into as many workflows as it takes; they go at the same time and share the rate. The ids come from the
 * list alone, so that the same list is the same backfill.
 */
export function partsOf(
  items: readonly ItemReference[],
  ratePerSecond: number,
  limits: Readonly<Record<'items' | 'characters', number>> = backfillLimits,
): readonly BackfillPart[] {
  const merchants = new Set(items.map(({ businessProductId }) => businessProductId));
  const [merchant] = merchants.size === 1 ? merchants : [];
  const entries = items.map((item) => (merchant === undefined ? item : item.itemId));
  const lists = split(entries, limits);
  const name = digestOf(items);
  return lists.map((list, index) => ({
    workflowId: backfillItemsWorkflowId(name, lists.length === 1 ? undefined : index + 1),
    input: {
      version: 1,
      ...defined({ businessProductId: merchant }),
      items: list,
      ratePerSecond: ratePerSecond / lists.length,
    },
  }));
}

function digestOf(items: readonly ItemReference[]): string {
  const ids = items.map(({ businessProductId, itemId }) => itemWorkflowId(businessProductId, itemId));
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16);
}

function split<Entry>(entries: readonly Entry[], limits: { items: number; characters: number }): readonly Entry[][] {
  const lists: Entry[][] = [];
  const brackets = 2;
  let characters = brackets;
  for (const entry of entries) {
    const more = JSON.stringify(entry).length + 1;
    const list = lists.at(-1);
    if (list === undefined || list.length === limits.items || characters + more > limits.characters) {
      lists.push([entry]);
      characters = brackets + more;
    } else {
      list.push(entry);
      characters += more;
    }
  }
  return lists;
}
