import { countFrom1, members, milliseconds, part } from '../shared/shapes.ts';

/** The values by which lost events are checked for. A changed configuration reaches the schedule, and so the next round. */
export interface ReconcilePolicy {
  /** How often every account is checked, in milliseconds. */
  readonly everyMs: number;
  /** How far each check reaches back into the one before, in milliseconds: rows may be listed late. */
  readonly overlapMs: number;
  /**
   * How long after a change set's end its event may still be on its way, in milliseconds. A change set that
   * failed longer ago and has no workflow counts as lost.
   */
  readonly settlingMs: number;
  /** What a check by hand without a beginning checks, in milliseconds. */
  readonly byHandMs: number;
  /** Accounts that one activity checks: it costs one action for all of them. */
  readonly batchAccounts: number;
  /** Batches under way at once, at the least: many accounts at once would all ask in the same moment. */
  readonly leastLanes: number;
  /** A round takes so much of the interval at most, so that no batch delays the next round; a minute at the least. */
  readonly shareOfInterval: number;
  /** One account's check ends within this, in milliseconds. */
  readonly accountWithinMs: number;
  /** What a batch takes beside its slowest account, in milliseconds: two heartbeats are missed before a dead worker shows. */
  readonly besideMs: number;
  /** Less is too short for an attempt, in milliseconds. */
  readonly leastAttemptMs: number;
  /**
   * How long a round waits for its notices, in milliseconds. Then it ends, since the schedule begins no other before, and
   * gives what is unsent to the next one.
   */
  readonly channelsWithinMs: number;
}

/** As histories have it. */
export const reconcilePolicy = members<ReconcilePolicy>({
  everyMs: milliseconds,
  overlapMs: milliseconds,
  settlingMs: milliseconds,
  byHandMs: milliseconds,
  batchAccounts: countFrom1,
  leastLanes: countFrom1,
  shareOfInterval: part,
  accountWithinMs: milliseconds,
  besideMs: milliseconds,
  leastAttemptMs: milliseconds,
  channelsWithinMs: milliseconds,
});
