import { setTimeout as pause } from 'node:timers/promises';

/** The interval between two checks: the server has other work to do. */
const recheckMs = 20;

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
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`There was nothing for ${withinMs} ms: ${check.toString()}`);
    await pause(recheckMs);
  }
}
