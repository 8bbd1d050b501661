import { ListChangeSetsCommand, type Filter } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { CatalogListing, CatalogScope, ChangeSetFilter, MarketplaceCatalog } from './port.ts';
import type { Attempt } from '../../quotas/rateLimiter.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { isWithin, startedMs } from './filters.ts';
import { allPages, type Page } from './pages.ts';
import { createSharedLookUps, mostFilterValues, type SharedLookUps } from './sharedLookUps.ts';
import { listingOf } from './translation.ts';

const OPERATION = 'ListChangeSets';
// What a page holds at most (API model).
const CHANGE_SETS_PER_PAGE = 20;

/** The listings of change sets. Whether time bounds are inclusive is not documented, so rows are compared again. */
export function listingCalls(
  calls: Calls,
): Pick<MarketplaceCatalog, 'listChangeSetsByName' | 'listChangeSets' | 'listChangeSetsPage'> &
  Pick<SharedLookUps, 'announce'> {
  const shared = createSharedLookUps({
    attemptOf: calls.attemptOf,
    byNames: (scope, names, attempt) =>
      listAll(calls, scope, { filters: [{ Name: 'ChangeSetName', ValueList: [...names] }], attempt }),
    byEntities: (scope, filter, attempt) => listChangeSets(calls, scope, filter, attempt),
  });
  return {
    announce: (account, attempt, comes) => shared.announce(account, attempt, comes),
    /** Whether the vendor's name filter takes parts of names is not documented, so the rows are compared again. */
    async listChangeSetsByName(scope, names) {
      if (names.length === 0) return [];
      if (names.length > mostFilterValues) {
        throw new RangeError(`names: found ${names.length}, expected at most ${mostFilterValues}`);
      }
      const rows = await shared.byNames(scope, names);
      return rows.filter(({ name }) => name !== undefined && names.includes(name));
    },
    async listChangeSets(scope, filter) {
      const { entityIds } = filter;
      if (entityIds === undefined) return listChangeSets(calls, scope, filter, calls.attemptOf());
      const rows: CatalogListing[] = [];
      // A filter takes ten values, so that more entities are asked for one ten after the other.
      for (let first = 0; first < entityIds.length; first += mostFilterValues) {
        const ids = entityIds.slice(first, first + mostFilterValues);
        rows.push(...(await shared.byEntities(scope, { ...filter, entityIds: ids })));
      }
      return onceEach(rows);
    },

    /** The oldest first. Throws MalformedAnswer where a page names itself as the next one. */
    async listChangeSetsPage(scope, { statuses, startedFrom, startedBefore, nextToken }) {
      const fromMs = Date.parse(startedFrom);
      const beforeMs = Date.parse(startedBefore);
      // A second to spare on both sides.
      const filters = [
        { Name: 'Status', ValueList: [...statuses] },
        { Name: 'AfterStartTime', ValueList: [wireTime(fromMs - 1_000)] },
        { Name: 'BeforeStartTime', ValueList: [wireTime(beforeMs + 1_000)] },
      ];
      const page = await fetchPage(calls, scope, { filters, order: 'ASCENDING', ...defined({ nextToken }) });
      if (page.nextToken !== undefined && page.nextToken === nextToken) {
        throw failure('MalformedAnswer', `${OPERATION}: the pages do not end`, { context: { operation: OPERATION } });
      }
      const rows = page.items.filter(
        (row) => row.startTime === undefined || (startedMs(row) >= fromMs && startedMs(row) < beforeMs),
      );
      return defined({ rows, nextToken: page.nextToken });
    },
  };
}

/** What a page is asked for. */
interface PageQuestion {
  readonly filters: Filter[];
  /** StartTime where it is left out. */
  readonly sortBy?: 'StartTime' | 'EndTime';
  readonly order: 'ASCENDING' | 'DESCENDING';
  readonly nextToken?: string;
  /** For whom the page is asked. */
  readonly attempt?: Attempt;
}

/** All pages, or as many as are wanted; gives them newest first, in whatever order they are read. `isEnough` says from all that was read that the rest is not wanted. */
async function listAll(
  calls: Calls,
  scope: CatalogScope,
  {
    isEnough,
    order = 'DESCENDING',
    ...question
  }: Pick<PageQuestion, 'filters' | 'sortBy' | 'attempt'> &
    Partial<Pick<PageQuestion, 'order'>> & {
      readonly isEnough?: (rows: readonly CatalogListing[]) => boolean;
    },
): Promise<CatalogListing[]> {
  const rows = await allPages(
    OPERATION,
    (nextToken) => fetchPage(calls, scope, { ...question, order, ...defined({ nextToken }) }),
    isEnough,
  );
  return rows.toSorted(newestFirst);
}

