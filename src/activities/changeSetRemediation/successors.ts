import type { CatalogChangeSet, CatalogListing } from '../../vendors/marketplaceCatalog/port.ts';
import { knownEntity } from './identifiers.ts';

/**
 * Whether a listed change set can be a successor of this one: its name is the successor's to the letter (what the
 * vendor's name filter matches is not documented), it was started later, and it touches every entity that is known.
 */
export function isSuccessor(listing: CatalogListing, name: string, source: CatalogChangeSet): boolean {
  const startMs = Date.parse(source.startTime ?? '');
  const entities = listing.entityIds.map((id) => id.split('@')[0]);
  return (
    listing.name === name &&
    (Number.isNaN(startMs) || Date.parse(listing.startTime ?? '') >= startMs) &&
    source.changes.every(({ entityId }) => {
      const known = knownEntity(entityId);
      return known === undefined || entities.includes(known);
    })
  );
}

/** Intent is APPLY where nothing is said (API model). */
export function sameIntent(one: string | undefined, other: string | undefined): boolean {
  return (one ?? 'APPLY') === (other ?? 'APPLY');
}
