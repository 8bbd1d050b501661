import type { Pair } from './statistics.ts';

/** What is run in turns, and for how long. */
export interface InterleaveOptions<Round> {
  readonly baseline: () => Promise<Round>;
  readonly subject: () => Promise<Round>;
  /** How many pairs at most. */
  readonly pairs: number;
  /** No further pair begins after this, in milliseconds; two are always run, so that there is a spread. */
  readonly budgetMs: number;
  /** Once aborted, no further round begins, and the call rejects with the reason. */
  readonly signal: AbortSignal;
  /** Hears how many pairs are done. */
  readonly onPair: (done: number) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs?: () => number;
}

const fewestPairs = 2;

/**
 * Runs short rounds of both sides in turns. The side that goes first changes from pair to pair, so that what a round
 * leaves behind (a fuller database, a warmer cache) favours neither.
 */
export async function interleave<Round>(options: InterleaveOptions<Round>): Promise<Array<Pair<Round>>> {
  const { baseline, subject, signal, nowMs = () => performance.now() } = options;
  const begunMs = nowMs();
  const done: Array<Pair<Round>> = [];
  const run = (side: () => Promise<Round>): Promise<Round> => {
    signal.throwIfAborted();
    return side();
  };
  while (done.length < options.pairs) {
    if (done.length >= fewestPairs && nowMs() - begunMs > options.budgetMs) break;
    if (done.length % 2 === 0) {
      const first = await run(baseline);
      done.push({ baseline: first, subject: await run(subject) });
    } else {
      const first = await run(subject);
      done.push({ baseline: await run(baseline), subject: first });
    }
    options.onPair(done.length);
  }
  return done;
}
