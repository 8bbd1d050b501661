/** A worker that polls, as the server lists it. */
export interface ListedPoller {
  readonly identity: string;
  /** When it polled last, in milliseconds of the server's clock. */
  readonly lastAccessMs: number;
}

/** One check of the list: when it was asked for and answered, in milliseconds of one clock that never goes back. */
export interface PollerCheck {
  readonly pollers: readonly ListedPoller[];
  readonly askedMs: number;
  readonly answeredMs: number;
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

/** How long a share holds after the check that it comes from. */
const shareHoldsMs = 5_000;
/** What a newcomer waits beyond that: timers and the way of a call. */
const marginMs = 500;
/**
 * After this without a new poll a worker is taken for gone. One that has nothing to do polls once a minute (the server's
 * long poll), and the list keeps the dead, and those who closed, for five minutes.
 */
const goneAfterMs = 90_000;
/** Who has not polled for so long stops before the others take it for gone. */
const stopsAfterMs = goneAfterMs - 3 * shareHoldsMs;
/** Who had no check for so long may have been taken for gone, and is a newcomer again. */
const forgottenAfterMs = 45_000;

interface Other {
  readonly lastAccessMs: number;
  readonly newAtMs: number;
}

/**
 * Shares the quotas out among the workers that poll: each takes an equal share of what it sees. It rests on two things. Who
 * is in the list was put there before its own first check. And a share holds for a few seconds only: so a newcomer who sees
 * others waits for as long as any of them may still go by a list without it. The shares of all never add up to more than 1.
 */
export class QuotaShares {
  readonly #identity: string;
  readonly #others = new Map<string, Other>();
  #share: Share = { fraction: 0, untilMs: 0 };
  /** From when on this worker may use its share; undefined while it is not known to the others. */
  #beginsMs: number | undefined;
  #seenMs = 0;

  constructor(identity: string) {
    this.#identity = identity;
  }

  /** Takes what a check has shown. */
  checked({ pollers: listed, askedMs, answeredMs }: PollerCheck): void {
    const pollers = onceEach(listed);
    const newest = Math.max(...pollers.map(({ lastAccessMs }) => lastAccessMs));
    this.#remember(
      pollers.filter(({ lastAccessMs }) => newest - lastAccessMs < goneAfterMs),
      askedMs,
    );
    const own = pollers.find(({ identity }) => identity === this.#identity);
    if (own === undefined || newest - own.lastAccessMs >= stopsAfterMs) {
      this.#beginsMs = undefined;
      this.#share = { fraction: 0, untilMs: 0 };
      return;
    }
    const forgotten = answeredMs - this.#seenMs > forgottenAfterMs;
    if (this.#beginsMs === undefined || forgotten) {
      this.#beginsMs = this.#others.size === 0 ? answeredMs : answeredMs + shareHoldsMs + marginMs;
    }
    this.#seenMs = answeredMs;
    this.#share = { fraction: 1 / (this.#others.size + 1), untilMs: askedMs + shareHoldsMs };
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

  /** A list that is begun again, as after a restart of the server, leaves out workers that live: who was seen counts on. */
  #remember(listed: readonly ListedPoller[], nowMs: number): void {
    for (const { identity, lastAccessMs } of listed) {
      if (identity === this.#identity || this.#others.get(identity)?.lastAccessMs === lastAccessMs) continue;
      this.#others.set(identity, { lastAccessMs, newAtMs: nowMs });
    }
    for (const [identity, { newAtMs }] of this.#others) {
      if (nowMs - newAtMs >= goneAfterMs) this.#others.delete(identity);
    }
  }
}

/** A worker stands in the list once for each partition of the queue that it polls: its last poll counts. */
function onceEach(listed: readonly ListedPoller[]): ListedPoller[] {
  const last = new Map<string, ListedPoller>();
  for (const poller of listed) {
    if ((last.get(poller.identity)?.lastAccessMs ?? -Infinity) < poller.lastAccessMs) last.set(poller.identity, poller);
  }
  return [...last.values()];
}
