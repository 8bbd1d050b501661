import { backfillChangeSetsType } from '../workflows/backfillChangeSets/contract.ts';
import { backfillItemsType } from '../workflows/backfillItems/contract.ts';

/** The workflow types that take pause, resume and stop. */
export const backfillTypes: readonly string[] = [backfillItemsType, backfillChangeSetsType];
