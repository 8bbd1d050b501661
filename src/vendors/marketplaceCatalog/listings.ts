import { ListChangeSetsCommand, type Filter } from '@aws-sdk/client-marketplace-catalog';
import type { CatalogListing, CatalogScope, ChangeSetFilter } from '../../ports/marketplaceCatalog.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages } from './pages.ts';
import { listingOf } from './translation.ts';

// What a filter and a page hold at most (API model).
const FILTER_VALUES_LIMIT = 10;
const CHANGE_SETS_PER_PAGE = 20;
const OPERATION = 'ListChangeSets';

/** Whether the vendor's name filter takes parts of names is not documented, so the rows are compared again. */
export async function listByName(
  calls: Calls,
  scope: CatalogScope,
  names: readonly string[],
): Promise<CatalogListing[]> {
  if (names.length === 0) return [];
  if (names.length > FILTER_VALUES_LIMIT) {
    throw new RangeError(`names: found ${names.length}, expected at most ${FILTER_VALUES_LIMIT}`);
  }
  const rows = await list(calls, scope, [{ Name: 'ChangeSetName', ValueList: [...names] }]);
  return rows.filter(({ name }) => name !== undefined && names.includes(name));
}

/**
 * All that a filter takes, newest first. Filters are ANDed and take ten values each, so that more entities are asked for
 * in turns; whether the time bound is inclusive is not documented, so rows are compared again.
 */
export async function listChangeSets(
  calls: Calls,
  scope: CatalogScope,
  { entityIds, statuses, startedFrom }: ChangeSetFilter,
): Promise<CatalogListing[]> {
  const fromMs = startedFrom === undefined ? 0 : Date.parse(startedFrom);
  const common: Filter[] = [
    ...(statuses === undefined ? [] : [{ Name: 'Status', ValueList: [...statuses] }]),
    // A second earlier, since the bound itself may be left out.
    ...(startedFrom === undefined ? [] : [{ Name: 'AfterStartTime', ValueList: [wireTime(fromMs - 1_000)] }]),
  ];
  const rows: CatalogListing[] = [];
  for (const ids of entityIds === undefined ? [undefined] : turns(entityIds)) {
    const filters = ids === undefined ? common : [...common, { Name: 'EntityId', ValueList: [...ids] }];
    rows.push(...(await list(calls, scope, filters)));
  }
  const once = new Map(rows.map((row) => [row.changeSetId, row]));
  return [...once.values()]
    .filter((row) => row.startTime === undefined || startedMs(row) >= fromMs)
    .toSorted(newestFirst);
}

async function list(calls: Calls, { account, catalog }: CatalogScope, filters: Filter[]): Promise<CatalogListing[]> {
  const rows = await allPages(OPERATION, async (nextToken) => {
    const command = new ListChangeSetsCommand({
      Catalog: catalog,
      ...(filters.length === 0 ? {} : { FilterList: filters }),
      Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' },
      MaxResults: CHANGE_SETS_PER_PAGE,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    });
    const answer = await calls.read(account, OPERATION, (client, bounds) => client.send(command, bounds));
    const items = present(answer.ChangeSetSummaryList, OPERATION, 'ChangeSetSummaryList');
    return { items, nextToken: answer.NextToken };
  });
  return rows.map((row) => listingOf(present(row.ChangeSetId, OPERATION, 'ChangeSetId'), row)).toSorted(newestFirst);
}

function turns(values: readonly string[]): string[][] {
  const count = Math.ceil(values.length / FILTER_VALUES_LIMIT);
  return Array.from({ length: count }, (_, turn) =>
    values.slice(turn * FILTER_VALUES_LIMIT, (turn + 1) * FILTER_VALUES_LIMIT),
  );
}

/** The API takes times of exactly twenty characters. */
function wireTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Rows without a time come last. */
function startedMs({ startTime }: CatalogListing): number {
  return startTime === undefined ? 0 : Date.parse(startTime) || 0;
}

function newestFirst(one: CatalogListing, other: CatalogListing): number {
  return startedMs(other) - startedMs(one);
}
