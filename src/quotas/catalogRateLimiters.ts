import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { failure } from '../failures.ts';
import {
  catalogOperations,
  type CatalogOperation,
  type ConfiguredQuotas,
  type QuotaOf,
  quotasOf,
  rateOf,
} from './catalogQuotas.ts';
import { processClock } from './clock.ts';
import { keepShare } from './keptShare.ts';
import type { QuotaShare } from './quotaShare.ts';
import { type Attempt, RateLimiter, type Waiting } from './rateLimiter.ts';
import { shareRegistry } from './shareRegistry.ts';

/** One call that needs a permit. */
interface PermitRequest {
  readonly account: string;
  readonly operation: CatalogOperation;
  readonly attempt: Attempt;
  /** How much time the call itself has to have before its attempt ends, in milliseconds. */
  readonly neededMs: number;
  /** True where the call must not wait for long, because what was checked before it would be out of date. */
  readonly soon: boolean;
}

/** An attempt that has not made its calls yet. */
interface AdmissionRequest {
  readonly account: string;
  readonly attempt: Attempt;
  /** How many calls it will make of each operation; where attempts make one together, each has its part of it. */
  readonly calls: Readonly<Partial<Record<CatalogOperation, number>>>;
}

/** The rate limiters of all accounts and operations of a process. */
export interface CatalogRateLimiters {
  /**
   * Admits an attempt where all its calls can be made soon, those of the attempts before it included, which may not have
   * made them yet.
   * @throws Throttled where they can't: it comes back when they can.
   */
  admit(request: AdmissionRequest): void;
  /** From now on an attempt makes so many of these calls; of an operation that is not named, as many as before. */
  expect(request: AdmissionRequest): void;
  /**
   * Resolves when the call may be made.
   * @throws Throttled where that would take too long, and after `close`: no call was made.
   */
  permit(request: PermitRequest): Promise<void>;
  /** Gives no permit from now on: every call that waits fails at once. */
  close(): void;
}

/**
 * An attempt that has made no call yet is deferred where the calls that it will make would take longer, in milliseconds:
 * workers take tasks without a check of their limiters, so that one is long while that of another worker runs dry. Once it
 * has begun it stays.
 */
const firstWithinMs = 7_000;
/** The first attempt of an activity may take so much longer: a new failure does not wait behind all that was deferred. */
const longerAtFirst = 2;
/** Others may go before it meanwhile; after so many times of that it is deferred. */
const goesByWithin = 2;
/** What was checked before a submit is out of date after this. */
const soonWithinMs = 10_000;
/** No deferral is longer: the order is made again then. */
const longestDeferralMs = 900_000;
const closedRetryMs = 1_000;

const { nowMs } = processClock;

/** The limiters of an account, each with the quota that it has. */
type OfAccount = Map<CatalogOperation, { readonly limiter: RateLimiter; quota: number }>;

/**
 * Makes the rate limiters.
 * @param quotaOf is asked at every call, so that what it says then holds.
 */
