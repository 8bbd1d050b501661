/** Does what was wanted last, however often the server refuses. */
export interface Keeper<Wanted> {
  /** Takes what is wanted, in place of what was before; returns at once. */
  keep(wanted: Wanted): void;
  /** Gives up what is not done; resolves once no call is under way. */
  close(): Promise<void>;
}

/** Between two attempts: twice as long each time. */
const retryDefaults = { firstMs: 2_000, longestMs: 5 * 60_000 };

/**
 * Starts a keeper; it waits for the first that is wanted.
 * @param attempt does what is wanted, and says whether all of it is done; it must not throw.
 */
export function startKeeper<Wanted>(
  attempt: (wanted: Wanted, signal: AbortSignal) => Promise<boolean>,
  { firstMs, longestMs } = retryDefaults,
): Keeper<Wanted> {
  let wanted: { readonly value: Wanted } | undefined;
  let working: Promise<void> | undefined;
  let wake = (): void => undefined;
  const closing = new AbortController();

  async function wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  async function work(): Promise<void> {
    let attempted: typeof wanted;
    let delayMs = firstMs;
    while (wanted !== undefined) {
      delayMs = wanted === attempted ? Math.min(delayMs * 2, longestMs) : firstMs;
      attempted = wanted;
      const isDone = await attempt(attempted.value, closing.signal);
      if (wanted !== attempted) continue;
      if (isDone) wanted = undefined;
      else await wait(delayMs);
    }
    working = undefined;
  }

  return {
    keep(value) {
      wanted = { value };
      wake();
      working ??= work();
    },
    async close() {
      wanted = undefined;
      closing.abort();
      wake();
      await working;
    },
  };
}
