import { AsyncLocalStorage } from 'node:async_hooks';
import type { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import { processClock } from './clock.ts';

/** What a call goes through before it leaves. */
interface Departure {
  /** Waits for the permit. */
  readonly wait: () => Promise<void>;
  /** Throws where the call must not leave any more; it comes after the wait, credentials and signature. */
  readonly beforeSending?: () => void;
}

/** That of the call that is under way. */
const departures = new AsyncLocalStorage<Departure>();

/** Makes a call of which every attempt, the SDK's own repeats included, waits first. */
export function withPermit<Answer>(departure: Departure, call: () => Promise<Answer>): Promise<Answer> {
  return departures.run(departure, call);
}

/**
 * Lets every attempt of the client's calls wait for its permit. It stands behind the SDK's repeats and before the signature,
 * which would age meanwhile.
 */
export function waitForPermits(client: MarketplaceCatalogClient): void {
  client.middlewareStack.addRelativeTo(
    <Attempt, Answer>(next: (attempt: Attempt) => Promise<Answer>) =>
      async (attempt: Attempt) => {
        await departures.getStore()?.wait();
        return next(attempt);
      },
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'stewardPermit' },
  );
  client.middlewareStack.addRelativeTo(
    <Attempt, Answer>(next: (attempt: Attempt) => Promise<Answer>) =>
      (attempt: Attempt) => {
        departures.getStore()?.beforeSending?.();
        return next(attempt);
      },
    { relation: 'after', toMiddleware: 'httpSigningMiddleware', name: 'stewardLastCheck' },
  );
}

/** A bound on a call's own time: the clock stands still while the call waits for a permit. */
export interface CallBound {
  readonly signal: AbortSignal;
  /** Waits, while the clock stands still. */
  whileStopped(wait: () => Promise<void>): Promise<void>;
  /** The call is over. */
  end(): void;
}

/** Starts the clock of a call that may take that many milliseconds, and must have ended at that time all the same. */
export function boundCall(limitMs: number, endsMs: number): CallBound {
  const controller = new AbortController();
  let leftMs = limitMs;
  let startedMs = 0;
  let stopTimer = (): void => undefined;
  const start = (): void => {
    startedMs = processClock.nowMs();
    const late = (): void => controller.abort(new DOMException('The call took too long', 'TimeoutError'));
    stopTimer = processClock.after(Math.min(leftMs, endsMs - startedMs), late);
  };
  const stop = (): void => {
    stopTimer();
    leftMs -= processClock.nowMs() - startedMs;
  };
  start();
  return {
    signal: controller.signal,
    async whileStopped(wait) {
      stop();
      try {
        await wait();
      } finally {
        start();
      }
    },
    end: stop,
  };
}
