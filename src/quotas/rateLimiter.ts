import type { Clock } from './clock.ts';
import { TokenBucket } from './tokenBucket.ts';

/** Whose call waits for a permit: one attempt of an activity. */
export interface Attempt {
  /** A lower number goes first. */
  readonly priority: number;
  /** When the attempt was due, in milliseconds of the server's clock: the older goes first. */
  readonly sinceMs: number;
  /** When the attempt has to have ended, in milliseconds of the process's clock. */
  readonly endsMs: number;
  /** Whether it is the first attempt of its activity: it has not been deferred yet. */
  readonly isFirst?: boolean;
  /** Aborted once nobody waits for the attempt any more. */
  readonly signal?: AbortSignal;
  /** Those for whom one call is made together. */
  readonly together?: readonly Attempt[];
}

/** Stands for attempts that make one call together: it goes as the first of them would, and lasts as long as any of them. */
export function togetherOf(attempts: readonly Attempt[]): Attempt {
  return {
    priority: Math.min(...attempts.map(({ priority }) => priority)),
    sinceMs: Math.min(...attempts.map(({ sinceMs }) => sinceMs)),
    endsMs: Math.max(...attempts.map(({ endsMs }) => endsMs)),
    together: attempts,
  };
}

/** A call that waits for a permit. */
export interface Waiting {
  readonly attempt: Attempt;
  /** Whether the attempt has made a call already: it finishes before another one begins. */
  readonly begun: boolean;
  readonly go: () => void;
}

/** Calls are ordered by priority, then by whether the attempt has already made a call, then by age. Negative: `one` first. */
export function goesBefore(one: Omit<Waiting, 'go'>, other: Omit<Waiting, 'go'>): number {
  return (
    one.attempt.priority - other.attempt.priority ||
    Number(other.begun) - Number(one.begun) ||
    one.attempt.sinceMs - other.attempt.sinceMs
  );
}

/** Gives the calls of one account and operation their permits, one after another at the rate that holds. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #bucket: TokenBucket;
  readonly #waiting: Waiting[] = [];
  /** Calls that attempts which were admitted are still to make; parts of calls that several make together. */
  readonly #expected = new Map<Attempt, number>();
  #deferredUntilMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#bucket = new TokenBucket(clock.nowMs());
  }

  /** Whether a call waits for a permit. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  /** From now on, and until that time, permits come at this rate. */
  setRate(perSecond: number, untilMs: number): void {
    this.#bucket.setRate(this.#clock.nowMs(), perSecond, untilMs);
    this.#serve();
  }

  /** From now on an attempt makes so many more calls; a part of one where several make it together. */
  expect(attempt: Attempt, calls: number): void {
    if (calls > 0) this.#expected.set(attempt, calls);
    else this.#expected.delete(attempt);
  }

  /** Has a call wait behind those that go before it; calls `go` with its permit. Gives what ends the wait. */
  join(waiting: Waiting): () => void {
    const place = this.#waiting.findIndex((other) => goesBefore(waiting, other) < 0);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiting);
    for (const one of waiting.attempt.together ?? [waiting.attempt]) {
      this.expect(one, (this.#expected.get(one) ?? 0) - 1);
    }
    this.#serve();
    return () => {
      const index = this.#waiting.indexOf(waiting);
      if (index !== -1) this.#waiting.splice(index, 1);
    };
  }

  /** How long a call that joined now would wait, in milliseconds, as far as is known; 0 where no rate holds yet. */
  waitMs(joining: Omit<Waiting, 'go'>): number {
    const ahead = this.#waiting.filter((other) => goesBefore(other, joining) <= 0).length;
    return this.#bucket.dueInMs(this.#clock.nowMs(), ahead + 1) ?? 0;
  }

  /**
   * How long it would take until so many calls of an attempt had their permits, in milliseconds, after those that wait and
   * those that are expected of the attempts before it; 0 where no rate holds yet.
   */
  admissionMs(attempt: Attempt, calls: number): number {
    const joining = { attempt, begun: false };
    const waiting = this.#waiting.filter((other) => goesBefore(other, joining) <= 0).length;
    const ahead = this.#expectedOf(({ priority }) => priority <= attempt.priority);
    return this.#bucket.dueInMs(this.#clock.nowMs(), waiting + ahead + calls) ?? 0;
  }

  #expectedOf(counts: (attempt: Attempt) => boolean): number {
    let sum = 0;
    for (const [attempt, calls] of this.#expected) if (counts(attempt)) sum += calls;
    return sum;
  }

  /** How long until all calls that wait or are expected, and all that were deferred, have had their permits, in milliseconds. */
  backlogMs(): number {
    const nowMs = this.#clock.nowMs();
    const calls = this.#waiting.length + this.#expectedOf(() => true);
    return Math.max(this.#bucket.dueInMs(nowMs, calls + 1) ?? 0, this.#deferredUntilMs - nowMs);
  }

  /**
   * Defers a call until after those that wait and those that were deferred before.
   * @param share of the account's permits that this limiter gives: a deferred call may come back to any worker, so that
   * all of them together may come back at the rate of the account.
   * @param calls that it comes back for.
   * @returns the milliseconds until then.
   */
  defer(share: number, calls = 1): number {
    const nowMs = this.#clock.nowMs();
    const onePermitMs = (this.#bucket.dueInMs(nowMs, 2) ?? 0) - (this.#bucket.dueInMs(nowMs, 1) ?? 0);
    this.#deferredUntilMs = nowMs + this.backlogMs() + onePermitMs * share * calls;
    return this.#deferredUntilMs - nowMs;
  }

  #serve(): void {
    this.#stopTimer();
    const nowMs = this.#clock.nowMs();
    while (this.#waiting.length > 0 && this.#bucket.take(nowMs)) this.#waiting.shift()?.go();
    const dueInMs = this.busy && this.#bucket.holds(nowMs) ? this.#bucket.dueInMs(nowMs, 1) : undefined;
    // Where no rate holds, the next one serves.
    if (dueInMs !== undefined) this.#stopTimer = this.#clock.after(dueInMs, () => this.#serve());
  }
}
