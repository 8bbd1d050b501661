import { failureTypeOf } from '../ports/failures.ts';
import type {
  CatalogChange,
  CatalogChangeSet,
  CatalogEntity,
  CatalogListing,
  CatalogScope,
  MarketplaceCatalog,
} from '../ports/marketplaceCatalog.ts';
import { classesOf, entityFamily, knowledgeOf } from '../workflows/changeSetRemediation/changeTypes.ts';
import type { LineageReference, OtherChangeSet, Surroundings } from '../workflows/changeSetRemediation/findings.ts';

/** Newer change sets that are looked into one by one; past that, none is said to cover. */
const looksInto = 5;

/** An entity's id without its revision; undefined for what a change creates, or refers to by another change's name. */
export function knownEntity(identifier: string | undefined): string | undefined {
  return identifier === undefined || identifier.startsWith('$') ? undefined : identifier.split('@')[0];
}

function entitiesOf(changes: readonly CatalogChange[]): readonly string[] {
  const ids = changes.flatMap(({ entityId }) => knownEntity(entityId) ?? []);
  return [...new Set(ids)];
}

/** Newer than the origin: by its start, and by the id where both started in the same second. */
function isNewer({ changeSetId, startTime }: CatalogListing, lineage: LineageReference): boolean {
  if (lineage.memberIds.includes(changeSetId)) return false;
  const difference = Date.parse(startTime ?? '') - Date.parse(lineage.originStartTime ?? '');
  return difference > 0 || (difference === 0 && changeSetId > lineage.originId);
}

function touches(listing: CatalogListing, entities: readonly string[]): boolean {
  return listing.entityIds.some((id) => entities.includes(id.split('@')[0] ?? id));
}

function other({ changeSetId, name, startTime }: CatalogListing): OtherChangeSet {
  return {
    changeSetId,
    ...(name === undefined ? {} : { name }),
    ...(startTime === undefined ? {} : { startTime }),
  };
}

const kindOf = ({ changeType, entityId }: CatalogChange): string => `${changeType} ${knownEntity(entityId) ?? ''}`;

async function withCover(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  rows: readonly CatalogListing[],
  source: CatalogChangeSet,
): Promise<Array<OtherChangeSet & { covers: boolean }>> {
  const wanted = source.changes.map(kindOf);
  return Promise.all(
    rows.map(async (row, index) => {
      if (index >= looksInto) return { ...other(row), covers: false };
      const { changes } = await catalog.describeChangeSet(scope, row.changeSetId);
      const has = new Set(changes.map(kindOf));
      return { ...other(row), covers: wanted.every((kind) => has.has(kind)) };
    }),
  );
}

async function entityNow(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  entityId: string,
): Promise<CatalogEntity | undefined> {
  try {
    return await catalog.describeEntity(scope, entityId);
  } catch (error) {
    // An entity that is not shown is no sign of work; the submit itself says what is wrong with it.
    if (failureTypeOf(error) === 'NotFound') return undefined;
    throw error;
  }
}

/** Names that a change set gives to what it creates, wherever they stand in its details. */
function givenNames(source: CatalogChangeSet): ReadonlySet<string> {
  const text = source.changes.map(({ details }) => details ?? '').join('\n');
  const found = [...text.matchAll(/"(?:ProductTitle|Name)"\s*:\s*("(?:[^"\\]|\\.)*")/g)];
  return new Set(found.map(([, name]) => JSON.parse(name ?? '""') as string));
}

/**
 * Whether something of what the failed set would have created is there. Names are optional in drafts, so that an entity
 * without one counts; one with another name does not.
 */
async function lookForCreated(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
): Promise<Surroundings['created']> {
  const creating = source.changes.filter(({ entityType, changeType }) =>
    classesOf(entityType, changeType)?.includes('create'),
  );
  if (creating.length === 0) return undefined;
  const unnamed = creating.find(({ entityType, changeType }) => !knowledgeOf(entityType, changeType)?.namedBy);
  if (unnamed) return { found: 'something', evidence: `what ${unnamed.changeType} makes cannot be looked for` };
  const names = givenNames(source);
  const sinceMs = Date.parse(source.startTime ?? '');
  for (const family of new Set(creating.map(({ entityType }) => entityFamily(entityType)))) {
    const rows = await catalog.listEntities(scope, family);
    const candidate = rows.find(({ name, lastModified }) => {
      const recent = !(Date.parse(lastModified ?? '') < sinceMs);
      return recent && (name === undefined || name === '' || names.size === 0 || names.has(name));
    });
    if (candidate) {
      const when = candidate.lastModified ?? 'an unknown time';
      return { found: 'something', evidence: `${family} ${candidate.entityId}, last modified at ${when}` };
    }
  }
  return { found: 'nothing', evidence: 'no entity of that type with such a name has been modified since' };
}

/**
 * Looks at what else happened to the entities of a failed change set. Only the account's own change sets are listed;
 * other people's work shows in the entities' revisions.
 * @param source the newest member of the lineage.
 */
export async function lookAround(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  lineage: LineageReference,
): Promise<Surroundings> {
  const entities = entitiesOf(source.changes);
  const created = await lookForCreated(catalog, scope, source);
  const none = { newerSuccesses: [], newerFailures: [], running: [], foreignWork: [], staleRevisions: [] };
  const seen = created === undefined ? {} : { created };
  if (entities.length === 0 || lineage.originStartTime === undefined) return { ...none, ...seen };

  const { originStartTime } = lineage;
  const since = await catalog.listChangeSets(scope, { entityIds: entities, startedFrom: originStartTime });
  const newer = since.filter((row) => touches(row, entities) && isNewer(row, lineage));
  const successes = newer.filter(({ status }) => status === 'SUCCEEDED');
  const failures = newer.filter(({ status }) => status === 'FAILED');
  const active = await catalog.listChangeSets(scope, { entityIds: entities, statuses: ['PREPARING', 'APPLYING'] });
  const running = active.filter((row) => touches(row, entities) && !lineage.memberIds.includes(row.changeSetId));
  const now = await Promise.all(entities.map((entityId) => entityNow(catalog, scope, entityId)));
  const explained = successes.flatMap(({ entityIds }) => entityIds.map((id) => id.split('@')[0] ?? id));
  return {
    newerSuccesses: await withCover(catalog, scope, successes, source),
    newerFailures: await withCover(catalog, scope, failures, source),
    running: running.map(other),
    foreignWork: now.flatMap((entity) =>
      entity && changedSince(entity, originStartTime) && !explained.includes(entity.entityId)
        ? [{ entityId: entity.entityId, revision: entity.revision ?? '', at: entity.lastModified ?? '' }]
        : [],
    ),
    staleRevisions: staleRevisions(source, now),
    ...seen,
  };
}

function changedSince({ lastModified }: CatalogEntity, time: string): boolean {
  return Date.parse(lastModified ?? '') > Date.parse(time);
}

function staleRevisions(
  source: CatalogChangeSet,
  now: ReadonlyArray<CatalogEntity | undefined>,
): Surroundings['staleRevisions'] {
  return source.changes.flatMap(({ entityId }) => {
    const made = entityId?.split('@')[1];
    const latest = now.find((entity) => entity?.entityId === knownEntity(entityId))?.revision;
    if (made === undefined || latest === undefined || made === latest) return [];
    return [{ entityId: knownEntity(entityId) ?? '', made, latest }];
  });
}
