import type { Filter } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import type { CatalogListing, CatalogScope, ChangeSetFilter } from './port.ts';
import type { Calls } from './calls.ts';
import { listAll, newestFirst, startedMs, wireTime } from './changeSetPages.ts';

// What a filter holds at most (API model).
const FILTER_VALUES_LIMIT = 10;

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
  const rows = await listAll(calls, scope, {
    filters: [{ Name: 'ChangeSetName', ValueList: [...names] }],
  });
  return rows.filter(({ name }) => name !== undefined && names.includes(name));
}

/**
 * All that a filter takes, newest first. Filters are ANDed and take ten values each, so that more entities are asked for
 * in turns; whether a time bound is inclusive is not documented, so rows are compared again.
 */
export async function listChangeSets(
  calls: Calls,
  scope: CatalogScope,
  filter: ChangeSetFilter,
): Promise<CatalogListing[]> {
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
  const running = unread
    ? await listChangeSets(calls, scope, {
        statuses: ['PREPARING', 'APPLYING'],
        ...defined({ entityIds }),
      })
    : [];
  return onceEach([...since, ...running]);
}

function entityFilters(entityIds: readonly string[] | undefined): Filter[][] {
  if (entityIds === undefined) return [[]];
  return turns(entityIds).map((ids) => [{ Name: 'EntityId', ValueList: ids }]);
}

function isRunning({ status }: CatalogListing): boolean {
  return status === 'PREPARING' || status === 'APPLYING';
}

/** Newest first; of two rows of one change set the later one, which was read later. */
function onceEach(rows: readonly CatalogListing[]): CatalogListing[] {
  return [...new Map(rows.map((row) => [row.changeSetId, row])).values()].toSorted(newestFirst);
}

function turns(values: readonly string[]): string[][] {
  const count = Math.ceil(values.length / FILTER_VALUES_LIMIT);
  return Array.from({ length: count }, (_, turn) =>
    values.slice(turn * FILTER_VALUES_LIMIT, (turn + 1) * FILTER_VALUES_LIMIT),
  );
}
