import { Context } from '@temporalio/activity';

/** A try that is due longer than this after the activity was asked for is one that somebody, or a wait, has brought about. */
const atOnceMs = 60_000;

/**
 * Whether the activity that is under way was asked for just now and is tried for the first time. One that an operator has
 * tried again (`temporal activity reset`) counts its tries from 1 again, but was asked for long ago.
 */
export function isFirstCheck(): boolean {
  const { attempt, scheduledTimestampMs } = Context.current().info;
  return attempt === 1 && Date.now() - scheduledTimestampMs < atOnceMs;
}
