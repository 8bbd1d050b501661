import { setTimeout as pause } from 'node:timers/promises';
import { defined } from '../defined.ts';
import { failureOfRun, pendingActivities, type PendingActivity, type RunFailure } from '../delivery/workflows.ts';
import { progressReporter, type ProgressLine } from './backfillProgress.ts';
import type { CommandContext } from './command.ts';
import { pendingText } from './format.ts';
import { findWorkflow, knownStatus, type WorkflowStatus } from './status.ts';
import type { TemporalAccess } from './temporal.ts';

/** What all backfills say about the time that they take. */
interface Timed {
  /** Absent where nothing goes on. */
  readonly secondsLeft?: number;
}

/** How to read and to show the numbers of one kind of backfill. */
export interface BackfillKind<Progress extends Timed> {
  /** Undefined where the status is of another kind. */
  readonly progressOf: (status: WorkflowStatus) => Progress | undefined;
  /** One line for all workflows of a backfill; there is one at least. */
  readonly lineOf: (parts: readonly [Progress, ...Progress[]]) => ProgressLine;
}

/** A workflow of a backfill as it was last seen. */
export interface SeenBackfill<Progress extends Timed> {
  readonly workflowId: string;
  readonly running: boolean;
  /** Absent until a worker answers. */
  readonly progress?: Progress;
  /** The activity that failed and runs again later, where there is one. */
  readonly waitsFor?: PendingActivity;
  /** Why it did not come to its end. */
  readonly failure?: RunFailure;
}

const shortestCheckMs = 1_000;
const longestCheckMs = 15_000;
/** A check asks every part once, which is an action each: a hundred checks show any bar move. */
const checksWanted = 100;

/**
 * Waits until every workflow of a backfill has ended, and shows how far they are. Ctrl-C ends the waiting; the workflows
 * go on.
 * @param begun says which workflows they are, unless they end at once: of a refused one, only the reason matters.
 * @returns how each was last seen; `interrupted` where Ctrl-C came before the end.
 */
export async function follow<Progress extends Timed>(
  access: TemporalAccess,
  begun: ReadonlyArray<{ readonly workflowId: string; readonly line: string }>,
  kind: BackfillKind<Progress>,
  context: Pick<CommandContext, 'note' | 'progress'>,
): Promise<{ seen: Seen<Progress>; interrupted: boolean }> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  try {
    const workflowIds = begun.map(({ workflowId }) => workflowId);
    const report = reporterOf(begun, kind, context);
    const seen = await untilEnded(() => checkAll(access, workflowIds, kind), report, interruption.signal);
    return { seen, interrupted: seen.some(({ running }) => running) };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

type Seen<Progress extends Timed> = ReadonlyArray<SeenBackfill<Progress>>;

async function untilEnded<Progress extends Timed>(
  checkAgain: () => Promise<Seen<Progress>>,
  report: (seen: Seen<Progress>) => void,
  signal: AbortSignal,
): Promise<Seen<Progress>> {
  for (let checks = 1; ; checks += 1) {
    const seen = await checkAgain();
    if (signal.aborted || seen.every(({ running }) => !running)) return seen;
    // A workflow that refuses its input has ended by the second check.
    if (checks > 1) report(seen);
    const secondsLeft = Math.max(0, ...seen.map(({ progress }) => progress?.secondsLeft ?? 0));
    const waitMs = Math.min(longestCheckMs, Math.max(shortestCheckMs, (secondsLeft * 1_000) / checksWanted));
    await pause(checks === 1 ? shortestCheckMs : waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Reports the workflows once, each obstacle once, and how far they are. */
function reporterOf<Progress extends Timed>(
  begun: ReadonlyArray<{ readonly line: string }>,
  { lineOf }: BackfillKind<Progress>,
  { note, progress: redraw }: Pick<CommandContext, 'note' | 'progress'>,
): (seen: Seen<Progress>) => void {
  const isTerminal = process.stderr.isTTY === true;
  const report = progressReporter({ isTerminal, redraw, say: note, nowMs: () => performance.now() });
  const noteOnce = onceEach(note);
  return (seen) => {
    for (const { line } of begun) noteOnce(line, line);
    for (const { key, text } of obstacles(seen)) noteOnce(key, text);
    const [first, ...others] = seen.flatMap(({ progress }) => progress ?? []);
    if (first !== undefined) report(lineOf([first, ...others]));
  };
}

function checkAll<Progress extends Timed>(
  access: TemporalAccess,
  workflowIds: readonly string[],
  kind: BackfillKind<Progress>,
): Promise<Seen<Progress>> {
  return Promise.all(workflowIds.map((workflowId) => check(access, workflowId, kind)));
}

/** What keeps running ones from going on; the same obstacle has the same key however long it lasts. */
function obstacles(seen: Seen<Timed>): ReadonlyArray<{ key: string; text: string }> {
  const silent = seen.some(({ running, progress }) => running && progress === undefined);
  return [
    ...(silent ? [{ key: '', text: 'No worker answers, so the backfill waits. Start one with: steward worker' }] : []),
    ...seen.flatMap(({ workflowId, waitsFor }) =>
      waitsFor === undefined
        ? []
        : [{ key: `${workflowId} ${waitsFor.lastFailure}`, text: waitingText(workflowId, waitsFor) }],
    ),
  ];
}

function waitingText(workflowId: string, waitsFor: PendingActivity): string {
  return `${workflowId} waits and retries automatically: ${pendingText(waitsFor)}`;
}

function onceEach(say: (line: string) => void): (key: string, line: string) => void {
  const said = new Set<string>();
  return (key, line) => {
    if (said.has(key)) return;
    said.add(key);
    say(line);
  };
}

/** How one workflow of a backfill stands now. */
export async function check<Progress extends Timed>(
  access: TemporalAccess,
  workflowId: string,
  { progressOf }: BackfillKind<Progress>,
): Promise<SeenBackfill<Progress>> {
  const description = await findWorkflow(access, workflowId);
  const known = await knownStatus(access, description);
  const progress = known.source === 'searchAttributes' ? undefined : progressOf(known.status);
  const waitsFor = pendingActivities(description).find(isHeldUp);
  const failure = await failureOfRun(access.client, description);
  return {
    workflowId,
    running: description.status.name === 'RUNNING',
    ...defined({ progress, waitsFor, failure }),
  };
}

/** An attempt that is under way may show an earlier one's failure: only one that is still to come waits. */
function isHeldUp({ lastFailure, nextAttemptAt }: PendingActivity): boolean {
  return lastFailure !== undefined && nextAttemptAt !== undefined && Date.parse(nextAttemptAt) > Date.now();
}
