import { hourMs } from '../shared/durations.ts';

/** The values by which an item is handled. Configuration replaces them for new workflows only. */
export interface ItemBuyabilityPolicy {
  /** First wait between two product queries, in milliseconds; it doubles. */
  readonly queryFirstMs: number;
  /** Longest wait between two product queries, in milliseconds. */
  readonly queryLongestMs: number;
  /** How long a product is queried before a conclusion is drawn, in milliseconds. */
  readonly queryWithinMs: number;
  /** How long a settled item is kept open after its last event, in milliseconds. */
  readonly lingerMs: number;
  /** An event older than this that opens a run is verified by a query, in milliseconds. */
  readonly freshForMs: number;
  /** How long the notice waits for the query that completes it, in milliseconds. */
  readonly completeNoticeWithinMs: number;
  /** Interval of the checks that follow INVALID_PRODUCT, in milliseconds. */
  readonly verifyEveryMs: number;
  /** How long those checks go on, in milliseconds. */
  readonly verifyForMs: number;
}

/** Back-off from 30 s doubling to 1 h for 72 h: the vendor asks to "allow time for the system to update". */
export const itemBuyabilityDefaults: ItemBuyabilityPolicy = {
  queryFirstMs: 30_000,
  queryLongestMs: hourMs,
  queryWithinMs: 72 * hourMs,
  lingerMs: 24 * hourMs,
  freshForMs: hourMs,
  completeNoticeWithinMs: 60_000,
  verifyEveryMs: 24 * hourMs,
  verifyForMs: 7 * 24 * hourMs,
};
