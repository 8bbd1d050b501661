import { TokenBucket } from './tokenBucket.ts';

/** Whose call waits in a line: one try of an activity. */
export interface Caller {
  /** A lower number goes first. */
  readonly priority: number;
  /** When the try was due, in milliseconds of one clock for all of them: the older goes first. */
  readonly sinceMs: number;
  /** When the try has to have ended, in milliseconds of `performance.now()`. */
  readonly endsMs: number;
}

/** A call that stands in a line. */
export interface Waiting {
  readonly caller: Caller;
  /** Whether the try has made a call already: what was begun is finished before something else is begun. */
  readonly begun: boolean;
  readonly go: () => void;
}

/** Negative where the one goes before the other. */
export function goesBefore(one: Omit<Waiting, 'go'>, other: Omit<Waiting, 'go'>): number {
  return (
    one.caller.priority - other.caller.priority ||
    Number(other.begun) - Number(one.begun) ||
    one.caller.sinceMs - other.caller.sinceMs
  );
}

/** Sets a timer and gives what takes it back. */
export type SetTimer = (delayMs: number, fire: () => void) => () => void;

/**
 * The calls of one account and operation, one after another at the pace that holds. Times are in milliseconds of the clock
 * that is passed in.
 */
export class Line {
  readonly #now: () => number;
  readonly #setTimer: SetTimer;
  readonly #pacing: TokenBucket;
  readonly #waiting: Waiting[] = [];
  #promisedMs = 0;
  #stopTimer: () => void = () => undefined;

  constructor(now: () => number, setTimer: SetTimer) {
    this.#now = now;
    this.#setTimer = setTimer;
    this.#pacing = new TokenBucket(now());
  }

  /** Whether anybody waits for a turn. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  /** From now on, and until that time, calls are made at this pace. */
  pace(perSecond: number, untilMs: number): void {
    this.#pacing.set(this.#now(), perSecond, untilMs);
    this.#serve();
  }

  /** Joins behind those that go before; `go` is called when the turn has come. Gives what leaves the line again. */
  join(waiting: Waiting): () => void {
    const place = this.#waiting.findIndex((other) => goesBefore(waiting, other) < 0);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, waiting);
    this.#serve();
    return () => {
      const index = this.#waiting.indexOf(waiting);
      if (index !== -1) this.#waiting.splice(index, 1);
    };
  }

  /** How long a call that joined now would wait, in milliseconds, as far as is known; 0 where no pace holds yet. */
  waitMs(joining: Omit<Waiting, 'go'>): number {
    const ahead = this.#waiting.filter((other) => goesBefore(other, joining) <= 0).length;
    return this.#pacing.dueInMs(this.#now(), ahead + 1) ?? 0;
  }

  /** How long until all that wait, and all that were sent away until their turn, have been served, in milliseconds. */
  backlogMs(): number {
    const now = this.#now();
    return Math.max(this.#pacing.dueInMs(now, this.#waiting.length + 1) ?? 0, this.#promisedMs - now);
  }

  /**
   * Sends one away: after those who wait and those who were sent away before.
   * @param part of all turns of the account that are this line's: who is sent away comes to any line, so that they may
   * come back at the pace of all.
   * @returns the milliseconds until then.
   */
  promise(part: number): number {
    const now = this.#now();
    const onePermitMs = (this.#pacing.dueInMs(now, 2) ?? 0) - (this.#pacing.dueInMs(now, 1) ?? 0);
    this.#promisedMs = now + this.backlogMs() + onePermitMs * part;
    return this.#promisedMs - now;
  }

  #serve(): void {
    this.#stopTimer();
    const now = this.#now();
    while (this.#waiting.length > 0 && this.#pacing.take(now)) this.#waiting.shift()?.go();
    const dueInMs = this.busy && this.#pacing.holds(now) ? this.#pacing.dueInMs(now, 1) : undefined;
    // Where no pace holds, the next one serves.
    if (dueInMs !== undefined) this.#stopTimer = this.#setTimer(Math.ceil(dueInMs), () => this.#serve());
  }
}
