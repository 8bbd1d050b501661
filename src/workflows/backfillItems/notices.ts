import { endNotice, stateName, type BackfillIdentity } from '../shared/backfills.ts';
import { count, type Sum } from '../shared/digests.ts';
import type { Notice } from '../shared/notices.ts';
import { numbersOf, type Backfill } from './state.ts';

/** The numbers of a backfill as the sum that they are. */
export function sumOf(backfill: Backfill): Sum {
  const { delivered, alreadyOpen, failed, duplicates, left } = numbersOf(backfill);
  return {
    what: 'given',
    parts: [
      { count: delivered, what: `delivered (${count(alreadyOpen)} of them open before)` },
      { count: failed, what: 'failed' },
      { count: duplicates, what: 'given twice' },
      { count: left, what: stateName(backfill) === 'stopped' ? 'not delivered' : 'left' },
    ],
  };
}

/** What is to be done once a backfill has ended. */
export function endStep({ failed }: Backfill): string {
  return failed > 0
    ? 'Fix what the reasons name, then start a backfill of the failed items.'
    : 'Nothing is to be done: the workflow of each item reports what it finds.';
}

/** The one notice of a backfill, at its end. It replaces no other: the workflow of each item sends its own. */
export function itemsDigest(backfill: Backfill, identity: BackfillIdentity): Notice {
  const { failed, failures } = backfill;
  return endNotice(backfill, {
    ...identity,
    what: `${count(backfill.total)} items`,
    warns: failed > 0,
    sum: sumOf(backfill),
    lines: [],
    failed,
    failures: failures.map(({ businessProductId, itemId, reason }) => ({
      id: `${itemId} of ${businessProductId}`,
      reason,
    })),
    decisions: [],
    nextStep: endStep(backfill),
  });
}
