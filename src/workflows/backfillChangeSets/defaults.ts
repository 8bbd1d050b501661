import { dayMs, minuteMs, secondMs } from '../shared/durations.ts';

/** How far back ListChangeSets goes, in milliseconds: AWS keeps a change set for 60 days (its API reference). */
export const longestBackMs = 60 * dayMs;

/** Waits before each further pass over the undelivered rows, in milliseconds; after the last pass they count as failed. */
export const retryAfterMs: readonly number[] = [minuteMs, 10 * minuteMs];

/** With a rate of its own, a backfill starts in one batch what falls due in this time, in milliseconds. */
export const burstMs = 5 * secondMs;

/** The most change sets that one activity starts: a worker that dies leaves no more than these uncounted. */
export const startedAtOnce = 200;

/** Undelivered rows that wait for the next pass; any beyond them counts as failed at once. */
export const keptUndelivered = 1_000;
