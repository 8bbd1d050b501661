import { setTimeout as pause } from 'node:timers/promises';

/** Between two looks at the server, which has other work to do. */
const lookAgainMs = 20;

/** Longer than any test may take: nobody listens any more, and looking on would keep the process from ending. */
const longestMs = 300_000;

/** Looks again until there is something, or the deadline of the test ends it. */
export async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  const untilMs = performance.now() + longestMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > untilMs) throw new Error(`There was nothing for ${longestMs} ms: ${look.toString()}`);
    await pause(lookAgainMs);
  }
}
