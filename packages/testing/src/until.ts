import { setTimeout as pause } from 'node:timers/promises';

/**
 * Between two checks, in milliseconds: the longer it has taken, the longer, since most checks are queries, which the server
 * and the worker have to answer beside what is waited for.
 */
const [recheckFirstMs, recheckLongestMs] = [20, 100];

/** Longer than any test may take: nobody listens any more, and checking on would keep the process from ending. */
const longestMs = 300_000;

/**
 * Checks again until there is something, in real time; the deadline of the test ends it.
 * @param check gives undefined or false while there is nothing yet.
 * @param withinMs how long it may take, in milliseconds.
 */
export async function until<Found>(
  check: () => Promise<Found | undefined | false> | Found | undefined | false,
  withinMs = longestMs,
): Promise<Found> {
  const startedMs = performance.now();
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    const waitedMs = performance.now() - startedMs;
    if (waitedMs > withinMs) throw new Error(`There was nothing for ${withinMs} ms: ${check.toString()}`);
    await pause(Math.min(recheckLongestMs, Math.max(recheckFirstMs, waitedMs / 20)));
  }
}
