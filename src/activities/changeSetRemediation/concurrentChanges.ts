import { defined } from '../../defined.ts';
import type {
  CatalogChange,
  CatalogChangeSet,
  CatalogEntity,
  CatalogListing,
  CatalogScope,
  MarketplaceCatalog,
} from '../../vendors/marketplaceCatalog/port.ts';
import type {
  FoundSuccessor,
  LineageReference,
  OtherChangeSet,
  ConcurrentChanges,
  NewerChangeSet,
} from '../../workflows/changeSetRemediation/contract.ts';
import { readMarker } from '../../workflows/changeSetRemediation/lineage.ts';
import { coverageOf } from './coverage.ts';
import { findSuccessors, knownEntity, successorsIn, type Origin } from './successors.ts';
import { findPartialEffects, ifKnown } from './partialEffects.ts';

/** Newer change sets that are checked one by one; none past that counts as covering. */
const mostInspected = 5;
/** How many entities one look-up takes (API model: 10 values in a filter). */
const entitiesPerLookUp = 10;
const lookUpsOf = (entities: number): number => Math.ceil(entities / entitiesPerLookUp);

/** AWS may date an entity a little after the end of the change set that changed it, in milliseconds. */
const settlingMs = 60_000;

function entitiesOf(changes: readonly CatalogChange[]): readonly string[] {
  const ids = changes.flatMap(({ entityId }) => knownEntity(entityId) ?? []);
  return [...new Set(ids)];
}

/** By its start, and by the id where both started in the same second; without a start it may be newer. */
function isNewer({ changeSetId, startTime }: CatalogListing, lineage: LineageReference): boolean {
  const difference = Date.parse(startTime ?? '') - Date.parse(lineage.originStartTime ?? '');
  return Number.isNaN(difference) || difference > 0 || (difference === 0 && changeSetId > lineage.originId);
}

function touches(listing: CatalogListing, entities: readonly string[]): boolean {
  return listing.entityIds.some((id) => entities.includes(id.split('@')[0] ?? id));
}

const isRunning = ({ status }: CatalogListing): boolean => status === 'PREPARING' || status === 'APPLYING';

function other({ changeSetId, name, startTime }: CatalogListing): OtherChangeSet {
  return { changeSetId, ...defined({ name, startTime }) };
}

/**
 * Inspects newer change sets. A validation changes nothing, so it does not count. A successor carries the intent of its
 * origin: where that is not newer, the successor covers nothing.
 */
async function inspectNewer(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  rows: readonly CatalogListing[],
  { source, newer }: { source: CatalogChangeSet; newer: readonly CatalogListing[] },
): Promise<readonly NewerChangeSet[]> {
  if (rows.length > 0) catalog.expects(scope, { describeChangeSet: Math.min(rows.length, mostInspected) });
  const found = await Promise.all(
    rows.map(async (row, index): Promise<readonly NewerChangeSet[]> => {
      if (index >= mostInspected) {
        return [{ ...other(row), coverage: 'unknown', evidence: `only the newest ${mostInspected} are compared` }];
      }
      const { changes, intent } = await catalog.describeEnded(scope, row.changeSetId);
      if (intent === 'VALIDATE') return [];
      const marker = readMarker(row.name);
      const ownIntent = marker === undefined || newer.some(({ changeSetId }) => changeSetId === marker.originId);
      if (!ownIntent) return [{ ...other(row), coverage: 'leaves', evidence: 'it repeats an older change set' }];
      return [{ ...other(row), ...coverageOf(source.changes, changes) }];
    }),
  );
  return found.flat();
}

/** The entities that AWS shows; for the others, the submit itself says what is wrong. */
async function shownEntities(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  entities: readonly string[],
): Promise<readonly CatalogEntity[]> {
  const found = await Promise.all(entities.map((entityId) => ifKnown(catalog.describeEntity(scope, entityId))));
  return found.filter((entity) => entity !== undefined);
}

