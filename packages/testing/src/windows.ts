import type { CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';

const windowMs = 10_000;

/**
 * The most of some times that lie within any stretch of that length, its end left out.
 *
 * @param times ascending
 */
export function mostWithin(times: readonly number[], length: number): number {
  let first = 0;
  return times.reduce((most, time, index) => {
    while (time - (times[first] ?? 0) >= length) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

/** The most of these times, in ascending milliseconds, that lie within any ten seconds. */
export function mostInTenSeconds(timesMs: readonly number[]): number {
  return mostWithin(timesMs, windowMs);
}

/** Every call that reached the simulator, by account and operation: refused ones count as well. */
export function callTimes({ control }: Pick<CatalogSimulator, 'control'>): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const entry of control.log()) {
    if (entry.kind === 'event') continue;
    const key = `${entry.account ?? ''} ${entry.operation}`;
    times.set(key, [...(times.get(key) ?? []), Date.parse(entry.at)]);
  }
  return times;
}

/** How many calls were refused for being too fast, or as if they had been. */
export function throttlings({ control }: Pick<CatalogSimulator, 'control'>): number {
  const refusals = control.log({ kind: 'refusal' });
  return refusals.filter((entry) => entry.kind === 'refusal' && entry.reason === 'ThrottlingException').length;
}
