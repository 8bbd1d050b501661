import { stateName } from '../shared/backfills.ts';
import { countText, subjectOf } from '../shared/subjects.ts';
import type { Backfill } from './state.ts';

/** The subject of a backfill: `Backfill of 40 items: delivering`. */
export function backfillSubject(backfill: Backfill): string {
  return subjectOf([`Backfill of ${countText(backfill.total, 'item')}`], stateName(backfill));
}