/** A change set's entities and the change sets on them, before it is known which of these belong to the lineage. */
export interface Snapshot {
  readonly source: CatalogChangeSet;
  /** The entities that AWS shows. */
  readonly now: readonly CatalogEntity[];
  readonly created: ConcurrentChanges['created'];
  /**
   * The account's change sets on the entities that started since the origin, or still run, newest first; undefined where
   * no entity is known by which to list them.
   */
  readonly rows?: readonly CatalogListing[];
}

/**
 * Checks what else happened to the entities of a failed change set. AWS lists only the account's own change sets; external
 * changes show in the entities' revisions. Where the origin's start is unknown, everything may be newer.
 * @param source the newest member of the lineage.
 */
export async function checkConcurrentChanges(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  lineage: LineageReference,
): Promise<ConcurrentChanges> {
  return concurrentChangesIn(catalog, scope, await snapshot(catalog, scope, source, lineage.originStartTime), lineage);
}

/** Takes the entities first: what the account changes after that shows in the listing, and is not external. */
export async function snapshot(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  originStartTime: string | undefined,
): Promise<Snapshot> {
  const entities = entitiesOf(source.changes);
  if (entities.length > 1) {
    catalog.expects(scope, { describeEntity: entities.length, lookUps: lookUpsOf(entities.length) });
  }
  const now = await shownEntities(catalog, scope, entities);
  const created = await findPartialEffects(catalog, scope, source, now);
  if (entities.length === 0) return { source, now, created };
  const from = defined({ startedFrom: originStartTime });
  const rows = await catalog.listChangeSets(scope, { entityIds: entities, ...from, orRunning: true });
  return { source, now, created, rows: rows.filter((row) => touches(row, entities)) };
}

/** What a snapshot means for a lineage; newer change sets are inspected. */
export async function concurrentChangesIn(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  { source, now, created, rows = [] }: Snapshot,
  lineage: LineageReference,
): Promise<ConcurrentChanges> {
  const { originStartTime } = lineage;
  const own = unknownOwn(
    lineage,
    successorsIn(rows, { changeSetId: lineage.originId }, originOf(source, lineage)) ?? [],
  );
  const isOwn = ({ changeSetId }: CatalogListing): boolean =>
    lineage.memberIds.includes(changeSetId) || own.some((one) => one.changeSetId === changeSetId);
  const others = rows.filter((row) => !isOwn(row));
  const newer = others.filter((row) => isNewer(row, lineage));
  const newerOf = (status: string): Promise<readonly NewerChangeSet[]> => {
    const rows = newer.filter((row) => row.status === status);
    return inspectNewer(catalog, scope, rows, { source, newer });
  };
  const newerSuccesses = await newerOf('SUCCEEDED');
  const newerFailures = await newerOf('FAILED');
  const applied = (row: CatalogListing): boolean =>
    newerSuccesses.some(({ changeSetId }) => changeSetId === row.changeSetId) ||
    (row.status === 'SUCCEEDED' && isOwn(row));
  const successes = rows.filter(applied);
  const changed = now.filter((entity) => changedSince(entity, originStartTime) && !explained(entity, successes));
  const before = await endedSince(catalog, scope, changed, lineage);
  return {
    newerSuccesses,
    newerFailures,
    running: others.filter(isRunning).map(other),
    externalChanges: changed
      .filter((entity) => !explained(entity, before))
      .map(({ entityId, revision, lastModified }) => ({ entityId, revision: revision ?? '', at: lastModified ?? '' })),
    staleRevisions: staleRevisions(source, now),
    ...defined({ own: own.length > 0 ? own : undefined, created }),
  };
}

/** What of the origin says which change sets are its successors; every change set of a lineage has the same entities. */
function originOf({ changes }: CatalogChangeSet, { originName, originStartTime }: LineageReference): Origin {
  return { changes, ...defined({ name: originName, startTime: originStartTime }) };
}

