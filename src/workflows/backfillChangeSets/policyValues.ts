import { countFrom1, list, members, milliseconds } from '../shared/shapes.ts';

/** The values by which change sets of the past are delivered. */
export interface BackfillChangeSetsPolicy {
  /** Waits before each further pass over the undelivered rows, in milliseconds; after the last pass they count as failed. */
  readonly retryAfterMs: readonly number[];
  /** With a rate of its own, a backfill starts in one batch what falls due in this time, in milliseconds. */
  readonly burstMs: number;
  /** The most change sets that one activity starts: a worker that dies leaves no more than these uncounted. */
  readonly startedAtOnce: number;
  /** Undelivered rows that wait for the next pass; any beyond them counts as failed at once. */
  readonly keptUndelivered: number;
}

/** As histories have it. */
export const backfillChangeSetsPolicy = members<BackfillChangeSetsPolicy>({
  retryAfterMs: list(milliseconds),
  burstMs: milliseconds,
  startedAtOnce: countFrom1,
  keptUndelivered: countFrom1,
});
