import { backfillShapes } from '../shared/backfills.ts';
import { carriedReader } from '../shared/carried.ts';
import { list, members, number, optional, text } from '../shared/shapes.ts';
import type { FailedItem } from './contract.ts';
import type { Backfill } from './state.ts';

/** Reads what a run before has carried. */
export const readBackfill = carriedReader<Backfill>(
  'backfillItems',
  1,
  members<Backfill>({
    ...backfillShapes,
    failures: list(members<FailedItem>({ businessProductId: text, itemId: text, reason: text })),
    total: number,
    duplicates: number,
    retrying: optional(list(number)),
    done: number,
    undelivered: list(number),
    delivered: number,
    alreadyOpen: number,
  }),
);
