import { minuteMs } from '../shared/durations.ts';

/** The values by which a refused account is checked again. Configuration replaces them for new workflows only. */
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
}

/**
 * A refused caller repeats its call at most 15 minutes later, and a call takes up to a minute: half an hour without a
 * refusal means that no call was made, or that it passed.
 */
export const accountHealthDefaults: AccountHealthPolicy = {
  recheckFirstMs: minuteMs,
  recheckLongestMs: 15 * minuteMs,
  quietMs: 30 * minuteMs,
};
