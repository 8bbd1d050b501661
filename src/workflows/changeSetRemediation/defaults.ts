import { dayMs, hourMs, minuteMs, secondMs } from '../shared/durations.ts';

/** The policy values of a lineage. The configuration replaces them for new workflows only. */
export interface ChangeSetPolicy {
  /** Waits before each automatic successor, in milliseconds; their number is the limit of automatic successors. */
  readonly retryBackOffMs: readonly number[];
  /** An operator decides about a failure older than this, in milliseconds. */
  readonly freshForMs: number;
  /** Classes of change types that are never submitted again without an operator. */
  readonly protectedClasses: readonly string[];
  /** First interval between two polls of a running change set, in milliseconds. */
  readonly pollFirstMs: number;
  /** Longest interval between two polls, in milliseconds. */
  readonly pollLongestMs: number;
  /** How long to wait for an outcome before an operator is asked, in milliseconds. */
  readonly outcomeWithinMs: number;
  /** First delay between two activity attempts of one submit: the listing needs time to show what AWS accepted. */
  readonly submitRetryFirstMs: number;
  /** Row 10: the wait before the one repeat, while permissions take effect, in milliseconds. */
  readonly spreadingRepeatMs: number;
  /** Longest interval between two checks of a blocker, in milliseconds. */
  readonly blockerPollMs: number;
  /** How long to wait for a blocker before an operator is asked, in milliseconds. */
  readonly blockerWithinMs: number;
  /** When an operator is reminded, counted from the question, in milliseconds, smallest first. */
  readonly remindAfterMs: readonly number[];
  /** When an unanswered question ends as `expired`, in milliseconds: AWS keeps change sets for 60 days. */
  readonly expireAfterMs: number;
  /** Between two checks for a fix made elsewhere while an operator is asked, in milliseconds. */
  readonly watchEveryMs: number;
  /** How long one submit is attempted before an operator is asked, in milliseconds. */
  readonly submitWithinMs: number;
}

/**
 * Six successors after 1, 2, 4, 8, 16 and 32 minutes. A change set takes up to 37 days (a solution going public),
 * so the lineage waits for its outcome a little longer than that.
 */
export const changeSetDefaults: ChangeSetPolicy = {
  retryBackOffMs: [1, 2, 4, 8, 16, 32].map((minutes) => minutes * minuteMs),
  freshForMs: dayMs,
  protectedClasses: ['withdraw'],
  pollFirstMs: minuteMs,
  pollLongestMs: hourMs,
  outcomeWithinMs: 40 * dayMs,
  spreadingRepeatMs: 15 * minuteMs,
  blockerPollMs: 5 * minuteMs,
  blockerWithinMs: 40 * dayMs,
  remindAfterMs: [1, 3, 7, 14, 21, 28, 35, 42, 49, 56].map((days) => days * dayMs),
  expireAfterMs: 60 * dayMs,
  watchEveryMs: hourMs,
  submitRetryFirstMs: 10 * secondMs,
  submitWithinMs: 7 * dayMs,
};