async function fetchPage(
  { read }: Calls,
  { account, catalog }: CatalogScope,
  { filters, sortBy = 'StartTime', order, nextToken, attempt }: PageQuestion,
): Promise<Page<CatalogListing>> {
  const command = new ListChangeSetsCommand({
    Catalog: catalog,
    ...(filters.length === 0 ? {} : { FilterList: filters }),
    Sort: { SortBy: sortBy, SortOrder: order },
    MaxResults: CHANGE_SETS_PER_PAGE,
    ...defined({ NextToken: nextToken }),
  });
  const answer = await read(account, OPERATION, command, defined({ attempt }));
  const rows = present(answer.ChangeSetSummaryList, OPERATION, 'ChangeSetSummaryList');
  const items = rows.map((row) => listingOf(present(row.ChangeSetId, OPERATION, 'ChangeSetId'), row));
  // Some services write an empty token for the end.
  return defined({ items, nextToken: answer.NextToken === '' ? undefined : answer.NextToken });
}

/** All that a filter takes, with ten entities at most, newest first. */
async function listChangeSets(
  calls: Calls,
  scope: CatalogScope,
  filter: ChangeSetFilter,
  attempt: Attempt,
): Promise<CatalogListing[]> {
  if (filter.orRunning) return listFromOrRunning(calls, scope, filter, attempt);
  const { entityIds, statuses, endedFrom, endedBefore } = filter;
  const filters: Filter[] = [
    ...(statuses === undefined ? [] : [{ Name: 'Status', ValueList: [...statuses] }]),
    ...timeFilters(filter),
    ...entityFilter(entityIds),
  ];
  const sortBy = endedFrom === undefined && endedBefore === undefined ? 'StartTime' : 'EndTime';
  const { isEnough } = filter;
  const rows =
    isEnough === undefined
      ? await listAll(calls, scope, { filters, sortBy, attempt })
      : await listAll(calls, scope, {
          filters,
          sortBy: 'EndTime',
          order: 'ASCENDING',
          attempt,
          isEnough: (firstToEnd) => areInOrder(firstToEnd) && isEnough(firstToEnd),
        });
  return onceEach(rows.filter((row) => isWithin(row, filter)));
}

/** Whether rows came as they ended: what is left unread has ended later then. */
function areInOrder(rows: readonly CatalogListing[]): boolean {
  const endsMs = rows.map(({ endTime }) => Date.parse(endTime ?? ''));
  return endsMs.every((ms, index) => !Number.isNaN(ms) && (index === 0 || ms >= (endsMs[index - 1] ?? ms)));
}

/** Each bound a second wider, since the bound itself may be left out. */
function timeFilters({ startedFrom, endedFrom, endedBefore }: ChangeSetFilter): Filter[] {
  const bounds = [
    ['AfterStartTime', startedFrom, -1_000],
    ['AfterEndTime', endedFrom, -1_000],
    // The API takes whole seconds, and a part of one would be cut off.
    ['BeforeEndTime', endedBefore, 2_000],
  ] as const;
  return bounds.flatMap(([name, time, widerMs]) =>
    time === undefined ? [] : [{ Name: name, ValueList: [wireTime(Date.parse(time) + widerMs)] }],
  );
}

/**
 * Most entities have few change sets in the vendor's 60 days: one page shows both those that were started since and those
 * that run still. Only where older ones are left unread, those that run are asked for as well.
 */
async function listFromOrRunning(
  calls: Calls,
  scope: CatalogScope,
  filter: Pick<ChangeSetFilter, 'entityIds' | 'startedFrom' | 'orRunning'>,
  attempt: Attempt,
): Promise<CatalogListing[]> {
  const { entityIds, startedFrom } = filter;
  const fromMs = startedFrom === undefined ? 0 : Date.parse(startedFrom);
  let unread = false;
  const passesBeginning = (rows: readonly CatalogListing[]): boolean => {
    const startsMs = rows.map(({ startTime }) => Date.parse(startTime ?? ''));
    const inOrder = startsMs.every((ms, index) => index === 0 || ms <= (startsMs[index - 1] ?? 0));
    const passed = inOrder && (startsMs.at(-1) ?? fromMs) < fromMs;
    unread ||= passed;
    return passed;
  };
  const filters = entityFilter(entityIds);
  const since = await listAll(calls, scope, { filters, isEnough: passesBeginning, attempt });
  const statuses = ['PREPARING', 'APPLYING'] as const;
  const running = unread ? await listChangeSets(calls, scope, { statuses, ...defined({ entityIds }) }, attempt) : [];
  return onceEach([...since.filter((row) => isWithin(row, filter)), ...running]);
}

function entityFilter(entityIds: readonly string[] | undefined): Filter[] {
  return entityIds === undefined ? [] : [{ Name: 'EntityId', ValueList: [...entityIds] }];
}

/** Newest first; of two rows of one change set the later one, which was read later. */
function onceEach(rows: readonly CatalogListing[]): CatalogListing[] {
  return [...new Map(rows.map((row) => [row.changeSetId, row])).values()].toSorted(newestFirst);
}

/** The API takes times of exactly twenty characters. */
function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** For sorting: the last started first. */
function newestFirst(one: CatalogListing, other: CatalogListing): number {
  return startedMs(other) - startedMs(one);
}
