import { commanded, listedFailures, longestReason } from '../../shared/backfills.ts';
import type { Transition } from '../../shared/transition.ts';
import type { DeliveredItems } from '../contract.ts';
import { itemsDigest } from '../notices.ts';
import {
  numbersOf,
  passSize,
  type Backfill,
  type BackfillContext,
  type BackfillMessage,
  type Batch,
} from '../state.ts';

function end(backfill: Backfill): Backfill {
  return { ...backfill, phase: { name: 'ended', end: numbersOf(backfill).left === 0 ? 'completed' : 'stopped' } };
}

/** Once a pass is done, begins another over what it did not deliver, or ends. */
function afterBatch(backfill: Backfill, begunAtMs: number, { policy: { policy } }: BackfillContext): Backfill {
  if (backfill.done < passSize(backfill)) return backfill;
  if (backfill.undelivered.length === 0) return end(backfill);
  const waitMs = policy.retryAfterMs[backfill.pass] ?? 0;
  return {
    ...backfill,
    pass: backfill.pass + 1,
    retrying: backfill.undelivered,
    undelivered: [],
    done: 0,
    nextAtMs: Math.max(backfill.nextAtMs, begunAtMs + waitMs),
  };
}

function onDelivered(before: Backfill, batch: Batch, result: DeliveredItems, context: BackfillContext): Backfill {
  const { policy, items } = context.policy;
  const { positions, begunAtMs } = batch;
  const isLastPass = before.pass >= policy.retryAfterMs.length;
  const undelivered = result.undelivered.flatMap(({ index, reason }) => {
    const position = positions[index];
    const item = position === undefined ? undefined : items[position];
    return position === undefined || item === undefined ? [] : [{ position, item, reason }];
  });
  const failures = undelivered.map(({ item, reason }) => ({ ...item, reason: reason.slice(0, longestReason) }));
  const after: Backfill = {
    ...before,
    done: before.done + positions.length,
    delivered: before.delivered + positions.length - undelivered.length,
    alreadyOpen: before.alreadyOpen + result.alreadyOpen,
    nextAtMs: begunAtMs + (positions.length * 1_000) / policy.ratePerSecond,
    ...(isLastPass
      ? {
          failed: before.failed + undelivered.length,
          failures: [...before.failures, ...failures].slice(0, listedFailures),
        }
      : { undelivered: [...before.undelivered, ...undelivered.map(({ position }) => position)] }),
  };
  return afterBatch(after, begunAtMs, context);
}

function take(backfill: Backfill, message: BackfillMessage, context: BackfillContext): Backfill {
  switch (message.type) {
    case 'delivered':
      return onDelivered(backfill, message.batch, message.result, context);
    case 'unanswered': {
      const { batch, sentence } = message;
      const undelivered = batch.positions.map((_, index) => ({ index, reason: sentence }));
      return onDelivered(backfill, batch, { alreadyOpen: 0, undelivered }, context);
    }
    case 'pause':
    case 'resume':
    case 'stop':
      return commanded(backfill, message, context.nowMs);
    case 'drained':
      return backfill.phase.name === 'stopping' ? end(backfill) : backfill;
  }
}

/**
 * The state machine of a backfill: pure and total. A message that makes no sense now changes nothing.
 * @returns the state after the message, and at the end the digest.
 */
export function next(before: Backfill, message: BackfillMessage, context: BackfillContext): Transition<Backfill> {
  const state = take(before, message, context);
  const ends = state.phase.name === 'ended' && before.phase.name !== 'ended';
  return { state, notices: ends ? [itemsDigest(state, context.policy.identity)] : [] };
}
