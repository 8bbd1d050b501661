/** How far back a permit that was due may be made up for, in milliseconds: timers are late by about this much. */
const lateMs = 50;

/**
 * When calls may be made: permits are saved up at the rate that holds, and each call takes one. The bucket never holds more
 * than one, but for what makes up for a late timer, so that there are no bursts. It begins empty.
 * Times are in milliseconds of a clock that never goes back.
 */
export class TokenBucket {
  #saved = 0;
  #atMs: number;
  #perMs = 0;
  #untilMs = 0;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** From now on, and until that time, permits come at this rate. */
  setRate(nowMs: number, perSecond: number, untilMs: number): void {
    this.#advance(nowMs);
    this.#perMs = perSecond / 1_000;
    this.#untilMs = untilMs;
  }

  /** Takes a permit where one is due; false: not yet. */
  take(nowMs: number): boolean {
    this.#advance(nowMs);
    // At the moment for which a permit was foretold, rounding may have left it a hair short.
    if (!this.holds(nowMs) || this.#saved < 1 - 1e-9) return false;
    this.#saved -= 1;
    return true;
  }

  /**
   * In how many milliseconds that many permits will have been due, should the rate hold that long.
   * @returns undefined where there is no rate yet.
   */
  dueInMs(nowMs: number, permits: number): number | undefined {
    this.#advance(nowMs);
    if (this.#perMs === 0) return undefined;
    return Math.max(0, (permits - this.#saved) / this.#perMs);
  }

  /** Whether a rate holds at this time. */
  holds(nowMs: number): boolean {
    return nowMs <= this.#untilMs && this.#perMs > 0;
  }

  #advance(nowMs: number): void {
    const heldMs = Math.max(0, Math.min(nowMs, this.#untilMs) - this.#atMs);
    this.#saved = Math.min(1 + lateMs * this.#perMs, this.#saved + heldMs * this.#perMs);
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}
