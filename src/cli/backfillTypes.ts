import { backfillChangeSetsType } from '../workflows/backfillChangeSets/messages.ts';
import { backfillItemsType } from '../workflows/backfillItems/messages.ts';

/** The workflow types that take pause, resume and stop. */
export const backfillTypes: readonly string[] = [backfillItemsType, backfillChangeSetsType];
