import type { PolicyOf } from '../shared/contract.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../shared/durations.ts';

/**
 * The policy values of a lineage; the configuration replaces them for new workflows only. A change set takes up to 37 days
 * (a solution going public), so the lineage waits for its outcome a little longer than that.
 */
export const changeSetDefaults = {
  /** Waits before each automatic successor, in milliseconds; their number is the limit of automatic successors. */
  retryBackOffMs: [1, 2, 4, 8, 16, 32].map((minutes) => minutes * minuteMs),
  /** An operator decides about a failure older than this, in milliseconds. */
  freshForMs: dayMs,
  /** Classes of change types that are never submitted again without an operator. */
  protectedClasses: ['withdraw'],
  /**
   * Events and the account's listing report outcomes. A lineage polls only once a change set takes longer than usual: then
   * after this, and after twice as long each time, in milliseconds.
   */
  pollFirstMs: hourMs,
  /** Longest interval between two polls, in milliseconds: so long an outcome that nobody reports may stay unknown. */
  pollLongestMs: dayMs,
  /** How long to wait for an outcome before an operator is asked, in milliseconds. */
  outcomeWithinMs: 40 * dayMs,
  /** Row 10: the wait before the one repeat, while permissions take effect, in milliseconds. */
  spreadingRepeatMs: 15 * minuteMs,
  /**
   * Between two checks of a lock that has no name, in milliseconds. A blocker with a name is polled as often in the
   * first hour, and then later each time, up to four times as long: the account's listing reports its end.
   */
  blockerPollMs: 15 * minuteMs,
  /** How long to wait for a blocker before an operator is asked, in milliseconds. */
  blockerWithinMs: 40 * dayMs,
  /** When an operator is reminded, counted from the question, in milliseconds, smallest first. */
  remindAfterMs: [1, 3, 7, 14, 21, 28, 35, 42, 49, 56].map((days) => days * dayMs),
  /** When an unanswered question ends as `expired`, in milliseconds: AWS keeps change sets for 60 days. */
  expireAfterMs: 60 * dayMs,
  /**
   * The account's listing reports what happens elsewhere while an operator is asked, and each reminder checks. Between two
   * checks beside these, in milliseconds.
   */
  watchEveryMs: 7 * dayMs,
  /** First delay between two activity attempts of one submit: the listing needs time to show what AWS accepted. */
  submitRetryFirstMs: 10 * secondMs,
  /** How long one submit is attempted before an operator is asked, in milliseconds. */
  submitWithinMs: 7 * dayMs,
};

/** The policy values of a lineage. */
export type ChangeSetPolicy = PolicyOf<typeof changeSetDefaults>;
