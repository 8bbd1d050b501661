import { setTimeout as pause } from 'node:timers/promises';
import { backfillProgress, progressTeller } from '../backfillProgress.ts';
import type { BackfillProgress } from '../backfillProgress.ts';
import type { CommandContext } from '../context.ts';
import { knownStatus } from '../status.ts';
import type { TemporalAccess } from '../temporal.ts';

/** A part of a backfill as it was last seen. */
export interface SeenPart {
  readonly workflowId: string;
  readonly running: boolean;
  /** Absent where no worker has told it yet. */
  readonly progress?: BackfillProgress;
}

const shortestLookMs = 1_000;
const longestLookMs = 15_000;
/** A look asks every part once, which is an action each: a hundred looks show any bar move. */
const looksWanted = 100;

/**
 * Waits until every part of a backfill has ended, and tells how far they are.
 * @param signal ends the waiting, and nothing else.
 * @returns how each was last seen
 */
export async function waitForParts(
  access: TemporalAccess,
  workflowIds: readonly string[],
  context: Pick<CommandContext, 'note' | 'progress'>,
  signal: AbortSignal,
): Promise<readonly SeenPart[]> {
  const tell = progressTeller({
    isTerminal: process.stderr.isTTY === true,
    redraw: context.progress,
    say: context.note,
    nowMs: () => performance.now(),
  });
  let toldOfSilence = false;
  for (;;) {
    const seen = await Promise.all(workflowIds.map((workflowId) => look(access, workflowId)));
    tell(seen.flatMap(({ progress }) => progress ?? []));
    if (signal.aborted || seen.every(({ running }) => !running)) return seen;
    if (!toldOfSilence && seen.some(({ progress }) => progress === undefined)) {
      toldOfSilence = true;
      context.note('No worker tells how far it is; it is waited for. Start one with: npx steward worker');
    }
    const secondsLeft = Math.max(0, ...seen.map(({ progress }) => progress?.secondsLeft ?? 0));
    const waitMs = Math.min(longestLookMs, Math.max(shortestLookMs, (secondsLeft * 1_000) / looksWanted));
    await pause(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** How one part stands now. */
export async function look(access: TemporalAccess, workflowId: string): Promise<SeenPart> {
  const description = await access.client.workflow.getHandle(workflowId).describe();
  const known = await knownStatus(access, description);
  const progress = known.source === 'searchAttributes' ? undefined : backfillProgress(known.status);
  return {
    workflowId,
    running: description.status.name === 'RUNNING',
    ...(progress === undefined ? {} : { progress }),
  };
}
