import { defined } from '../../defined.ts';
import type { CatalogChangeSet, CatalogListing, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { ChangeSetReference, FoundSuccessor } from '../../workflows/changeSetRemediation/contract.ts';
import { fitsMarker, readMarker, successorName } from '../../workflows/changeSetRemediation/lineage.ts';

/** How many names one listing takes (API model: 10 values in a filter). */
const namesPerListing = 10;

/** An entity's id without its revision; undefined for what a change creates, or names by another change. */
export function knownEntity(identifier: string | undefined): string | undefined {
  return identifier === undefined || identifier.startsWith('$') ? undefined : identifier.split('@')[0];
}

/**
 * Whether a listed change set can be a successor of this one: it has exactly the successor's name (how the vendor's name
 * filter matches is not documented), it was started later, and it touches every entity that is known.
 */
export function isSuccessor(listing: CatalogListing, name: string, source: Omit<Origin, 'name'>): boolean {
  const startMs = Date.parse(source.startTime ?? '');
  const entities = listing.entityIds.map(knownEntity);
  return (
    listing.name === name &&
    (Number.isNaN(startMs) || Date.parse(listing.startTime ?? '') >= startMs) &&
    source.changes.every(({ entityId }) => {
      const known = knownEntity(entityId);
      return known === undefined || entities.includes(known);
    })
  );
}

function successor(attempt: number, { changeSetId, status }: CatalogListing): FoundSuccessor {
  return { attempt, changeSetId, ...defined({ status }) };
}

/** What of an origin says which change sets are its successors. */
export type Origin = Pick<CatalogChangeSet, 'name' | 'startTime' | 'changes'>;

/** Finds the successors of an origin by their names. */
export async function findSuccessors(
  catalog: MarketplaceCatalog,
  reference: ChangeSetReference,
  origin: Origin,
): Promise<readonly FoundSuccessor[]> {
  // No successor was ever submitted for it, and AWS refuses a filter by so long a name.
  if (!fitsMarker(reference.changeSetId)) return [];
  const found: FoundSuccessor[] = [];
  for (let first = 1; found.length >= first - 1; first += namesPerListing) {
    const attempts = Array.from({ length: namesPerListing }, (_, index) => first + index);
    const nameOf = (attempt: number): string => successorName(origin.name, reference.changeSetId, attempt);
    catalog.expects(reference, { lookUps: 1 });
    const listings = await catalog.listChangeSetsByName(reference, attempts.map(nameOf));
    for (const attempt of attempts) {
      const match = listings.findLast((listing) => isSuccessor(listing, nameOf(attempt), origin));
      if (match) found.push(successor(attempt, match));
    }
  }
  return found;
}

/**
 * The successors among the change sets on the origin's entities, which every successor touches; undefined where they were
 * not listed.
 */
export function successorsIn(
  rows: readonly CatalogListing[] | undefined,
  { changeSetId }: Pick<ChangeSetReference, 'changeSetId'>,
  origin: Origin,
): readonly FoundSuccessor[] | undefined {
  const found = new Map<number, FoundSuccessor>();
  for (const row of rows ?? []) {
    const marker = readMarker(row.name);
    if (marker?.originId !== changeSetId) continue;
    const { attempt } = marker;
    // Newest first, and of two with the same name the older one counts.
    if (isSuccessor(row, successorName(origin.name, changeSetId, attempt), origin)) {
      found.set(attempt, successor(attempt, row));
    }
  }
  return rows && [...found.values()].toSorted((one, other) => one.attempt - other.attempt);
}
