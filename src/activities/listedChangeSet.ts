import type { CatalogListing } from '../vendors/marketplaceCatalog/port.ts';
import type { ListedChangeSet } from '../workflows/shared/listedChangeSet.ts';

/** As much of a row as its event says: the workflow finds out the entities. */
export const listedChangeSet = ({ entityIds: _entityIds, ...row }: CatalogListing): ListedChangeSet => row;
