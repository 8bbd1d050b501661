import { Context } from '@temporalio/activity';

/** A third of the heartbeat time-out of the activities that use it, in milliseconds. */
const heartbeatEveryMs = 5_000;

/**
 * Sends heartbeats while the work lasts, also while a call waits for its answer: without them the server would time out a
 * healthy attempt.
 * @param progress what the next attempt finds.
 */
export async function withHeartbeat<Result>(progress: () => unknown, work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(progress()), heartbeatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