/** Successors that are no members of the lineage yet. */
function unknownOwn({ memberIds }: LineageReference, successors: readonly FoundSuccessor[]): readonly FoundSuccessor[] {
  return successors.filter(({ changeSetId }) => !memberIds.includes(changeSetId));
}

/**
 * The same with a look-up of the lineage's own successors by their names, where no entity is known by which to list them:
 * for what is decided upon, or watched. A submit looks up its own name itself.
 */
export async function concurrentChangesWithOwn(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  found: Snapshot,
  lineage: LineageReference,
): Promise<ConcurrentChanges> {
  const concurrentChanges = await concurrentChangesIn(catalog, scope, found, lineage);
  if (found.rows !== undefined) return concurrentChanges;
  const reference = { ...scope, changeSetId: lineage.originId };
  const own = unknownOwn(lineage, await findSuccessors(catalog, reference, originOf(found.source, lineage)));
  return { ...concurrentChanges, ...defined({ own: own.length > 0 ? own : undefined }) };
}

/**
 * The account's running change sets on the entities of a change set, newest first.
 * @param ownIds those that do not count.
 */
export async function runningOn(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  ownIds: readonly string[],
): Promise<readonly OtherChangeSet[]> {
  const entities = entitiesOf(source.changes);
  if (entities.length === 0) return [];
  catalog.expects(scope, { lookUps: lookUpsOf(entities.length) });
  const active = await catalog.listChangeSets(scope, { entityIds: entities, statuses: ['PREPARING', 'APPLYING'] });
  return active.filter((row) => touches(row, entities) && !ownIds.includes(row.changeSetId)).map(other);
}

/**
 * The account's change sets that were started before the origin and have succeeded since: a repeat of the origin comes after
 * them, as the origin did, so what they changed is nobody else's work. Asked for only where something has changed.
 */
async function endedSince(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  changed: readonly CatalogEntity[],
  lineage: LineageReference,
): Promise<readonly CatalogListing[]> {
  const endedFrom = lineage.originStartTime;
  if (changed.length === 0 || endedFrom === undefined) return [];
  const entityIds = changed.map(({ entityId }) => entityId);
  catalog.expects(scope, { lookUps: lookUpsOf(entityIds.length) });
  const rows = await catalog.listChangeSets(scope, { entityIds, statuses: ['SUCCEEDED'], endedFrom });
  const older = rows.filter((row) => !isNewer(row, lineage) && !lineage.memberIds.includes(row.changeSetId));
  if (older.length > 0) catalog.expects(scope, { describeChangeSet: Math.min(older.length, mostInspected) });
  const applied = await Promise.all(
    older.slice(0, mostInspected).map(async (row) => {
      const { intent } = await catalog.describeEnded(scope, row.changeSetId);
      return intent === 'VALIDATE' ? [] : [row];
    }),
  );
  return applied.flat();
}

/** An unknown time may be later. */
function changedSince({ lastModified }: CatalogEntity, time: string | undefined): boolean {
  return !(Date.parse(lastModified ?? '') <= Date.parse(time ?? ''));
}

/** Whether a success of the account may have made the entity's last change; a later one is external. */
function explained({ entityId, lastModified }: CatalogEntity, successes: readonly CatalogListing[]): boolean {
  return successes.some(
    (row) => touches(row, [entityId]) && !(Date.parse(lastModified ?? '') > Date.parse(row.endTime ?? '') + settlingMs),
  );
}

function staleRevisions(source: CatalogChangeSet, now: readonly CatalogEntity[]): ConcurrentChanges['staleRevisions'] {
  const found = source.changes.flatMap(({ entityId: identifier }) => {
    const made = identifier?.split('@')[1];
    const entityId = knownEntity(identifier);
    const latest = now.find((entity) => entity.entityId === entityId)?.revision;
    if (entityId === undefined || made === undefined || latest === undefined || made === latest) return [];
    return [{ entityId, made, latest }];
  });
  return [...new Map(found.map((one) => [`${one.entityId}@${one.made}`, one])).values()];
}
