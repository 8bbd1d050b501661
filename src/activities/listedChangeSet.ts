import { defined } from '../defined.ts';
import type { CatalogListing } from '../vendors/marketplaceCatalog/port.ts';
import type { ListedChangeSet } from '../workflows/shared/listedChangeSet.ts';

/** As much of a row as its event says: the workflow finds out the entities. */
export function listedChangeSet(row: CatalogListing): ListedChangeSet {
  const { changeSetId, name, status, startTime, endTime, failureCode } = row;
  return { changeSetId, ...defined({ name, status, startTime, endTime, failureCode }) };
}
