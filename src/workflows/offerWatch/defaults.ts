import { dayMs } from '../shared/durations.ts';

/** The values by which an offer is watched. Configuration replaces them for new workflows only. */
export interface OfferPolicy {
  /** Reminders before the offer's end, in milliseconds, largest first. */
  readonly beforeEndMs: readonly number[];
  /** How long an offer without an end date stays open, to recognise duplicates, in milliseconds. */
  readonly lingerMs: number;
}

/** 30, 7 and 1 days before the end. */
export const offerDefaults: OfferPolicy = {
  beforeEndMs: [30, 7, 1].map((days) => days * dayMs),
  lingerMs: dayMs,
};
