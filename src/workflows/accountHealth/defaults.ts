import type { PolicyOf } from '../shared/contract.ts';
import { minuteMs } from '../shared/durations.ts';

/**
 * The values by which a refused account is checked again. Configuration replaces them for new workflows only. A refused
 * caller repeats its call at most 15 minutes later, and a call takes up to a minute: half an hour without a refusal means
 * that no call was made, or that it passed.
 */
export const accountHealthDefaults = {
  /** How long after the newest refusal the first check waits, and the first interval between checks, in milliseconds. */
  recheckFirstMs: minuteMs,
  /** Longest interval between two checks, in milliseconds. */
  recheckLongestMs: 15 * minuteMs,
  /**
   * How long no call may have been refused before an operation that cannot be checked without a change counts as allowed
   * again, in milliseconds.
   */
  quietMs: 30 * minuteMs,
  /** How long a call fails in the same way before somebody is notified, in milliseconds. */
  failingAfterMs: 60 * minuteMs,
  /**
   * How long no call may be reported as failing before a passing check ends that alarm, in milliseconds: longer than the
   * longest wait between two attempts of one activity, an hour.
   */
  failingQuietMs: 75 * minuteMs,
};

/** The values by which a refused account is checked again. */
export type AccountHealthPolicy = PolicyOf<typeof accountHealthDefaults>;
