/** A worker that has a share of the quotas, as the server lists it. */
export interface ListedWorker {
  readonly key: string;
  /** Differs after each of its registrations. No two workers' clocks are compared: what counts is that it changed. */
  readonly mark: string;
}

/** One check: the list was asked for and answered, then this worker registered; in milliseconds of one clock that never goes back. */
export interface ShareCheck {
  readonly listed: readonly ListedWorker[];
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly registeredMs: number;
}

/** What share of every quota this worker may use, and until when without another check. */
export interface Share {
  /** 0 to 1. */
  readonly fraction: number;
  readonly untilMs: number;
}

/** How much of every quota this worker may use. */
export interface QuotaShare {
  /** The share that holds now. */
  current(): Share;
  /** Says that calls wait or are made, so that the share has to be kept up. */
  need(): void;
  /** Calls back whenever the share, or how long it holds, has changed. */
  onChange(changed: () => void): void;
}

/** How long a share holds after the list that it comes from was asked for. */
const shareHoldsMs = 5_000;
/** What a newcomer waits beyond that: timers and the way of a call. */
const marginMs = 500;
/** Who closed counts on for so long: what it called before still counts in the quota's window. */
const leavesAfterMs = 10_000;
/** A worker that had no check for so long is a newcomer again. */
const forgottenAfterMs = 25_000;
/** A worker that has not registered again for so long is gone: by then it knows itself that it is forgotten. */
const goneAfterMs = forgottenAfterMs + 2 * shareHoldsMs;

interface Other {
  readonly mark: string;
  readonly newAtMs: number;
  /** Since when the list has been without it. */
  readonly missingAtMs?: number;
  /** It counts no longer, but the list still has it. */
  readonly isGone: boolean;
}

/**
 * Shares the quotas out among the workers that the server lists: each takes an equal share of what it sees. It rests on
 * three things. A worker is in the list before its own first check. A share holds for a few seconds only: a newcomer who
 * sees others waits for as long as any of them may still go by a list without it. And a worker that was cut off for long,
 * or that the list has lost, is a newcomer again before the others take it for gone. So the shares of all never add up to
 * more than 1.
 */
export class QuotaShares {
  readonly #key: string;
  readonly #others = new Map<string, Other>();
  #share: Share = { fraction: 0, untilMs: 0 };
  /** From when on this worker may use its share; undefined while the others may not know it. */
  #beginsMs: number | undefined;
  #checkedMs = -Infinity;

  constructor(key: string) {
    this.#key = key;
  }

  /** Whether a list has this worker; one that it is not in says nothing of those who are not in it either. */
  isIn(listed: readonly ListedWorker[]): boolean {
    return listed.some(({ key }) => key === this.#key);
  }

  /** The list is without this worker: it has to register, and is a newcomer. */
  lost(): void {
    this.#beginsMs = undefined;
    this.#share = { fraction: 0, untilMs: 0 };
  }

  /** Takes what a check has shown, of a list that has this worker. */
  checked({ listed, askedMs, answeredMs, registeredMs }: ShareCheck): void {
    this.#remember(listed, askedMs, answeredMs);
    const forgotten = registeredMs - this.#checkedMs > forgottenAfterMs;
    if (this.#beginsMs === undefined || forgotten) {
      this.#beginsMs = this.#count() === 0 ? registeredMs : registeredMs + shareHoldsMs + marginMs;
    }
    this.#checkedMs = askedMs;
    this.#share = { fraction: 1 / (this.#count() + 1), untilMs: askedMs + shareHoldsMs };
  }

  /** The share that holds; 0 where none does. */
  at(nowMs: number): Share {
    const mayBegin = this.#beginsMs !== undefined && nowMs >= this.#beginsMs;
    return mayBegin && nowMs <= this.#share.untilMs ? this.#share : { fraction: 0, untilMs: nowMs };
  }

  /** When this worker may begin, where it has to wait still. */
  get beginsMs(): number | undefined {
    return this.#beginsMs;
  }

  /** The listed workers that this one has taken for gone: they may be taken off the list. */
  get gone(): readonly string[] {
    return [...this.#others].flatMap(([key, { isGone, missingAtMs }]) =>
      isGone && missingAtMs === undefined ? [key] : [],
    );
  }

  #remember(listed: readonly ListedWorker[], askedMs: number, answeredMs: number): void {
    const marks = new Map(listed.map(({ key, mark }) => [key, mark]));
    marks.delete(this.#key);
    for (const [key, mark] of marks) {
      const known = this.#others.get(key);
      const newAtMs = known?.mark === mark ? known.newAtMs : answeredMs;
      this.#others.set(key, { mark, newAtMs, isGone: askedMs - newAtMs >= goneAfterMs });
    }
    for (const [key, other] of this.#others) {
      if (marks.has(key)) continue;
      const { newAtMs, missingAtMs = answeredMs } = other;
      const isGone = askedMs - newAtMs >= goneAfterMs || askedMs - missingAtMs >= leavesAfterMs;
      if (isGone) this.#others.delete(key);
      else this.#others.set(key, { ...other, missingAtMs });
    }
  }

  /** How many others have a share, or may have one. */
  #count(): number {
    return [...this.#others.values()].filter(({ isGone }) => !isGone).length;
  }
}
