/** The values by which a backfill goes. */
export interface BackfillItemsPolicy {
  /**
   * Items handed over for each second, on average. Each leads to a product query at once, and Buy with Prime publishes no
   * limit but that it throttles.
   */
  readonly ratePerSecond: number;
  /** What falls due in this time is handed over in one go, in milliseconds. */
  readonly burstMs: number;
  /** Waits before what was not taken is tried again, in milliseconds; after the last of them it counts as failed. */
  readonly retryAfterMs: readonly number[];
}

const minuteMs = 60_000;

/** Two a second: 7,200 an hour. */
export const backfillItemsDefaults: BackfillItemsPolicy = {
  ratePerSecond: 2,
  burstMs: 5_000,
  retryAfterMs: [minuteMs, 10 * minuteMs],
};
