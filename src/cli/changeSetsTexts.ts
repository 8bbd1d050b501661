import { z } from 'zod';
import type { BackfillStart } from '../delivery/startBackfill.ts';
import type { PendingActivity } from '../delivery/workflows.ts';
import { backfillChangeSetsType } from '../workflows/backfillChangeSets/contract.ts';
import { backfillStates, durationText, percent, type ProgressLine } from './backfillProgress.ts';
import { goOnLines, interruptedText, outcomeTexts } from './backfillTexts.ts';
import { pendingText, printable } from './format.ts';
import { statusSchema } from './status.ts';

/** The status of a backfill of change sets. */
export const changeSetsSchema = statusSchema.extend({
  dryRun: z.boolean(),
  act: z.string(),
  account: z.string(),
  catalog: z.string(),
  from: z.string(),
  to: z.string(),
  statuses: z.array(z.string()),
  found: z.number(),
  known: z.number(),
  started: z.number(),
  failed: z.number(),
  left: z.number(),
  ratePerSecond: z.number().optional(),
  secondsLeft: z.number().exactOptional(),
  sample: z.array(z.string()).optional(),
  problem: z.string().optional(),
  failures: z.array(z.looseObject({ changeSetId: z.string(), reason: z.string() })).optional(),
});

/** How far a backfill of change sets is, and what it is about. */
export type ChangeSetsProgress = z.infer<typeof changeSetsSchema>;

const usualStates: ReadonlySet<string> = new Set([backfillStates.finding, backfillStates.delivering]);

/**
 * The line about a backfill that goes on. A narrow terminal cuts its end, so the time left comes first.
 * @param limit the most that are started, where there is such a bound: once they are, all is done.
 */
export function changeSetsLine(progress: ChangeSetsProgress, limit?: number): ProgressLine {
  const { state, dryRun, found, known, started, failed, ratePerSecond, secondsLeft } = progress;
  const unusual = usualStates.has(state) ? [] : [printable(state)];
  if (dryRun || state === backfillStates.finding) {
    const counts = [`${found} change sets found`, ...(dryRun ? [`${known} already known`] : []), ...unusual];
    return { text: counts.join(', ') };
  }
  const shares = [
    found === 0 ? 1 : (known + started + failed) / found,
    ...(limit === undefined ? [] : [started / limit]),
  ];
  const share = Math.min(1, Math.max(...shares));
  const left = secondsLeft === undefined || secondsLeft <= 0 ? [] : [`${durationText(secondsLeft)} left`];
  const rate = ratePerSecond === undefined ? [] : [`${ratePerSecond.toFixed(1)} a second`];
  const counts = [`${found} found`, `${known} known`, `${started} started`, `${failed} failed`, ...rate];
  return { share, text: `${[percent(share), ...left, ...unusual].join(', ')}: ${counts.join(', ')}` };
}

/** What `backfill change-sets --json` gives. */
export interface ChangeSetsDocument {
  readonly workflowId: string;
  readonly dryRun: boolean;
  readonly outcome: BackfillStart;
  /** False once it has ended, however. */
  readonly running: boolean;
  /** True where Ctrl-C ended the waiting. */
  readonly interrupted: boolean;
  /** Its status as it was last seen; absent where the command did not check it, or no worker answered. */
  readonly progress?: ChangeSetsProgress;
  /** The activity that failed and runs again later, where there is one. */
  readonly waitsFor?: PendingActivity;
  /** After a dry run that found something: the command that starts it for real. */
  readonly startCommand?: string;
}

const shownIds = 5;
const shownFailures = 10;

/** What became of a backfill of change sets, and what comes next. */
export function changeSetsText(document: ChangeSetsDocument, flagsAgain: string): string {
  const { workflowId, outcome, running, interrupted, progress, waitsFor } = document;
  const again = outcome === 'started' ? '' : ` (${outcomeTexts[outcome]})`;
  return [
    ...(interrupted ? [interruptedText] : []),
    ...(progress === undefined
      ? [`${workflowId}: ${outcomeTexts[outcome]}`]
      : progressLines(document, progress, again)),
    ...(waitsFor === undefined ? [] : [`It waits and retries automatically: ${pendingText(waitsFor)}`]),
    ...(running ? goOnLines(backfillChangeSetsType, [workflowId], progress?.state, flagsAgain) : []),
    ...(running || progress === undefined ? [] : nextLines(document, progress, flagsAgain)),
  ].join('\n');
}

function progressLines({ workflowId }: ChangeSetsDocument, progress: ChangeSetsProgress, again: string): string[] {
  const { state, dryRun, account, catalog, from, to, statuses } = progress;
  const what = `${statuses.join(' or ')} change sets of ${account} in ${catalog}, started from ${from} to ${to}`;
  return [
    ...(dryRun ? ['Dry run: nothing was started.'] : []),
    `${workflowId}: ${printable(state)}${again}`,
    printable(what),
    ...numberLines(progress),
    ...failureLines(progress),
    ...(progress.notes ?? []).map((note) => `note: ${printable(note)}`),
  ];
}

function numberLines({ dryRun, found, known, started, failed, left, sample = [] }: ChangeSetsProgress): string[] {
  const more = sample.length > shownIds || left > sample.length ? ', …' : '';
  const numbers: ReadonlyArray<readonly [string, number | string]> = [
    ['found', found],
    ['already known', known],
    ...(dryRun ? [] : ([['started', started]] as const)),
    ...(dryRun && failed === 0 ? [] : ([['failed', failed]] as const)),
    [dryRun ? 'would be started' : 'left', left],
    ...(sample.length === 0 ? [] : ([['for instance', `${sample.slice(0, shownIds).join(', ')}${more}`]] as const)),
  ];
  return numbers.map(([label, value]) => `  ${`${label}:`.padEnd(18)}${printable(String(value))}`);
}

function failureLines({ failed, failures = [] }: ChangeSetsProgress): string[] {
  const shown = failures.slice(0, shownFailures);
  const lines = shown.map(({ changeSetId, reason }) => `  failed ${printable(changeSetId)}: ${printable(reason)}`);
  return failed > shown.length ? [...lines, `  and ${failed - shown.length} more`] : lines;
}

function nextLines(
  { startCommand }: ChangeSetsDocument,
  { state, dryRun, act, account, started, left, nextStep = '', problem }: ChangeSetsProgress,
  flagsAgain: string,
): string[] {
  // It ended early: its own next step says what to do first.
  if (state !== backfillStates.completed) {
    const said = problem === undefined ? [] : [`AWS refused the listing: ${printable(problem)}`];
    return [...said, printable(nextStep)];
  }
  if (startCommand !== undefined) return [`Start it: ${startCommand}`];
  if (dryRun) return left === 0 ? ['There is nothing to start.'] : [];
  if (started === 0 || act !== 'propose') return [];
  return [`They need a decision: steward list --attention --account ${account}${flagsAgain}`];
}
