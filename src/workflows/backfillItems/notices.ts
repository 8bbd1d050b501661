import { count, digestNotice, stateName, type BackfillIdentity } from '../shared/backfills.ts';
import type { Notice } from '../shared/notices.ts';
import { numbersOf, type Backfill } from './state.ts';

/** The numbers as a sum that a reader can check. */
export function sumSentence(backfill: Backfill): string {
  const { given, delivered, alreadyOpen, failed, duplicates, left } = numbersOf(backfill);
  const last = stateName(backfill) === 'stopped' ? 'not delivered' : 'left';
  return (
    `${count(given)} given = ${count(delivered)} delivered (${count(alreadyOpen)} of them open before) + ` +
    `${count(failed)} failed + ${count(duplicates)} given twice + ${count(left)} ${last}.`
  );
}

/** What is to be done once a backfill has ended. */
export function endStep({ failed }: Backfill): string {
  return failed > 0
    ? 'Fix what the reasons name, then start a backfill of the failed items.'
    : 'Nothing is to be done: the workflow of each item reports what it finds.';
}

/** The one notice of a backfill, at its end. */
export function itemsDigest(backfill: Backfill, identity: BackfillIdentity): Notice {
  const { failed, failures } = backfill;
  return digestNotice(backfill, {
    ...identity,
    what: `${count(backfill.total)} items`,
    warns: failed > 0,
    lines: [sumSentence(backfill)],
    failed,
    failures: failures.map(({ businessProductId, itemId, reason }) => ({
      id: `${itemId} of ${businessProductId}`,
      reason,
    })),
    nextStep: endStep(backfill),
  });
}
