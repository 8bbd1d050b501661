import { Context } from '@temporalio/activity';

/** A third of the heartbeat time-out of the activities that use it, in milliseconds. */
const heartbeatEveryMs = 5_000;

/**
 * Tells the server of the progress now and then for as long as the work lasts, also while a call waits for its answer:
 * else a try would be given up that is well.
 * @param progress what the next try is to find.
 */
export async function beating<Result>(progress: () => unknown, work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(progress()), heartbeatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
