import pMap from 'p-map';

/** How long the calls of one round took. */
export interface LoadRound {
  /** From the first call to the last answer. */
  readonly seconds: number;
  /** Of each call, in milliseconds. */
  readonly latenciesMs: readonly number[];
}

/**
 * Makes every call once, so many at a time: each caller takes the next as soon as its own is answered.
 * @throws what the first failing call throws; no further call is begun then
 */
export async function runRound(calls: ReadonlyArray<() => Promise<void>>, callers: number): Promise<LoadRound> {
  const latenciesMs: number[] = [];
  const timed = async (call: () => Promise<void>): Promise<void> => {
    const begunMs = performance.now();
    await call();
    latenciesMs.push(performance.now() - begunMs);
  };
  const begunMs = performance.now();
  await pMap(calls, timed, { concurrency: callers });
  return { seconds: (performance.now() - begunMs) / 1_000, latenciesMs };
}

/** Calls per second. */
export function rateOf({ seconds, latenciesMs }: LoadRound): number {
  return latenciesMs.length / seconds;
}
