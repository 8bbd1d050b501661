import type { Notice } from '../shared/notices.ts';
import type { BackfillPlan } from './input.ts';
import type { BackfillChangeSetsNumbers } from './contract.ts';
import { numbersOf, stateName, type Backfill } from './state.ts';

/** Failed change sets that the notice names; the workflow lists more. */
const namedFailures = 10;

/** Which run it is about. */
interface BackfillIdentity {
  readonly workflowId: string;
  /** The same through continue-as-new. */
  readonly firstRunId: string;
}

/** A number with thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The numbers as a sum that a reader can check. */
export function sumSentence(
  { found, known, started, failed, left }: BackfillChangeSetsNumbers,
  dryRun: boolean,
): string {
  const last = dryRun ? 'that would be started' : 'left';
  return (
    `${count(found)} found = ${count(known)} known already + ${count(started)} started + ` +
    `${count(failed)} failed + ${count(left)} ${last}.`
  );
}

/** Where the lineages that were opened can be seen, and what they wait for. */
function startedSentence({ started }: Backfill, { act, account }: BackfillPlan): string[] {
  if (started === 0) return [];
  const what = `Started: ${count(started)} workflows of account ${account}.`;
  return act === 'propose'
    ? [`${what} Each asks an operator where it would send something; none of them sends a notice of its own for that.`]
    : [
        `${what} The decision table acts; where it asks an operator, no notice of its own goes out before an attempt did.`,
      ];
}

/** The one notice of a backfill that was no dry run, at its end. */
export function digestNotice(
  backfill: Backfill,
  plan: BackfillPlan,
  { workflowId, firstRunId }: BackfillIdentity,
): Notice {
  const { failed, failures, audit, problem, notes } = backfill;
  const state = stateName(backfill);
  const stopped = state === 'stopped' ? audit.findLast(({ command }) => command === 'stop') : undefined;
  const unnamed = failed - Math.min(failures.length, namedFailures);
  return {
    id: `${workflowId}:${firstRunId}:end`,
    kind: 'resolution',
    severity: failed > 0 || problem !== undefined ? 'warning' : 'information',
    account: plan.account,
    workflowId,
    title: `Backfill of ${count(backfill.found)} change sets ${state}`,
    lines: [
      sumSentence(numbersOf(backfill), false),
      ...startedSentence(backfill, plan),
      ...(problem === undefined ? [] : [`AWS refused the listing: ${problem}`]),
      ...(stopped === undefined ? [] : [`Stopped by ${stopped.actor}: ${stopped.reason}`]),
      ...notes.slice(-3),
      ...failures.slice(0, namedFailures).map(({ changeSetId, reason }) => `Failed: ${changeSetId}: ${reason}`),
      ...(unnamed > 0 ? [`Failed besides: ${count(unnamed)}; the workflow lists the first hundred.`] : []),
    ],
    nextStep: endStep(backfill),
  };
}

/** What is to be done once a backfill has ended. */
export function endStep({ failed, started, problem }: Backfill): string {
  if (problem !== undefined)
    return 'Put right what AWS names, and start another backfill: what is started is known then.';
  if (failed > 0) return 'Put right what the reasons name, and start another backfill: what is started is known then.';
  return started > 0
    ? 'Go through the workflows that need an operator: `steward list --attention` names them.'
    : 'Nothing is to be done here.';
}
