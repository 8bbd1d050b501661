import { commanded, listedFailures, longestReason } from '../../shared/backfills.ts';
import { mostDecisions } from '../../shared/digests.ts';
import { noted, type Transition } from '../../shared/transition.ts';
import { cursorAt, type FoundPart } from '../contract.ts';
import { endDigest, partDigest } from '../notices.ts';
import { numbersOf, startsLeft, type Backfill, type BackfillContext, type BackfillMessage } from '../state.ts';

const shownSample = 5;

const ended = (backfill: Backfill, end: 'completed' | 'stopped'): Backfill => ({
  ...backfill,
  phase: { name: 'ended', end },
});

/** Once a pass is done, begins the next one, or ends. */
function settled(backfill: Backfill, { policy: { plan }, nowMs }: BackfillContext): Backfill {
  const { phase, cursor, found, pass, undelivered, retrying } = backfill;
  if (phase.name === 'finding') {
    if (!cursor.ended) return backfill;
    if (plan.dryRun || found === 0) return ended(backfill, 'completed');
    return { ...backfill, phase: { name: 'delivering' }, cursor: cursorAt(plan.from), nextAtMs: nowMs };
  }
  if (phase.name !== 'delivering') return backfill;
  if (startsLeft(backfill, plan) === 0) {
    const { left } = numbersOf(backfill);
    const limited =
      left === 0 ? backfill : noted(backfill, `This backfill reached its limit of ${plan.limit}; ${left} are left.`);
    return ended(limited, 'completed');
  }
  if (!cursor.ended || retrying.length > 0) return backfill;
  if (undelivered.length === 0) return ended(backfill, 'completed');
  const waitMs = plan.policy.retryAfterMs[pass] ?? 0;
  return { ...backfill, pass: pass + 1, retrying: undelivered, undelivered: [], nextAtMs: nowMs + waitMs };
}

/** True where nothing was left for a stop to prevent. */
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

function onDelivered(
  before: Backfill,
  { batch, part, begunAtMs }: Extract<BackfillMessage, { type: 'delivered' }>,
  { policy: { plan }, nowMs }: BackfillContext,
): Backfill {
  const { retryAfterMs, keptUndelivered } = plan.policy;
  const dueMs = Math.max(before.nextAtMs, begunAtMs);
  const isLast = before.pass >= retryAfterMs.length;
  const free = isLast ? 0 : keptUndelivered - before.undelivered.length;
  const lost = [...part.undeliverable, ...part.undelivered.slice(free)];
  const cursor = part.cursor ?? before.cursor;
  const retrying = batch.rows === undefined ? before.retrying : before.retrying.slice(part.done);
  const after: Backfill = {
    ...before,
    cursor,
    retrying,
    known: before.known + part.known,
    started: before.started + part.started.length,
    undigested: [...before.undigested, ...part.started],
    failed: before.failed + lost.length,
    failures: [
      ...before.failures,
      ...lost.map(({ row, reason }) => ({ changeSetId: row.changeSetId, reason: reason.slice(0, longestReason) })),
    ].slice(0, listedFailures),
    undelivered: [...before.undelivered, ...part.undelivered.slice(0, free).map(({ row }) => row)],
    busyMs: before.busyMs + Math.max(0, nowMs - begunAtMs),
    nextAtMs: plan.ratePerSecond === undefined ? nowMs : dueMs + (part.started.length * 1_000) / plan.ratePerSecond,
  };
  // Change sets that ended since the finding pass are more; those that AWS has dropped since are fewer.
  const handled = after.known + after.started + after.failed + after.undelivered.length + after.retrying.length;
  return { ...after, found: cursor.ended ? handled : Math.max(after.found, handled) };
}

function take(backfill: Backfill, message: BackfillMessage, context: BackfillContext): Backfill {
  switch (message.type) {
    case 'found':
      return onFound(backfill, message.part);
    case 'delivered':
      return onDelivered(backfill, message, context);
    case 'refused':
      return ended({ ...backfill, problem: message.sentence }, 'stopped');
    case 'pause':
    case 'resume':
    case 'stop':
      return commanded(backfill, message, context.nowMs);
    case 'drained':
      if (backfill.phase.name !== 'stopping') return backfill;
      return ended(backfill, isAllHandled(backfill) ? 'completed' : 'stopped');
  }
}

/** A digest goes out early where it could not name all that was started. */
function digested(backfill: Backfill, policy: BackfillContext['policy']): Transition<Backfill> {
  const { undigested, digests } = backfill;
  if (undigested.length <= mostDecisions) return { state: backfill, notices: [] };
  const decisions = undigested.slice(0, mostDecisions);
  return {
    state: { ...backfill, undigested: undigested.slice(mostDecisions), digests: digests + 1 },
    notices: [partDigest(backfill, decisions, policy)],
  };
}

/**
 * The state machine of a backfill: pure and total. A message that makes no sense now changes nothing.
 * @returns the state after the message; of a real run a digest at the end, and one before where it started very many.
 */
export function next(before: Backfill, message: BackfillMessage, context: BackfillContext): Transition<Backfill> {
  const { policy } = context;
  const { state, notices } = digested(settled(take(before, message, context), context), policy);
  const ends = state.phase.name === 'ended' && before.phase.name !== 'ended' && !policy.plan.dryRun;
  return { state, notices: ends ? [...notices, endDigest(state, policy)] : notices };
}