export function createCatalogRateLimiters(quotaOf: QuotaOf, share: QuotaShare): CatalogRateLimiters {
  const limiters = new Map<string, OfAccount>();
  const all = () => [...limiters.values()].flatMap((ofAccount) => [...ofAccount.values()]);
  const begun = new WeakSet<Attempt>();
  const admitted = new WeakSet<Attempt>();
  const waiting = new Set<() => void>();
  const hasBegun = (attempt: Attempt): boolean => begun.has(attempt) || attempt.together?.some(hasBegun) === true;
  let closed = false;

  const setRate = ({ limiter, quota }: { limiter: RateLimiter; quota: number }): void => {
    const { fraction, untilMs } = share.current();
    limiter.setRate(rateOf(quota, fraction), untilMs);
  };
  share.onChange(() => {
    for (const one of all()) setRate(one);
    if (all().some(({ limiter }) => limiter.busy)) share.need();
  });

  function limiterOf(account: string, operation: CatalogOperation): RateLimiter {
    const quota = quotaOf(account, operation);
    const ofAccount: OfAccount = limiters.get(account) ?? new Map();
    limiters.set(account, ofAccount);
    const known = ofAccount.get(operation);
    if (known?.quota === quota) return known.limiter;
    const one = known ?? { limiter: new RateLimiter(processClock), quota };
    one.quota = quota;
    ofAccount.set(operation, one);
    setRate(one);
    return one.limiter;
  }

  const withinMs = ({ isFirst }: Attempt): number => (isFirst === true ? longerAtFirst * firstWithinMs : firstWithinMs);

  /**
   * The limiter that would have an attempt wait too long here, where there is one. What one calls that was not admitted is
   * not known, but most come to the tightest of the quotas in the end.
   */
  function tooBusy({ account, soon }: PermitRequest, place: Omit<Waiting, 'go'>, own: RateLimiter) {
    if (place.begun || admitted.has(place.attempt)) return soon && own.waitMs(place) > soonWithinMs ? own : undefined;
    // Of this account alone: there may be a thousand.
    const slowest = [...(limiters.get(account)?.values() ?? [])]
      .map(({ limiter }) => limiter)
      .reduce((one, other) => (other.waitMs(place) > one.waitMs(place) ? other : one));
    return slowest.waitMs(place) > withinMs(place.attempt) ? slowest : undefined;
  }

  function expect({ account, attempt, calls }: AdmissionRequest): void {
    for (const operation of catalogOperations) {
      const { [operation]: count } = calls;
      if (count === undefined) continue;
      // No limiter is made for what nobody calls.
      const known = count > 0 ? limiterOf(account, operation) : limiters.get(account)?.get(operation)?.limiter;
      known?.expect(attempt, count);
    }
  }

  function giveUpAtMs({ attempt, neededMs, soon }: PermitRequest): number {
    const lastMs = attempt.endsMs - neededMs;
    return soon || !hasBegun(attempt)
      ? Math.min(lastMs, nowMs() + (soon ? soonWithinMs : goesByWithin * withinMs(attempt)))
      : lastMs;
  }

  function deferred(
    { account, operation }: Pick<PermitRequest, 'account' | 'operation'>,
    limiter: RateLimiter,
    calls = 1,
  ): Error {
    const delayMs = limiter.defer(share.current().fraction || 1, calls);
    const retryAfterMs = Math.max(1_000, Math.min(longestDeferralMs, Math.round(delayMs)));
    const message = `${operation}: rate limit reached for account ${account}; retrying when capacity is free`;
    return failure('Throttled', message, { context: { operation }, retryAfterMs });
  }

  return {
    admit({ account, attempt, calls }) {
      const expected = catalogOperations.flatMap((operation) => {
        const count = calls[operation] ?? 0;
        return count > 0 ? [{ operation, count, limiter: limiterOf(account, operation) }] : [];
      });
      const [first] = expected;
      if (first === undefined) return;
      if (closed) throw stopping(first.operation);
      share.need();
      const takesMs = ({ limiter, count }: typeof first): number => limiter.admissionMs(attempt, count);
      const slowest = expected.reduce((one, other) => (takesMs(other) > takesMs(one) ? other : one));
      if (takesMs(slowest) > withinMs(attempt)) {
        throw deferred({ account, operation: slowest.operation }, slowest.limiter, slowest.count);
      }
      admitted.add(attempt);
      expect({ account, attempt, calls });
    },
    expect,
    async permit(request) {
      const { account, operation, attempt } = request;
      if (closed) throw stopping(operation);
      share.need();
      const limiter = limiterOf(account, operation);
      const place = { attempt, begun: hasBegun(attempt) };
      const latestMs = giveUpAtMs(request);
      const busy = tooBusy(request, place, limiter) ?? (nowMs() > latestMs ? limiter : undefined);
      if (busy !== undefined) throw deferred(request, busy);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = limiter.join({ ...place, go: resolve });
      const close = (): void => reject(stopping(operation));
      waiting.add(close);
      const stopTimer = processClock.after(latestMs - nowMs(), () => reject(deferred(request, limiter)));
      try {
        await promise;
        // A process that was held up for long has missed its time.
        if (nowMs() > latestMs) throw deferred(request, limiter);
        for (const one of attempt.together ?? [attempt]) begun.add(one);
      } finally {
        leave();
        stopTimer();
        waiting.delete(close);
      }
    },
    close() {
      closed = true;
      for (const close of waiting) close();
    },
  };
}

function stopping(operation: CatalogOperation): Error {
  return failure('Throttled', `${operation}: this worker is stopping; another worker makes the call`, {
    context: { operation },
    retryAfterMs: closedRetryMs,
  });
}

/** The server's default of an activity without a priority. */
const defaultPriority = 3;

/**
 * Gives the activity attempt that is under way: of one priority, those go first that the server scheduled first.
 * @returns a function that gives the same object for all calls of one attempt; it throws outside of an activity.
 */
export function createAttemptOf(): () => Attempt {
  const attempts = new WeakMap<Context, Attempt>();
  return () => {
    const context = Context.current();
    const { attempt: number, priority, currentAttemptScheduledTimestampMs, startToCloseTimeoutMs } = context.info;
    const attempt: Attempt = attempts.get(context) ?? {
      priority: priority?.priorityKey ?? defaultPriority,
      sinceMs: currentAttemptScheduledTimestampMs,
      endsMs: nowMs() + startToCloseTimeoutMs,
      isFirst: number === 1,
      signal: context.cancellationSignal,
    };
    attempts.set(context, attempt);
    return attempt;
  };
}

/** A name that no other worker has: process ids and host names of containers come again. */
export function newWorkerIdentity(): string {
  return `${process.pid}@${hostname()}/${randomUUID().slice(0, 8)}`;
}

/** The rate limiters of a worker process, and its share of the quotas. */
export interface OpenCatalogRateLimiters extends Omit<CatalogRateLimiters, 'close'> {
  /** Gives no permit from now on; settles when the other workers know that this one's share is free, or in some seconds. */
  close(): Promise<void>;
}

/**
 * The rate limiters of a worker process.
 * @param worker the identity by which the other workers know this one.
 */
export function openCatalogRateLimiters(
  configuration: ConfiguredQuotas,
  worker: { readonly client: Client; readonly namespace: string; readonly identity: string },
  logger: Logger,
): OpenCatalogRateLimiters {
  const share = keepShare(shareRegistry(worker.client, worker.namespace), worker.identity, logger);
  const limiters = createCatalogRateLimiters(quotasOf(configuration), share);
  return {
    ...limiters,
    close() {
      limiters.close();
      return share.close();
    },
  };
}
