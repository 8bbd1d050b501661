/** How long a turn that was due may be made up for, in milliseconds: timers are late by about this much. */
const lateMs = 50;

/**
 * When one line may make its calls: it saves up at the pace that holds, and each call costs one. It never holds more than
 * one call, but for what makes up for a late timer, so that there are no bursts. It begins with nothing saved.
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

  /** From now on, and until that time, calls may be made at this pace. */
  set(nowMs: number, perSecond: number, untilMs: number): void {
    this.#advance(nowMs);
    this.#perMs = perSecond / 1_000;
    this.#untilMs = untilMs;
  }

  /** Takes a turn where one is due; false: not yet. */
  take(nowMs: number): boolean {
    this.#advance(nowMs);
    // At the moment for which a turn was foretold, rounding may have left it a hair short.
    if (nowMs > this.#untilMs || this.#saved < 1 - 1e-9) return false;
    this.#saved -= 1;
    return true;
  }

  /**
   * In how many milliseconds that many turns will have been due, should the pace hold that long.
   * @returns undefined where there is no pace yet.
   */
  dueInMs(nowMs: number, turns: number): number | undefined {
    this.#advance(nowMs);
    if (this.#perMs === 0) return undefined;
    return Math.max(0, (turns - this.#saved) / this.#perMs);
  }

  /** Whether a pace holds at this time. */
  holds(nowMs: number): boolean {
    return nowMs <= this.#untilMs && this.#perMs > 0;
  }

  #advance(nowMs: number): void {
    const heldMs = Math.max(0, Math.min(nowMs, this.#untilMs) - this.#atMs);
    this.#saved = Math.min(1 + lateMs * this.#perMs, this.#saved + heldMs * this.#perMs);
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}
