import { performance } from 'node:perf_hooks';

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
  let next = 0;
  let failed = false;
  const caller = async (): Promise<void> => {
    for (let call = calls[next]; call !== undefined && !failed; call = calls[next]) {
      next += 1;
      const begunMs = performance.now();
      try {
        await call();
      } catch (error) {
        failed = true;
        throw error;
      }
      latenciesMs.push(performance.now() - begunMs);
    }
  };
  const begunMs = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return { seconds: (performance.now() - begunMs) / 1_000, latenciesMs };
}

/** Calls per second. */
export function rateOf({ seconds, latenciesMs }: LoadRound): number {
  return latenciesMs.length / seconds;
}
