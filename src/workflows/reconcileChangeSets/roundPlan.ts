import { minuteMs } from '../shared/durations.ts';

/** Accounts that one activity checks: it costs one action for all of them. */
export const batchAccounts = 50;
/** Batches under way at once, at the least: many accounts at once would all ask in the same moment. */
const leastLanes = 4;
/** A round takes so much of the interval at most, so that no batch delays the next round; a minute at the least. */
const shareOfInterval = 0.8;
/** One account's check ends within this, in milliseconds. */
const accountWithinMs = minuteMs;
/** What a batch takes beside its slowest account, in milliseconds: two heartbeats are missed before a dead worker shows. */
const besideMs = minuteMs / 2;

/** How a round uses its time. */
export interface RoundPlan {
  /** How long the round may take, in milliseconds. */
  readonly roundWithinMs: number;
  /** How long one account may take, in milliseconds. */
  readonly accountWithinMs: number;
  /** How many batches are under way at once. */
  readonly lanes: number;
}

/**
 * Plans a round: with so many lanes every batch is begun and ended in time, however slow one account of each may be.
 * @param everyMs the interval, in milliseconds.
 */
export function roundPlan(everyMs: number, batches: number): RoundPlan {
  const roundWithinMs = Math.max(Math.floor(everyMs * shareOfInterval), minuteMs);
  const withinMs = Math.min(accountWithinMs, roundWithinMs / 2);
  const turns = Math.max(1, Math.floor(roundWithinMs / (withinMs + besideMs)));
  return { roundWithinMs, accountWithinMs: withinMs, lanes: Math.max(leastLanes, Math.ceil(batches / turns)) };
}
