/** A clock that never goes back, in milliseconds, with its timers. */
export interface Clock {
  readonly nowMs: () => number;
  /** Fires once after that time, and keeps no process alive; gives what takes the timer back. */
  readonly after: (delayMs: number, fire: () => void) => () => void;
}

/** The clock of this process, by which all its rate limits go. */
export const processClock: Clock = {
  nowMs: () => performance.now(),
  after(delayMs, fire) {
    const timer = setTimeout(fire, Math.max(0, Math.ceil(delayMs))).unref();
    return () => clearTimeout(timer);
  },
};
