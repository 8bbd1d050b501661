/** Lets one of a kind through at a time. */
export interface Limiter {
  /** True where nothing of this key was let through in the time before; it counts as let through then. */
  admits(key: string, nowMs: number): boolean;
  /** Takes back what was let through, because it did not arrive. */
  forget(key: string): void;
}

/**
 * Makes a limiter that lets one of each key through in `everyMs` milliseconds. It remembers every key, so keys have to be
 * few.
 */
export function createLimiter(everyMs: number): Limiter {
  const admittedAtMs = new Map<string, number>();
  return {
    admits(key, nowMs) {
      const lastMs = admittedAtMs.get(key);
      if (lastMs !== undefined && nowMs - lastMs < everyMs) return false;
      admittedAtMs.set(key, nowMs);
      return true;
    },
    forget: (key) => void admittedAtMs.delete(key),
  };
}
