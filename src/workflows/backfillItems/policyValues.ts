import { list, members, milliseconds, number } from '../shared/shapes.ts';

/** The values by which a backfill of items goes. */
export interface BackfillItemsPolicy {
  /**
   * Items to deliver a second, on average. Each leads to a product query at once, and Buy with Prime publishes no limit,
   * only that it throttles.
   */
  readonly ratePerSecond: number;
  /** One batch delivers what falls due in this time, in milliseconds. */
  readonly burstMs: number;
  /** Waits before each further pass over the undelivered items, in milliseconds; after the last pass they count as failed. */
  readonly retryAfterMs: readonly number[];
}

/** As histories have it. */
export const backfillItemsPolicy = members<BackfillItemsPolicy>({
  ratePerSecond: number,
  burstMs: milliseconds,
  retryAfterMs: list(milliseconds),
});
