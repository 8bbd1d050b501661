import { setTimeout as wait } from 'node:timers/promises';

/**
 * Makes every call once, so many a second, however long those before it take: a slow answer delays no other call, and
 * counts whole.
 * @returns from the moment at which each call was to be made to its answer, in milliseconds
 * @throws what the first failing call throws, once all others have ended
 */
export async function runPaced(
  calls: ReadonlyArray<() => Promise<void>>,
  perSecond: number,
): Promise<readonly number[]> {
  const begunMs = performance.now();
  const timed = async (call: () => Promise<void>, dueMs: number): Promise<number> => {
    const leftMs = dueMs - performance.now();
    if (leftMs > 0) await wait(leftMs);
    await call();
    return performance.now() - dueMs;
  };
  const ended = await Promise.allSettled(
    calls.map((call, index) => timed(call, begunMs + (index * 1_000) / perSecond)),
  );
  return ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}
