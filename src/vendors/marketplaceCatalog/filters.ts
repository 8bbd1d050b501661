import type { CatalogListing, ChangeSetFilter } from './port.ts';

/**
 * Whether a filter takes a row, its entities aside. A row without a time is kept: the vendor says that it is within.
 */
export function isWithin(row: CatalogListing, filter: ChangeSetFilter): boolean {
  const { startTime, endTime } = row;
  const notBefore = (time: string | undefined, bound: string | undefined): boolean =>
    time === undefined || bound === undefined || (Date.parse(time) || 0) >= Date.parse(bound);
  return (
    (notBefore(startTime, filter.startedFrom) || (filter.orRunning === true && isRunning(row))) &&
    (filter.statuses === undefined || row.status === undefined || filter.statuses.some((one) => one === row.status)) &&
    notBefore(endTime, filter.endedFrom) &&
    (endTime === undefined || filter.endedBefore === undefined || !notBefore(endTime, filter.endedBefore))
  );
}

/** Whether a row has one of these entities, given without revisions. */
export function touches({ entityIds }: CatalogListing, wanted: readonly string[]): boolean {
  return entityIds.some((id) => wanted.includes(id.split('@')[0] ?? id));
}

/** When a change set was started, in milliseconds since the epoch; 0 where the row does not say. */
export function startedMs({ startTime }: CatalogListing): number {
  return startTime === undefined ? 0 : Date.parse(startTime) || 0;
}

function isRunning({ status }: CatalogListing): boolean {
  return status === 'PREPARING' || status === 'APPLYING';
}
