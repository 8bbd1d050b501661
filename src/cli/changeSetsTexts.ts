import type { BackfillStart } from '../delivery/startBackfill.ts';
import { goOnLines, interruptedText } from './backfillTexts.ts';
import type { ChangeSetsProgress } from './changeSetsProgress.ts';
import { printable } from './format.ts';
import { pendingText, type PendingActivity } from './pendingActivities.ts';

/** What `backfill change-sets --json` gives. */
export interface ChangeSetsDocument {
  readonly workflowId: string;
  readonly dryRun: boolean;
  readonly outcome: BackfillStart;
  /** False once it has ended, however. */
  readonly running: boolean;
  /** True where Ctrl-C ended the waiting. */
  readonly interrupted: boolean;
  /** Its status as it was last seen; absent where it was not checked, or no worker has told it. */
  readonly progress?: ChangeSetsProgress;
  /** What failed and is to be tried again later, where something is. */
  readonly waitsFor?: PendingActivity;
  /** After a dry run that found something: the command that starts it for real. */
  readonly startCommand?: string;
}

const shownIds = 5;
const shownFailures = 10;

/** What became of a start, in words. */
export const startTexts: Readonly<Record<BackfillStart, string>> = {
  started: 'started',
  alreadyRunning: 'runs already, as it was started',
  alreadyEnded: 'has been done already; --again does it once more',
};

/** What became of a backfill of change sets, and what comes next. */
export function changeSetsText(document: ChangeSetsDocument, flagsAgain: string): string {
  const { workflowId, outcome, running, interrupted, progress, waitsFor } = document;
  const again = outcome === 'started' ? '' : ` (${startTexts[outcome]})`;
  return [
    ...(interrupted ? [interruptedText] : []),
    ...(progress === undefined ? [`${workflowId}: ${startTexts[outcome]}`] : progressLines(document, progress, again)),
    ...(waitsFor === undefined ? [] : [`It waits and tries again by itself: ${pendingText(waitsFor)}`]),
    ...(running ? goOnLines([workflowId], flagsAgain) : []),
    ...(running || progress === undefined ? [] : nextLines(document, progress, flagsAgain)),
  ].join('\n');
}

function progressLines({ workflowId }: ChangeSetsDocument, progress: ChangeSetsProgress, again: string): string[] {
  const { state, dryRun, account, catalog, from, to, statuses } = progress;
  const what = `${statuses.join(' or ')} change sets of ${account} in ${catalog}, started from ${from} to ${to}`;
  return [
    ...(dryRun ? [`Dry run: nothing is started.`] : []),
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
  // Its own words: it ended before its end, and they say what comes first.
  if (state !== 'completed') {
    const said = problem === undefined ? [] : [`AWS refused the listing: ${printable(problem)}`];
    return [...said, printable(nextStep)];
  }
  if (startCommand !== undefined) return [`Start it: ${startCommand}`];
  if (dryRun) return left === 0 ? ['There is nothing to start.'] : [];
  if (started === 0 || act !== 'propose') return [];
  return [`They wait for an operator: npx steward list --attention --account ${account}${flagsAgain}`];
}
