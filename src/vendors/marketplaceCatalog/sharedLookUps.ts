import { defined } from '../../defined.ts';
import { failure, failureTypeOf } from '../../failures.ts';
import { processClock } from '../../quotas/clock.ts';
import { type Attempt, togetherOf } from '../../quotas/rateLimiter.ts';
import { reportingMs } from './calls.ts';
import { isWithin, touches } from './filters.ts';
import { Gathering, type Question } from './gathering.ts';
import type { CatalogListing, CatalogScope, ChangeSetFilter } from './port.ts';

/** How many values a filter takes (API model). */
export const mostFilterValues = 10;

/** Look-ups of what started before this go on their own, in milliseconds: they may have to read many pages. */
const recentMs = 86_400_000;

/** A filter on entities. */
type EntityFilter = ChangeSetFilter & Required<Pick<ChangeSetFilter, 'entityIds'>>;

/** One listing, to its end. */
interface Listings {
  readonly attemptOf: () => Attempt;
  readonly byNames: (scope: CatalogScope, names: readonly string[], attempt: Attempt) => Promise<CatalogListing[]>;
  readonly byEntities: (scope: CatalogScope, filter: EntityFilter, attempt: Attempt) => Promise<CatalogListing[]>;
}

/**
 * For so long a look-up waits for others that were announced, in milliseconds: as long as a storm's submits take to fill a
 * filter, at the pace of StartChangeSet.
 */
const waitsMs = 2_000;

interface LookUp extends Question {
  readonly attempt: Attempt;
}
interface EntityLookUp extends LookUp {
  readonly filter: EntityFilter;
}

/** Look-ups by values of a filter that activity attempts of one account share. */
export interface SharedLookUps {
  /** The change sets with one of these names, at most ten, and perhaps others. */
  byNames(scope: CatalogScope, names: readonly string[]): Promise<readonly CatalogListing[]>;
  /** The change sets that this filter takes, with at most ten entities. */
  byEntities(scope: CatalogScope, filter: EntityFilter): Promise<readonly CatalogListing[]>;
  /** Whether an activity attempt of an account is to make a look-up, for which those of others may wait. */
  announce(account: string, attempt: Attempt, comes: boolean): void;
}

/**
 * Shares listings among the activity attempts of a process that have look-ups at the same time: up to ten values go in
 * one filter (docs/decisions/0012). Each attempt gets what its own filter takes; a listing counts as its own check, since it
 * is begun after the attempt has asked.
 */
export function createSharedLookUps({ attemptOf, byNames, byEntities }: Listings): SharedLookUps {
  const announced = createAnnounced((account) => {
    for (const kinds of [names, entities]) kinds.nobodyComes(account);
  });
  const names = createKinds<LookUp>(announced, (scope, lookUps) =>
    byNames(scope, valuesOf(lookUps), attemptsOf(lookUps)),
  );
  const entities = createKinds<EntityLookUp>(announced, (scope, lookUps) =>
    byEntities(
      scope,
      { ...widest(lookUps.map(({ filter }) => filter)), entityIds: valuesOf(lookUps) },
      attemptsOf(lookUps),
    ),
  );
  return {
    byNames: (scope, values) => waiting(attemptOf(), (asked) => names.ask(scope, 'names', { ...asked, values })),
    async byEntities(scope, filter) {
      const { entityIds: values } = filter;
      const ask = (asked: Omit<EntityLookUp, 'values' | 'filter'>): Promise<readonly CatalogListing[]> =>
        entities.ask(scope, kindOf(filter), { ...asked, values, filter });
      const rows = await waiting(attemptOf(), ask);
      return rows.filter((row) => touches(row, values) && isWithin(row, filter));
    },
    announce(account, attempt, comes) {
      if (comes) announced.add(account, attempt);
      else announced.delete(account, attempt);
    },
  };
}

/** The activity attempts that are to make a look-up and have made none yet, of each account. */
interface Announced {
  add(account: string, attempt: Attempt): void;
  delete(account: string, attempt: Attempt): void;
  some(account: string): boolean;
}

/** @param onNone is called when an account's last one has gone. */
function createAnnounced(onNone: (account: string) => void): Announced {
  const byAccount = new Map<string, Set<Attempt>>();
  return {
    add: (account, attempt) => void byAccount.set(account, (byAccount.get(account) ?? new Set()).add(attempt)),
    delete(account, attempt) {
      const ofAccount = byAccount.get(account);
      if (ofAccount?.delete(attempt) !== true || ofAccount.size > 0) return;
      byAccount.delete(account);
      onNone(account);
    },
    some: (account) => byAccount.has(account),
  };
}

