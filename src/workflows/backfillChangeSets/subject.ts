import { stateName } from '../shared/backfills.ts';
import { subjectOf } from '../shared/subjects.ts';
import type { BackfillPlan } from './contract.ts';
import type { Backfill } from './state.ts';

/** The subject of a backfill: `Backfill of account 111122223333: delivering`. */
export function backfillSubject(
  backfill: Backfill,
  { account, dryRun }: Pick<BackfillPlan, 'account' | 'dryRun'>,
): string {
  return subjectOf([`${dryRun ? 'Dry run of a backfill' : 'Backfill'} of account ${account}`], stateName(backfill));
}
