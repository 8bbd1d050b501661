import { countFrom1, members, milliseconds, part } from '../shared/shapes.ts';

/** The values by which the submits of an account are granted. */
export interface SubmitPermitsPolicy {
  /** How many change sets that the steward submitted may be in flight; the vendor takes 250 of an account (service quotas). */
  readonly mostInFlight: number;
  /** From this number in flight on, a recount finds out which have ended. */
  readonly recountFrom: number;
  /** A request that the pace would keep for longer than this comes back later, in milliseconds. */
  readonly paceWithinMs: number;
  /** How long a request waits that finds as many in flight as may be, in milliseconds: a recount takes some calls. */
  readonly inFlightRetryMs: number;
  /** No answer asks to come back later than this, in milliseconds. */
  readonly latestMs: number;
  /** No answer asks to come back sooner than this, in milliseconds. */
  readonly soonestMs: number;
  /** How far the vendor's clock may be from the server's, in milliseconds. */
  readonly clockMarginMs: number;
  /** The quotas are used up to this part of them, as by the rate limiters (docs/decisions/0009). */
  readonly usedPart: number;
  /** Between two counts, in milliseconds: each takes calls of the tightest quota. */
  readonly betweenCountsMs: number;
  /** After so many updates the run continues as new; Temporal takes 2,000 of one run. */
  readonly mostUpdates: number;
}

/** As histories have it. */
export const submitPermitsPolicy = members<SubmitPermitsPolicy>({
  mostInFlight: countFrom1,
  recountFrom: countFrom1,
  paceWithinMs: milliseconds,
  inFlightRetryMs: milliseconds,
  latestMs: milliseconds,
  soonestMs: milliseconds,
  clockMarginMs: milliseconds,
  usedPart: part,
  betweenCountsMs: milliseconds,
  mostUpdates: countFrom1,
});
