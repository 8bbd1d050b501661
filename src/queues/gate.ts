import { setTimeout } from 'node:timers/promises';

/** What a check of Temporal says. */
export type GateCheck = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Holds everything back while Temporal takes no events, so that no message is received that could not be delivered. */
export interface TemporalGate {
  /** Resolves once deliveries may be tried; @throws where the signal aborts before. */
  readonly opened: (signal: AbortSignal) => Promise<void>;
  /** A delivery found that Temporal takes nothing. */
  readonly close: (reason: string) => void;
  /** A delivery was taken. */
  readonly succeeded: () => void;
  /** How many deliveries were taken so far. */
  readonly successes: () => number;
  /** Since when the checks find Temporal ready, by `performance.now()`; undefined while they do not. */
  readonly readySinceMs: () => number | undefined;
  /** Why it is closed; undefined while it is open. */
  readonly reason: () => string | undefined;
}

/** Between two checks, in milliseconds: twice as long each time, until a delivery is taken. */
export interface Rechecks {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Waits so long, or until the signal aborts: then it rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const rechecks: Rechecks = {
  firstMs: 250,
  longestMs: 30_000,
  wait: (ms, signal) => setTimeout(ms, undefined, { signal, ref: false }),
};

/**
 * Makes a gate, which is closed until a first check has passed.
 * @param check whether Temporal takes events; it must not throw.
 * @param report is called when the gate closes, and when it opens again.
 */
export function createGate(
  check: () => Promise<GateCheck>,
  report: (reason: string | undefined) => void,
  times: Partial<Rechecks> = {},
): TemporalGate {
  const { firstMs, longestMs, wait } = { ...rechecks, ...times };
  let closedFor: string | undefined = 'Temporal was not checked yet';
  let opening: Promise<void> | undefined;
  let delayMs = 0;
  let successes = 0;
  let readySinceMs: number | undefined;
  let reported: string | undefined;

  function say(reason: string | undefined): void {
    if ((reported === undefined) !== (reason === undefined)) report(reason);
    reported = reason;
  }

  /** One for all who wait. */
  async function open(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // Several processes come back at different moments.
      await wait(delayMs * (0.75 + Math.random() / 2), signal).catch(() => undefined);
      if (signal.aborted) break;
      delayMs = Math.min(longestMs, Math.max(firstMs, delayMs * 2));
      const found = await check();
      if (found.ready) {
        readySinceMs ??= performance.now();
        closedFor = undefined;
        say(undefined);
        break;
      }
      readySinceMs = undefined;
      closedFor = found.reason;
      say(found.reason);
    }
    opening = undefined;
  }

  return {
    async opened(signal) {
      while (closedFor !== undefined) {
        signal.throwIfAborted();
        await (opening ??= open(signal));
      }
      signal.throwIfAborted();
    },
    close(reason) {
      closedFor ??= reason;
      say(reason);
    },
    succeeded() {
      successes += 1;
      delayMs = 0;
    },
    successes: () => successes,
    readySinceMs: () => readySinceMs,
    reason: () => closedFor,
  };
}
