import { dayMs } from '../../workflows/shared/durations.ts';

/** Of which accounts this process knows that the day's submits by policy are used up. */
export interface ReachedCaps {
  /** Notes what the permits have answered to a submit by policy. */
  answered(account: string, dailyCap: number, isReached: boolean): void;
  /** Whether the last answer for this cap was of this day of UTC, and said so: the next one says it too, in most cases. */
  isReached(account: string, dailyCap: number): boolean;
}

/**
 * Remembers for each account when its cap was reached, until midnight UTC, or until the configuration has another cap. The
 * permits alone decide; this says only which calls an activity attempt will make, so that none is reserved for a submit that
 * does not come.
 */
export function createReachedCaps(nowMs: () => number = Date.now): ReachedCaps {
  const reached = new Map<string, { readonly dailyCap: number; readonly day: number }>();
  const today = (): number => Math.floor(nowMs() / dayMs);
  return {
    answered(account, dailyCap, isReached) {
      if (isReached) reached.set(account, { dailyCap, day: today() });
      else reached.delete(account);
    },
    isReached(account, dailyCap) {
      const known = reached.get(account);
      return known?.dailyCap === dailyCap && known.day === today();
    },
  };
}
