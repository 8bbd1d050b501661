import { ListChangeSetsCommand, type Filter } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { CatalogListing, CatalogScope, ChangeSetFilter, MarketplaceCatalog } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages, type Page } from './pages.ts';
import { listingOf } from './translation.ts';

const OPERATION = 'ListChangeSets';
// What a page and a filter hold at most (API model).
const CHANGE_SETS_PER_PAGE = 20;
const FILTER_VALUES_LIMIT = 10;

/** The listings of change sets. Whether time bounds are inclusive is not documented, so rows are compared again. */
export function listingCalls(
  calls: Calls,
): Pick<MarketplaceCatalog, 'listChangeSetsByName' | 'listChangeSets' | 'listChangeSetsPage'> {
  return {
    /** Whether the vendor's name filter takes parts of names is not documented, so the rows are compared again. */
    async listChangeSetsByName(scope, names) {
      if (names.length === 0) return [];
      if (names.length > FILTER_VALUES_LIMIT) {
        throw new RangeError(`names: found ${names.length}, expected at most ${FILTER_VALUES_LIMIT}`);
      }
      const filters = [{ Name: 'ChangeSetName', ValueList: [...names] }];
      const rows = await listAll(calls, scope, { filters });
      return rows.filter(({ name }) => name !== undefined && names.includes(name));
    },
    listChangeSets: (scope, filter) => listChangeSets(calls, scope, filter),

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
}

/** All pages, or as many as are wanted, newest first. `isEnough` says from all that was read that the rest is not wanted. */
async function listAll(
  calls: Calls,
  scope: CatalogScope,
  {
    isEnough,
    ...question
  }: Pick<PageQuestion, 'filters' | 'sortBy'> & {
    readonly isEnough?: (rows: readonly CatalogListing[]) => boolean;
  },
): Promise<CatalogListing[]> {
  const rows = await allPages(
    OPERATION,
    (nextToken) => fetchPage(calls, scope, { ...question, order: 'DESCENDING', ...defined({ nextToken }) }),
    isEnough,
  );
  return rows.toSorted(newestFirst);
}

async function fetchPage(
  { read }: Calls,
  { account, catalog }: CatalogScope,
  { filters, sortBy = 'StartTime', order, nextToken }: PageQuestion,
): Promise<Page<CatalogListing>> {
  const command = new ListChangeSetsCommand({
    Catalog: catalog,
    ...(filters.length === 0 ? {} : { FilterList: filters }),
    Sort: { SortBy: sortBy, SortOrder: order },
    MaxResults: CHANGE_SETS_PER_PAGE,
    ...defined({ NextToken: nextToken }),
  });
  const answer = await read(account, OPERATION, command);
  const rows = present(answer.ChangeSetSummaryList, OPERATION, 'ChangeSetSummaryList');
  const items = rows.map((row) => listingOf(present(row.ChangeSetId, OPERATION, 'ChangeSetId'), row));
  // Some services write an empty token for the end.
  return defined({ items, nextToken: answer.NextToken === '' ? undefined : answer.NextToken });
}

/**
 * All that a filter takes, newest first. Filters are ANDed and take ten values each, so that more entities are asked for
 * in turns.
 */
async function listChangeSets(calls: Calls, scope: CatalogScope, filter: ChangeSetFilter): Promise<CatalogListing[]> {
  if (filter.orRunning) return listFromOrRunning(calls, scope, filter);
  const { entityIds, statuses } = filter;
  const common: Filter[] = [
    ...(statuses === undefined ? [] : [{ Name: 'Status', ValueList: [...statuses] }]),
    ...timeFilters(filter),
  ];
  const byEnd = filter.endedFrom !== undefined || filter.endedBefore !== undefined;
  const rows: CatalogListing[] = [];
  for (const filters of entityFilters(entityIds)) {
    const sortBy = byEnd ? 'EndTime' : 'StartTime';
    rows.push(...(await listAll(calls, scope, { filters: [...common, ...filters], sortBy })));
  }
  return onceEach(rows.filter((row) => isWithin(row, filter)));
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

/** A row without a time is kept: the vendor says that it is within. */
function isWithin({ startTime, endTime }: CatalogListing, filter: ChangeSetFilter): boolean {
  const notBefore = (time: string | undefined, bound: string | undefined): boolean =>
    time === undefined || bound === undefined || (Date.parse(time) || 0) >= Date.parse(bound);
  return (
    notBefore(startTime, filter.startedFrom) &&
    notBefore(endTime, filter.endedFrom) &&
    (endTime === undefined || filter.endedBefore === undefined || !notBefore(endTime, filter.endedBefore))
  );
}

/**
 * Most entities have few change sets in the vendor's 60 days: one page shows both those that were started since and those
 * that run still. Only where older ones are left unread, those that run are asked for as well.
 */
async function listFromOrRunning(
  calls: Calls,
  scope: CatalogScope,
  { entityIds, startedFrom }: Pick<ChangeSetFilter, 'entityIds' | 'startedFrom'>,
): Promise<CatalogListing[]> {
  const fromMs = startedFrom === undefined ? 0 : Date.parse(startedFrom);
  let unread = false;
  const passesBeginning = (rows: readonly CatalogListing[]): boolean => {
    const startsMs = rows.map(({ startTime }) => Date.parse(startTime ?? ''));
    const inOrder = startsMs.every((ms, index) => index === 0 || ms <= (startsMs[index - 1] ?? 0));
    const passed = inOrder && (startsMs.at(-1) ?? fromMs) < fromMs;
    unread ||= passed;
    return passed;
  };
  const found: CatalogListing[] = [];
  for (const filters of entityFilters(entityIds)) {
    found.push(...(await listAll(calls, scope, { filters, isEnough: passesBeginning })));
  }
  const since = found.filter((row) => row.startTime === undefined || startedMs(row) >= fromMs || isRunning(row));
  const statuses = ['PREPARING', 'APPLYING'] as const;
  const running = unread ? await listChangeSets(calls, scope, { statuses, ...defined({ entityIds }) }) : [];
  return onceEach([...since, ...running]);
}

function entityFilters(entityIds: readonly string[] | undefined): Filter[][] {
  if (entityIds === undefined) return [[]];
  const turns = Math.ceil(entityIds.length / FILTER_VALUES_LIMIT);
  return Array.from({ length: turns }, (_, turn) => [
    { Name: 'EntityId', ValueList: entityIds.slice(turn * FILTER_VALUES_LIMIT, (turn + 1) * FILTER_VALUES_LIMIT) },
  ]);
}

function isRunning({ status }: CatalogListing): boolean {
  return status === 'PREPARING' || status === 'APPLYING';
}

/** Newest first; of two rows of one change set the later one, which was read later. */
function onceEach(rows: readonly CatalogListing[]): CatalogListing[] {
  return [...new Map(rows.map((row) => [row.changeSetId, row])).values()].toSorted(newestFirst);
}

/** The API takes times of exactly twenty characters. */
function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Rows without a time come last. */
function startedMs({ startTime }: CatalogListing): number {
  return startTime === undefined ? 0 : Date.parse(startTime) || 0;
}

/** For sorting: the last started first. */
function newestFirst(one: CatalogListing, other: CatalogListing): number {
  return startedMs(other) - startedMs(one);
}
