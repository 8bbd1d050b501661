import { Context } from '@temporalio/activity';

/** Often enough for a heartbeat time-out of twenty seconds, on a busy machine too. */
const beatEveryMs = 5_000;

/** Does the work of an activity and tells the server meanwhile that this worker lives, however long one call takes. */
export async function whileBeating<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), beatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
