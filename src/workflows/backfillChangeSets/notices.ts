import { count, digestNotice, type BackfillIdentity } from '../shared/backfills.ts';
import type { Notice } from '../shared/notices.ts';
import type { BackfillPlan } from './contract.ts';
import { numbersOf, type Backfill } from './state.ts';

/** The numbers as a sum that a reader can check. */
export function sumSentence(backfill: Backfill, dryRun: boolean): string {
  const { found, known, started, failed, left } = numbersOf(backfill);
  return (
    `${count(found)} found = ${count(known)} known already + ${count(started)} started + ` +
    `${count(failed)} failed + ${count(left)} ${dryRun ? 'that a real run would start' : 'left'}.`
  );
}

function startedLines({ started }: Backfill, { act, account }: BackfillPlan): string[] {
  if (started === 0) return [];
  const rest =
    act === 'propose'
      ? 'Each waits for an operator before it resubmits anything, and sends no notice for that.'
      : 'The decision table acts. Where it needs a decision, a workflow sends no notice before its first resubmission.';
  return [`Started: ${count(started)} workflows of account ${account}. ${rest}`];
}

/** What is to be done once a backfill has ended. */
export function endStep({ failed, started, problem }: Backfill): string {
  if (problem !== undefined || failed > 0) {
    const named = problem === undefined ? 'the reasons name' : 'AWS names';
    return `Fix what ${named}, then start another backfill. It counts what this one started as known.`;
  }
  return started > 0
    ? 'Decide on the workflows that need an operator: `steward list --attention` names them.'
    : 'Nothing is to be done here.';
}

/** The one notice of a backfill that was no dry run, at its end. */
export function changeSetsDigest(backfill: Backfill, plan: BackfillPlan, identity: BackfillIdentity): Notice {
  const { failed, failures, problem, notes } = backfill;
  return digestNotice(backfill, {
    ...identity,
    what: `${count(backfill.found)} change sets`,
    warns: failed > 0 || problem !== undefined,
    lines: [
      sumSentence(backfill, false),
      ...startedLines(backfill, plan),
      ...(problem === undefined ? [] : [`AWS refused the listing: ${problem}`]),
      ...notes.slice(-3),
    ],
    failed,
    failures: failures.map(({ changeSetId: id, reason }) => ({ id, reason })),
    nextStep: endStep(backfill),
  });
}
