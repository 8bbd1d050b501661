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

/** At this distance listings that several share are begun: the rate at which a storm's look-ups fill a filter. */
const restMs = 700;

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
}

/**
 * Shares listings among the activity attempts of a process that have look-ups at the same time: up to ten values go in
 * one filter (docs/decisions/0012). Each attempt gets what its own filter takes; a listing counts as its own check, since it
 * is begun after the attempt has asked.
 */
export function createSharedLookUps({ attemptOf, byNames, byEntities }: Listings): SharedLookUps {
  const names = createKinds<LookUp>((scope, lookUps) => byNames(scope, valuesOf(lookUps), attemptsOf(lookUps)));
  const entities = createKinds<EntityLookUp>((scope, lookUps) =>
    byEntities(
      scope,
      { ...widest(lookUps.map(({ filter }) => filter)), entityIds: valuesOf(lookUps) },
      attemptsOf(lookUps),
    ),
  );
  return {
    byNames: (scope, values) => waiting(attemptOf(), (asked) => names(scope, 'names', { ...asked, values })),
    async byEntities(scope, filter) {
      const { entityIds: values } = filter;
      const rows = await waiting(attemptOf(), (asked) => entities(scope, kindOf(filter), { ...asked, values, filter }));
      return rows.filter((row) => touches(row, values) && isWithin(row, filter));
    },
  };
}

/** A gathering for each account, catalog and kind. */
function createKinds<Asked extends LookUp>(
  list: (scope: CatalogScope, lookUps: readonly Asked[]) => Promise<CatalogListing[]>,
): (scope: CatalogScope, kind: string, asked: Asked) => Promise<readonly CatalogListing[]> {
  const gatherings = new Map<string, Gathering<Asked, readonly CatalogListing[]>>();
  return async (scope, kind, asked) => {
    const key = JSON.stringify([scope.account, scope.catalog, kind]);
    const gathering =
      gatherings.get(key) ??
      new Gathering({
        mostValues: mostFilterValues,
        restMs,
        clock: processClock,
        list: (lookUps: readonly Asked[]) => list(scope, lookUps),
        mayConcernOne,
      });
    gatherings.set(key, gathering);
    try {
      return await gathering.ask(asked);
    } finally {
      if (gathering.idle) gatherings.delete(key);
    }
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
