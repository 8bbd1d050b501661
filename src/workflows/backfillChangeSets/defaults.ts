const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

/** How far back ListChangeSets goes, in milliseconds: AWS keeps a change set for 60 days (its API reference). */
export const longestBackMs = 60 * dayMs;

/** Waits before what was not taken is tried again, in milliseconds; after the last of them it counts as failed. */
export const retryAfterMs: readonly number[] = [minuteMs, 10 * minuteMs];

/** With a rate of its own, a backfill starts in one go what falls due in this time, in milliseconds. */
export const burstMs = 5 * secondMs;

/** Change sets that one activity starts at most: what is not counted yet when a worker dies is no more than these. */
export const startedAtOnce = 200;

/** Change sets that were not taken and wait for another try; what comes beyond them counts as failed at once. */
export const keptForAnotherTry = 1_000;
