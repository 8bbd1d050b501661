import { countFrom1, list, members, milliseconds } from '../shared/shapes.ts';

/** The values by which an offer is watched. */
export interface OfferPolicy {
  /** Reminders before the offer's end, in milliseconds, largest first. */
  readonly beforeEndMs: readonly number[];
  /**
   * How long the watch goes without asking AWS for the end, in milliseconds, where reminders are further apart: an end that
   * was moved nearer is noticed within this time, or within that part of the time that is left which `mostChecks` gives,
   * where that is longer.
   */
  readonly checkEveryMs: number;
  /** How often AWS is asked so at most until the end. */
  readonly mostChecks: number;
  /** How long an offer without an end date stays open, to recognise duplicates, in milliseconds. */
  readonly lingerMs: number;
  /** How long a reminder waits at most for what AWS shows of the offer, in milliseconds. */
  readonly checkWithinMs: number;
  /** How long a watch stays open past the end at most for what AWS shows of it, in milliseconds. */
  readonly endCheckWithinMs: number;
}

/** As histories have it. */
export const offerPolicy = members<OfferPolicy>({
  beforeEndMs: list(milliseconds),
  checkEveryMs: milliseconds,
  mostChecks: countFrom1,
  lingerMs: milliseconds,
  checkWithinMs: milliseconds,
  endCheckWithinMs: milliseconds,
});
