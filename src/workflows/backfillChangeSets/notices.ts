import { endNotice } from '../shared/backfills.ts';
import { count, digestNotice, type Sum } from '../shared/digests.ts';
import type { Notice } from '../shared/notices.ts';
import type { BackfillPlan } from './contract.ts';
import { numbersOf, type Backfill, type BackfillContext } from './state.ts';

/** The numbers of a backfill as the sum that they are. */
export function sumOf(backfill: Backfill, dryRun: boolean): Sum {
  const { known, started, failed, left } = numbersOf(backfill);
  return {
    what: 'found',
    parts: [
      { count: known, what: 'known already' },
      { count: started, what: 'started' },
      { count: failed, what: 'failed' },
      { count: left, what: dryRun ? 'that a real run would start' : 'left' },
    ],
  };
}

const startedStep = 'Decide on the workflows that need an operator: `steward list --attention` names them.';

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
  return started > 0 ? startedStep : 'Nothing is to be done here.';
}

/** Where several digests name what a backfill started: how many this one names, and how many those before. */
function shareLines({ started, digests }: Backfill, named: number): string[] {
  if (digests === 0) return [];
  const before = `${count(digests)} ${digests === 1 ? 'digest' : 'digests'}`;
  return [`This digest names ${count(named)} of them; ${before} before it named ${count(started - named)}.`];
}

/**
 * The digest of a backfill that goes on, where it has started more than one digest names.
 * @param decisions ids of the workflows that it started since the digest before.
 */
export function partDigest(
  backfill: Backfill,
  decisions: readonly string[],
  { plan, identity }: BackfillContext['policy'],
): Notice {
  const { workflowId, firstRunId, account } = identity;
  return digestNotice({
    id: `${workflowId}:${firstRunId}:part-${backfill.digests + 1}`,
    kind: 'report',
    severity: 'information',
    account,
    workflowId,
    title: `Backfill of ${count(backfill.found)} change sets: ${count(decisions.length)} more started`,
    sum: sumOf(backfill, false),
    lines: startedLines(backfill, plan),
    decisions: decisions.map((id) => ({ id })),
    nextStep: startedStep,
  });
}

/** The digest of a backfill that was no dry run, at its end. */
export function endDigest(backfill: Backfill, { plan, identity }: BackfillContext['policy']): Notice {
  const { failed, failures, problem, notes, undigested } = backfill;
  return endNotice(backfill, {
    ...identity,
    what: `${count(backfill.found)} change sets`,
    warns: failed > 0 || problem !== undefined,
    sum: sumOf(backfill, false),
    lines: [
      ...startedLines(backfill, plan),
      ...shareLines(backfill, undigested.length),
      ...(problem === undefined ? [] : [`AWS refused the listing: ${problem}`]),
      ...notes.slice(-3),
    ],
    failed,
    failures: failures.map(({ changeSetId: id, reason }) => ({ id, reason })),
    decisions: undigested.map((id) => ({ id })),
    nextStep: endStep(backfill),
  });
}
