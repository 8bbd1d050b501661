import { list, members, milliseconds, text } from '../shared/shapes.ts';

/**
 * The policy values of a lineage; a phase goes by those that held at its beginning. A change set takes up to 37 days
 * (a solution going public), so the lineage waits for its outcome a little longer than that.
 */
export interface ChangeSetPolicy {
  /** Waits before each automatic successor, in milliseconds; their number is the limit of automatic successors. */
  readonly retryBackOffMs: readonly number[];
  /** An operator decides about a failure older than this, in milliseconds. */
  readonly freshForMs: number;
  /** Classes of change types that are never submitted again without an operator. */
  readonly protectedClasses: readonly string[];
  /**
   * Events and the account's listing report outcomes. A lineage polls only once a change set takes longer than usual: then
   * after this, and after twice as long each time, in milliseconds.
   */
  readonly pollFirstMs: number;
  /** Longest interval between two polls, in milliseconds: so long an outcome that nobody reports may stay unknown. */
  readonly pollLongestMs: number;
  /** How long to wait for an outcome before an operator is asked, in milliseconds. */
  readonly outcomeWithinMs: number;
  /** Row 10: the wait before the one repeat, while permissions take effect, in milliseconds. */
  readonly spreadingRepeatMs: number;
  /**
   * Between two checks of a lock that has no name, in milliseconds. A blocker with a name is polled as often in the
   * first hour, and then later each time, up to four times as long: the account's listing reports its end.
   */
  readonly blockerPollMs: number;
  /** How long to wait for a blocker before an operator is asked, in milliseconds. */
  readonly blockerWithinMs: number;
  /** When an operator is reminded, counted from the question, in milliseconds, smallest first. */
  readonly remindAfterMs: readonly number[];
  /** When an unanswered question ends as `expired`, in milliseconds: AWS keeps change sets for 60 days. */
  readonly expireAfterMs: number;
  /**
   * The account's listing reports what happens elsewhere while an operator is asked, and each reminder checks. Between two
   * checks beside these, in milliseconds.
   */
  readonly watchEveryMs: number;
  /** First delay between two activity attempts of one submit: the listing needs time to show what AWS accepted. */
  readonly submitRetryFirstMs: number;
  /** How long one submit is attempted before an operator is asked, in milliseconds. */
  readonly submitWithinMs: number;
}

/** As histories have it. */
export const changeSetPolicy = members<ChangeSetPolicy>({
  retryBackOffMs: list(milliseconds),
  freshForMs: milliseconds,
  protectedClasses: list(text),
  pollFirstMs: milliseconds,
  pollLongestMs: milliseconds,
  outcomeWithinMs: milliseconds,
  spreadingRepeatMs: milliseconds,
  blockerPollMs: milliseconds,
  blockerWithinMs: milliseconds,
  remindAfterMs: list(milliseconds),
  expireAfterMs: milliseconds,
  watchEveryMs: milliseconds,
  submitRetryFirstMs: milliseconds,
  submitWithinMs: milliseconds,
});
