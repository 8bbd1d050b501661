import { members, milliseconds } from '../shared/shapes.ts';

/**
 * The values by which a refused account is checked again. A refused caller repeats its call at most 15 minutes later, and a
 * call takes up to a minute: half an hour without a refusal means that no call was made, or that it passed.
 */
export interface AccountHealthPolicy {
  /** How long after the newest refusal the first check waits, and the first interval between checks, in milliseconds. */
  readonly recheckFirstMs: number;
  /** Longest interval between two checks, in milliseconds. */
  readonly recheckLongestMs: number;
  /**
   * How long no call may have been refused before an operation that cannot be checked without a change counts as allowed
   * again, in milliseconds.
   */
  readonly quietMs: number;
  /** How long a call fails in the same way before somebody is notified, in milliseconds. */
  readonly failingAfterMs: number;
  /**
   * How long no call may be reported as failing before a passing check ends that alarm, in milliseconds: longer than the
   * longest wait between two attempts of one activity, an hour.
   */
  readonly failingQuietMs: number;
}

/** As histories have it. */
export const accountHealthPolicy = members<AccountHealthPolicy>({
  recheckFirstMs: milliseconds,
  recheckLongestMs: milliseconds,
  quietMs: milliseconds,
  failingAfterMs: milliseconds,
  failingQuietMs: milliseconds,
});
