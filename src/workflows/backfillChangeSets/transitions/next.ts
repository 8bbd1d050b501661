import type { FoundPart } from '../../../activities/backfillChangeSets/index.ts';
import type { HandedOverPart } from '../../../activities/listedRows.ts';
import { commanded, noted, type BackfillCommand } from '../../shared/backfills.ts';
import type { CommandInput } from '../../shared/operatorCommands.ts';
import { cursorAt } from '../cursor.ts';
import { keptForAnotherTry, retryAfterMs } from '../defaults.ts';
import type { BackfillPlan } from '../input.ts';
import { numbersOf, room, type Backfill, type BackfillPhase, type Batch } from '../state.ts';

/** What can happen to a backfill. */
export type BackfillMessage =
  | { readonly type: 'found'; readonly part: FoundPart }
  /** `begunAtMs`: since when it was worked on, waits for the rate included. */
  | { readonly type: 'delivered'; readonly batch: Batch; readonly part: HandedOverPart; readonly begunAtMs: number }
  /** AWS refuses the listing itself: no repeat helps. */
  | { readonly type: 'refused'; readonly sentence: string }
  | { readonly type: BackfillCommand; readonly command: CommandInput }
  /** Nothing is under way any more. */
  | { readonly type: 'drained' }
  | { readonly type: 'noted'; readonly sentence: string };

/** What a transition may know beside the state. */
export interface BackfillContext {
  readonly plan: BackfillPlan;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const listedFailures = 100;
const longestReason = 300;
const shownSample = 5;

const ended = (backfill: Backfill, end: 'completed' | 'stopped'): Backfill => ({
  ...backfill,
  phase: { name: 'ended', end },
});

/** Goes on where the present way through is done: to the next one, or to the end. */
function settled(backfill: Backfill, { plan, nowMs }: BackfillContext): Backfill {
  const { phase, cursor, found, pass, again, retried } = backfill;
  if (phase.name === 'finding') {
    if (!cursor.ended) return backfill;
    if (plan.dryRun || found === 0) return ended(backfill, 'completed');
    return { ...backfill, phase: { name: 'delivering' }, cursor: cursorAt(plan.from), nextAtMs: nowMs };
  }
  if (phase.name !== 'delivering') return backfill;
  if (room(backfill, plan) === 0) {
    const { left } = numbersOf(backfill);
    const limited = left === 0 ? backfill : noted(backfill, `The limit of ${plan.limit} is reached; ${left} are left.`);
    return ended(limited, 'completed');
  }
  if (!cursor.ended || retried.length > 0) return backfill;
  if (again.length === 0) return ended(backfill, 'completed');
  const waitMs = retryAfterMs[pass] ?? 0;
  return { ...backfill, pass: pass + 1, retried: again, again: [], nextAtMs: nowMs + waitMs };
}

/** Whether the answer that came after a stop was the last one anyway. */
function isAllHandled(backfill: Backfill): boolean {
  return backfill.found > 0 && numbersOf(backfill).left === 0;
}

function onFound(before: Backfill, { cursor, found, known, sample }: FoundPart): Backfill {
  return {
    ...before,
    cursor,
    found: before.found + found,
    known: before.known + known,
    sample: [...before.sample, ...sample].slice(0, shownSample),
  };
}

function onHandedOver(
  before: Backfill,
  { batch, part, begunAtMs }: Extract<BackfillMessage, { type: 'delivered' }>,
  { plan: { ratePerSecond }, nowMs }: BackfillContext,
): Backfill {
  const dueMs = Math.max(before.nextAtMs, begunAtMs);
  const isLast = before.pass >= retryAfterMs.length;
  const free = isLast ? 0 : keptForAnotherTry - before.again.length;
  const lost = [...part.refused, ...part.notTaken.slice(free)];
  const cursor = part.cursor ?? before.cursor;
  const retried = batch.rows === undefined ? before.retried : before.retried.slice(part.done);
  const after: Backfill = {
    ...before,
    cursor,
    retried,
    known: before.known + part.known,
    started: before.started + part.started,
    failed: before.failed + lost.length,
    failures: [
      ...before.failures,
      ...lost.map(({ row, reason }) => ({ changeSetId: row.changeSetId, reason: reason.slice(0, longestReason) })),
    ].slice(0, listedFailures),
    again: [...before.again, ...part.notTaken.slice(0, free).map(({ row }) => row)],
    busyMs: before.busyMs + Math.max(0, nowMs - begunAtMs),
    nextAtMs: ratePerSecond === undefined ? nowMs : dueMs + (part.started * 1_000) / ratePerSecond,
  };
  // What has ended since the first way through is more; what AWS has forgotten meanwhile is less.
  const handled = after.known + after.started + after.failed + after.again.length + after.retried.length;
  return { ...after, found: cursor.ended ? handled : Math.max(after.found, handled) };
}

function phaseAfter({ phase }: Backfill, command: BackfillCommand): BackfillPhase {
  switch (command) {
    case 'pause':
      return phase.name === 'finding' || phase.name === 'delivering' ? { name: 'paused', resumes: phase.name } : phase;
    case 'resume':
      return phase.name === 'paused' ? { name: phase.resumes } : phase;
    case 'stop':
      return { name: 'stopping' };
  }
}

function take(backfill: Backfill, message: BackfillMessage, context: BackfillContext): Backfill {
  switch (message.type) {
    case 'found':
      return onFound(backfill, message.part);
    case 'delivered':
      return onHandedOver(backfill, message, context);
    case 'refused':
      return ended({ ...backfill, problem: message.sentence }, 'stopped');
    case 'pause':
    case 'resume':
    case 'stop':
      return commanded(backfill, phaseAfter(backfill, message.type), { ...message, nowMs: context.nowMs });
    case 'drained':
      if (backfill.phase.name !== 'stopping') return backfill;
      return ended(backfill, isAllHandled(backfill) ? 'completed' : 'stopped');
    case 'noted':
      return noted(backfill, message.sentence);
  }
}

/** The state machine of a backfill: pure and total. A message that makes no sense now changes nothing. */
export function next(backfill: Backfill, message: BackfillMessage, context: BackfillContext): Backfill {
  return settled(take(backfill, message, context), context);
}
