import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import { defined } from '../defined.ts';
import { failureOfRun, pendingActivities, type PendingActivity, type RunFailure } from '../delivery/workflows.ts';
import { backfillStates, progressReporter, type ProgressLine } from './backfillProgress.ts';
import { outcomeTexts, type StartOutcome } from './backfillTexts.ts';
import { CommandProblem, exitCodes, usageProblem, type CommandContext, type ExitCode } from './command.ts';
import { pendingText, printable } from './format.ts';
import type { TemporalFlags } from './options.ts';
import { findWorkflow, knownStatus } from './status.ts';
import type { TemporalAccess } from './temporal.ts';

/** What is given for every backfill. */
export interface BackfillFlags extends TemporalFlags {
  readonly again?: true;
  /** False by --no-wait. */
  readonly wait: boolean;
  readonly json?: true;
}

/** What the status of every backfill says. */
interface Counted {
  readonly state: string;
  readonly failed: number;
  /** Absent where nothing goes on. */
  readonly secondsLeft?: number;
}

/** How to read and to show the numbers of one kind of backfill. */
export interface BackfillKind<Progress extends Counted> {
  /** The numbers in a workflow's status. */
  readonly schema: z.ZodType<Progress>;
  /** One line for all workflows of a backfill; there is one at least. */
  readonly lineOf: (parts: readonly [Progress, ...Progress[]]) => ProgressLine;
}

/** A workflow of a backfill that the command started or found. */
interface Begun {
  readonly workflowId: string;
  readonly outcome: StartOutcome;
}

/** A workflow of a backfill as it was last seen. */
export interface SeenBackfill<Progress extends Counted> {
  readonly workflowId: string;
  readonly running: boolean;
  /** Absent until a worker answers. */
  readonly progress?: Progress;
  /** The activity that failed and runs again later, where there is one. */
  readonly waitsFor?: PendingActivity;
  /** Why it did not come to its end. */
  readonly failure?: RunFailure;
}

/** The failure by which a workflow refuses what it is started with. */
const refusedInput = 'InvalidInput';
const shortestCheckMs = 1_000;
const longestCheckMs = 15_000;
/** A check asks every part once, which is an action each: a hundred checks show any bar move. */
const checksWanted = 100;

/**
 * Waits until every workflow of a backfill has ended, and shows how far they are. Ctrl-C ends the waiting; the workflows
 * go on. With --no-wait, checks only those that had ended before.
 * @returns how each was last seen; `interrupted` where Ctrl-C came before the end. A run that ends at its limit did its
 * work; one that an operator stopped, or AWS refused, did not: its exit status says so.
 */
export async function follow<Progress extends Counted>(
  access: TemporalAccess,
  begun: readonly Begun[],
  kind: BackfillKind<Progress>,
  { wait }: Pick<BackfillFlags, 'wait'>,
  context: Pick<CommandContext, 'note' | 'progress'>,
): Promise<{ seen: Seen<Progress>; interrupted: boolean; exitCode: ExitCode }> {
  const checked = wait ? begun : begun.filter(({ outcome }) => outcome === 'alreadyEnded');
  const checkAll = () => Promise.all(checked.map(({ workflowId }) => check(access, workflowId, kind)));
  if (!wait) return { seen: await checkAll(), interrupted: false, exitCode: exitCodes.ok };
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  try {
    const seen = await untilEnded(checkAll, reporterOf(begun, kind, context), interruption.signal);
    if (seen.some(({ running }) => running)) return { seen, interrupted: true, exitCode: exitCodes.interrupted };
    const done = seen.every(({ progress }) => progress?.state === backfillStates.completed && progress.failed === 0);
    return { seen, interrupted: false, exitCode: done ? exitCodes.ok : exitCodes.failed };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/**
 * Requires that no workflow of a backfill has failed.
 * @throws CommandProblem `usage` where a workflow refuses what it was started with, in its words.
 */
export function requireNoFailure(seen: ReadonlyArray<Pick<SeenBackfill<Counted>, 'workflowId' | 'failure'>>): void {
  for (const { workflowId, failure } of seen) {
    if (failure === undefined) continue;
    const message = printable(failure.message);
    if (failure.type === refusedInput) throw usageProblem(message);
    throw new CommandProblem(exitCodes.failed, `${workflowId} did not come to its end: ${message}`);
  }
}

type Seen<Progress extends Counted> = ReadonlyArray<SeenBackfill<Progress>>;

async function untilEnded<Progress extends Counted>(
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

/**
 * Reports the workflows once, unless they end at once: of a refused one, only the reason matters. Then each obstacle once,
 * however long it lasts, and how far they are.
 */
function reporterOf<Progress extends Counted>(
  begun: readonly Begun[],
  { lineOf }: BackfillKind<Progress>,
  { note, progress: redraw }: Pick<CommandContext, 'note' | 'progress'>,
): (seen: Seen<Progress>) => void {
  const isTerminal = process.stderr.isTTY === true;
  const report = progressReporter({ isTerminal, redraw, say: note, nowMs: () => performance.now() });
  const noted = new Set<string>();
  const noteOnce = (line: string, key = line): void => {
    if (!noted.has(key)) note(line);
    noted.add(key);
  };
  return (seen) => {
    for (const { workflowId, outcome } of begun) noteOnce(`${workflowId}: ${outcomeTexts[outcome]}`);
    if (seen.some(({ running, progress }) => running && progress === undefined)) {
      noteOnce('No worker answers, so the backfill waits. Start one with: steward worker');
    }
    for (const { workflowId, waitsFor } of seen) {
      if (waitsFor === undefined) continue;
      const text = `${workflowId} waits and retries automatically: ${pendingText(waitsFor)}`;
      noteOnce(text, `${workflowId} ${waitsFor.lastFailure}`);
    }
    const [first, ...others] = seen.flatMap(({ progress }) => progress ?? []);
    if (first !== undefined) report(lineOf([first, ...others]));
  };
}

/** How one workflow of a backfill stands now. */
async function check<Progress extends Counted>(
  access: TemporalAccess,
  workflowId: string,
  { schema }: BackfillKind<Progress>,
): Promise<SeenBackfill<Progress>> {
  const description = await findWorkflow(access, workflowId);
  const known = await knownStatus(access, description);
  const progress = known.source === 'searchAttributes' ? undefined : schema.safeParse(known.status).data;
  const waitsFor = (await pendingActivities(access.client, description)).find(isHeldUp);
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
