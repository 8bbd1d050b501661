import type { CatalogOperation } from './catalogOperations.ts';
import { failure } from '../failures.ts';
import { type Caller, Line, type Waiting } from './rateLimiter.ts';
import { paceOf } from './catalogQuotas.ts';

/** How much of every quota this worker may use. */
export interface QuotaShare {
  /** The part that holds now, 0 to 1, and until when it does, in milliseconds of `performance.now()`. */
  current(): { readonly part: number; readonly untilMs: number };
  /** Says that calls wait or are made, so that the share has to be kept up. */
  need(): void;
  /** Calls back whenever the part, or how long it holds, has changed. */
  onChange(changed: () => void): void;
}

/** One call that wants its turn. */
interface Permit {
  readonly account: string;
  readonly operation: CatalogOperation;
  readonly caller: Caller;
  /** How much time the call itself has to have before its try ends, in milliseconds. */
  readonly neededMs: number;
  /** True where the call must not wait for long, because what was checked before it would be out of date. */
  readonly soon: boolean;
}

/** The lines of all accounts and operations of a process. */
export interface CatalogLines {
  /**
   * Resolves when the call may be made.
   * @throws Throttled where that would take too long, and when the lines are closed: nothing was asked.
   */
  turn(turn: Permit): Promise<void>;
  /** Lets nobody through any more: whoever waits fails at once. */
  close(): void;
}

/**
 * A try that has not asked anything yet is better off elsewhere where any of the account's lines is longer than this:
 * workers take tasks without a check of their lines, so that one line is long while that of another worker runs dry. Once
 * it has begun it stays, wherever it comes to next.
 */
const firstWithinMs = 7_000;
/** Others may go before it meanwhile; then it gives up. */
const firstLongestMs = 2 * firstWithinMs;
/** What was checked before a submit is out of date after this. */
const soonWithinMs = 10_000;
/** Nobody is sent away for longer: the order is made again then. */
const longestPromiseMs = 900_000;
const closedRetryMs = 1_000;

/**
 * Makes the lines.
 * @param quotaOf calls a second of an account; asked at every call, so that what it says then holds.
 */
export function createCatalogLines(
  quotaOf: (account: string, operation: CatalogOperation) => number,
  share: QuotaShare,
): CatalogLines {
  const lines = new Map<string, { readonly line: Line; readonly account: string; quota: number }>();
  const begun = new WeakSet<Caller>();
  const leaving = new Set<() => void>();
  let closed = false;

  const paced = ({ line, quota }: { line: Line; quota: number }): void => {
    const { part, untilMs } = share.current();
    line.pace(paceOf(quota, part), untilMs);
  };
  share.onChange(() => {
    for (const one of lines.values()) paced(one);
    if ([...lines.values()].some(({ line }) => line.busy)) share.need();
  });

  function lineOf(account: string, operation: CatalogOperation): Line {
    const key = `${account} ${operation}`;
    const quota = quotaOf(account, operation);
    const known = lines.get(key);
    if (known?.quota === quota) return known.line;
    const one = known ?? { line: new Line(now, setTimer), account, quota };
    one.quota = quota;
    lines.set(key, one);
    paced(one);
    return one.line;
  }

  const linesOf = (account: string): Line[] =>
    [...lines.values()].flatMap((one) => (one.account === account ? [one.line] : []));

  /**
   * The line that is too long for a try to wait here, where there is one. What a try asks after its first call is not
   * known, but most come to the tightest of the quotas in the end.
   */
  function tooLongOf({ account, soon }: Permit, place: Omit<Waiting, 'go'>, own: Line): Line | undefined {
    if (place.begun) return soon && own.waitMs(place) > soonWithinMs ? own : undefined;
    const slowest = linesOf(account).reduce((one, other) => (other.waitMs(place) > one.waitMs(place) ? other : one));
    return slowest.waitMs(place) > firstWithinMs ? slowest : undefined;
  }

  function giveUpAtMs({ caller, neededMs, soon }: Permit): number {
    const lastMs = caller.endsMs - neededMs;
    return soon || !begun.has(caller) ? Math.min(lastMs, now() + (soon ? soonWithinMs : firstLongestMs)) : lastMs;
  }

  function sentAway({ account, operation }: Permit, line: Line): Error {
    const promisedMs = line.promise(share.current().part || 1);
    const retryAfterMs = Math.max(1_000, Math.min(longestPromiseMs, Math.round(promisedMs)));
    const message = `${operation}: account ${account} has more to ask than its quota lets through; this waits for its turn`;
    return failure('Throttled', message, { context: { operation }, retryAfterMs });
  }

  return {
    async turn(turn) {
      const { account, operation, caller } = turn;
      if (closed) throw stopping(operation);
      share.need();
      const line = lineOf(account, operation);
      const place = { caller, begun: begun.has(caller) };
      const latestMs = giveUpAtMs(turn);
      const tooLong = tooLongOf(turn, place, line) ?? (now() > latestMs ? line : undefined);
      if (tooLong !== undefined) throw sentAway(turn, tooLong);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = line.join({ ...place, go: resolve });
      const close = (): void => reject(stopping(operation));
      leaving.add(close);
      const stopTimer = setTimer(latestMs - now(), () => reject(sentAway(turn, line)));
      try {
        await promise;
        // A process that was held up for long has missed its time.
        if (now() > latestMs) throw sentAway(turn, line);
        begun.add(caller);
      } finally {
        leave();
        stopTimer();
        leaving.delete(close);
      }
    },
    close() {
      closed = true;
      for (const close of leaving) close();
    },
  };
}

function now(): number {
  return performance.now();
}

function setTimer(delayMs: number, fire: () => void): () => void {
  const timer = setTimeout(fire, delayMs);
  return () => clearTimeout(timer);
}

function stopping(operation: CatalogOperation): Error {
  return failure('Throttled', `${operation}: this worker is stopping; another one asks`, {
    context: { operation },
    retryAfterMs: closedRetryMs,
  });
}
