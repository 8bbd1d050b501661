import type { ChangeSetsProgress } from '../../src/cli/changeSetsTexts.ts';

/** The status of a backfill of change sets that has found nothing yet, with some values in place of its own. */
export function changeSets(change: Partial<ChangeSetsProgress> = {}): ChangeSetsProgress {
  return {
    state: 'delivering',
    dryRun: false,
    act: 'propose',
    account: '111122223333',
    catalog: 'AWSMarketplace',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-15T00:00:00.000Z',
    statuses: ['FAILED'],
    found: 0,
    known: 0,
    started: 0,
    failed: 0,
    left: 0,
    ...change,
  };
}
