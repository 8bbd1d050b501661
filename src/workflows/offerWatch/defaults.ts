import type { PolicyOf } from '../shared/contract.ts';
import { dayMs, hourMs } from '../shared/durations.ts';

/** The values by which an offer is watched. Configuration replaces them for new workflows only. */
export const offerDefaults = {
  /** Reminders before the offer's end, in milliseconds, largest first. */
  beforeEndMs: [30, 7, 1].map((days) => days * dayMs),
  /**
   * How long the watch goes without asking AWS for the end, in milliseconds, where reminders are further apart: an end that
   * was moved nearer is noticed within this time, or within a 52nd of the time that is left where that is longer.
   */
  checkEveryMs: 7 * dayMs,
  /** How long an offer without an end date stays open, to recognise duplicates, in milliseconds. */
  lingerMs: dayMs,
  /** How long a reminder waits at most for what AWS shows of the offer, in milliseconds. */
  checkWithinMs: hourMs,
  /** How long a watch stays open past the end at most for what AWS shows of it, in milliseconds. */
  endCheckWithinMs: dayMs,
};

/** The values by which an offer is watched. */
export type OfferPolicy = PolicyOf<typeof offerDefaults>;