/** The gatherings of all accounts, catalogs and kinds. */
interface Kinds<Asked extends LookUp> {
  ask(scope: CatalogScope, kind: string, asked: Asked): Promise<readonly CatalogListing[]>;
  /** No look-up of this account is to come. */
  nobodyComes(account: string): void;
}

/** A gathering for each account, catalog and kind. */
function createKinds<Asked extends LookUp>(
  announced: Announced,
  list: (scope: CatalogScope, lookUps: readonly Asked[]) => Promise<CatalogListing[]>,
): Kinds<Asked> {
  const gatherings = new Map<string, { account: string; gathering: Gathering<Asked, readonly CatalogListing[]> }>();
  const make = (scope: CatalogScope): Gathering<Asked, readonly CatalogListing[]> =>
    new Gathering({
      mostValues: mostFilterValues,
      waitsMs,
      clock: processClock,
      othersCome: () => announced.some(scope.account),
      list: (lookUps: readonly Asked[]) => list(scope, lookUps),
      mayConcernOne,
    });
  return {
    async ask(scope, kind, asked) {
      const { account, catalog } = scope;
      const key = JSON.stringify([account, catalog, kind]);
      const { gathering } = gatherings.get(key) ?? { gathering: make(scope) };
      gatherings.set(key, { account, gathering });
      try {
        const answer = gathering.ask(asked);
        announced.delete(account, asked.attempt);
        return await answer;
      } finally {
        if (gathering.idle) gatherings.delete(key);
      }
    },
    nobodyComes(account) {
      for (const one of gatherings.values()) if (one.account === account) one.gathering.beginNext();
    },
  };
}

/** A value that AWS does not take must not fail the look-ups of others. */
function mayConcernOne(error: unknown): boolean {
  const type = failureTypeOf(error);
  return type === 'RequestRejected' || type === 'NotFound';
}

/**
 * Asks for an activity attempt, which waits until it has to report that it got no answer.
 * @throws Throttled then; the reason where nobody waits for the attempt any more.
 */
async function waiting<Answer>(
  attempt: Attempt,
  ask: (asked: Pick<LookUp, 'attempt' | 'priority' | 'signal'>) => Promise<Answer>,
): Promise<Answer> {
  const tooLate = new AbortController();
  const stopTimer = processClock.after(attempt.endsMs - reportingMs - processClock.nowMs(), () => {
    const message = 'ListChangeSets: the look-up did not get its answer in time; retrying';
    tooLate.abort(failure('Throttled', message, { context: { operation: 'ListChangeSets' } }));
  });
  const signal = attempt.signal === undefined ? tooLate.signal : AbortSignal.any([attempt.signal, tooLate.signal]);
  try {
    return await ask({ attempt, priority: attempt.priority, signal });
  } finally {
    stopTimer();
  }
}

/** What can be looked up together: by the same statuses and the same times, whatever their bounds. */
function kindOf({ statuses, orRunning, startedFrom, endedFrom, endedBefore }: EntityFilter): string {
  const isRecent = Date.parse(startedFrom ?? endedFrom ?? '') > Date.now() - recentMs;
  return JSON.stringify([statuses, orRunning, startedFrom && 1, endedFrom && 1, endedBefore && 1, isRecent]);
}

/** The filter that takes what any of these take; all are of one kind. */
function widest(filters: readonly EntityFilter[]): ChangeSetFilter {
  const { statuses, orRunning } = filters[0] ?? {};
  const sorted = (times: ReadonlyArray<string | undefined>): ReadonlyArray<string | undefined> =>
    times.toSorted((one, other) => Date.parse(one ?? '') - Date.parse(other ?? ''));
  const first = (times: ReadonlyArray<string | undefined>): string | undefined => sorted(times)[0];
  const last = (times: ReadonlyArray<string | undefined>): string | undefined => sorted(times).at(-1);
  return defined({
    statuses,
    orRunning,
    startedFrom: first(filters.map(({ startedFrom }) => startedFrom)),
    endedFrom: first(filters.map(({ endedFrom }) => endedFrom)),
    endedBefore: last(filters.map(({ endedBefore }) => endedBefore)),
  });
}

function valuesOf(lookUps: readonly Question[]): readonly string[] {
  return [...new Set(lookUps.flatMap(({ values }) => values))];
}

function attemptsOf(lookUps: readonly LookUp[]): Attempt {
  const attempts = [...new Set(lookUps.map(({ attempt }) => attempt))];
  const [only, ...others] = attempts;
  return only !== undefined && others.length === 0 ? only : togetherOf(attempts);
}
