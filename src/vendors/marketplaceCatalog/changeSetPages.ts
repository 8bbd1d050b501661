import { ListChangeSetsCommand, type Filter } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import { failure } from '../../failures.ts';
import type { CatalogListing, CatalogScope, ChangeSetPage, ChangeSetPageRequest } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages, type Page } from './pages.ts';
import { listingOf } from './translation.ts';

// What a page holds at most (API model).
const CHANGE_SETS_PER_PAGE = 20;
const OPERATION = 'ListChangeSets';

/**
 * One page, the oldest first. Whether the time bounds are inclusive is not documented, so they are asked for with a
 * second to spare, and rows are compared again.
 * @throws MalformedAnswer where a page names itself as the next one.
 */
export async function listPage(
  calls: Calls,
  scope: CatalogScope,
  { statuses, startedFrom, startedBefore, nextToken }: ChangeSetPageRequest,
): Promise<ChangeSetPage> {
  const fromMs = Date.parse(startedFrom);
  const beforeMs = Date.parse(startedBefore);
  const filters: Filter[] = [
    { Name: 'Status', ValueList: [...statuses] },
    { Name: 'AfterStartTime', ValueList: [wireTime(fromMs - 1_000)] },
    { Name: 'BeforeStartTime', ValueList: [wireTime(beforeMs + 1_000)] },
  ];
  const page = await fetchPage(calls, scope, {
    filters,
    sortBy: 'StartTime',
    order: 'ASCENDING',
    ...defined({ nextToken }),
  });
  if (page.nextToken !== undefined && page.nextToken === nextToken) {
    throw failure('MalformedAnswer', `${OPERATION}: the pages do not end`, { context: { operation: OPERATION } });
  }
  const rows = page.items.filter(
    (row) => row.startTime === undefined || (startedMs(row) >= fromMs && startedMs(row) < beforeMs),
  );
  return defined({ rows, nextToken: page.nextToken });
}

/** What is listed, and how much of it. */
interface WholeQuestion {
  readonly filters: Filter[];
  /** StartTime where it is left out. */
  readonly sortBy?: PageQuestion['sortBy'];
  /** Says from all that was read whether what follows is not wanted. */
  readonly isEnough?: (rows: readonly CatalogListing[]) => boolean;
}

/** All pages, or as many as are wanted, newest first. */
export async function listAll(
  calls: Calls,
  scope: CatalogScope,
  { filters, sortBy = 'StartTime', isEnough }: WholeQuestion,
): Promise<CatalogListing[]> {
  const rows = await allPages(
    OPERATION,
    (nextToken) => fetchPage(calls, scope, { filters, sortBy, order: 'DESCENDING', ...defined({ nextToken }) }),
    isEnough,
  );
  return rows.toSorted(newestFirst);
}

interface PageQuestion {
  readonly filters: Filter[];
  readonly sortBy: 'StartTime' | 'EndTime';
  readonly order: 'ASCENDING' | 'DESCENDING';
  readonly nextToken?: string;
}

async function fetchPage(
  calls: Calls,
  { account, catalog }: CatalogScope,
  { filters, sortBy, order, nextToken }: PageQuestion,
): Promise<Page<CatalogListing>> {
  const command = new ListChangeSetsCommand({
    Catalog: catalog,
    ...(filters.length === 0 ? {} : { FilterList: filters }),
    Sort: { SortBy: sortBy, SortOrder: order },
    MaxResults: CHANGE_SETS_PER_PAGE,
    ...defined({ NextToken: nextToken }),
  });
  const answer = await calls.read(account, OPERATION, (client, bounds) => client.send(command, bounds));
  const rows = present(answer.ChangeSetSummaryList, OPERATION, 'ChangeSetSummaryList');
  const items = rows.map((row) => listingOf(present(row.ChangeSetId, OPERATION, 'ChangeSetId'), row));
  // Some services write an empty token for the end.
  return defined({ items, nextToken: answer.NextToken === '' ? undefined : answer.NextToken });
}

/** The API takes times of exactly twenty characters. */
export function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Rows without a time come last. */
export function startedMs({ startTime }: CatalogListing): number {
  return startTime === undefined ? 0 : Date.parse(startTime) || 0;
}

/** For sorting: the last started first. */
export function newestFirst(one: CatalogListing, other: CatalogListing): number {
  return startedMs(other) - startedMs(one);
}
