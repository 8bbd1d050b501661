import { members, milliseconds } from '../shared/shapes.ts';

/** The values by which an item is handled. */
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

/** As histories have it. */
export const itemBuyabilityPolicy = members<ItemBuyabilityPolicy>({
  queryFirstMs: milliseconds,
  queryLongestMs: milliseconds,
  queryWithinMs: milliseconds,
  lingerMs: milliseconds,
  freshForMs: milliseconds,
  completeNoticeWithinMs: milliseconds,
  verifyEveryMs: milliseconds,
  verifyForMs: milliseconds,
});
