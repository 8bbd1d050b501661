import { failureTypeOf } from '../../failures.ts';
import type {
  CatalogChange,
  CatalogChangeSet,
  CatalogEntity,
  CatalogScope,
  MarketplaceCatalog,
} from '../../vendors/marketplaceCatalog/port.ts';
import { knowledgeOf } from '../../workflows/changeSetRemediation/changeTypes.ts';
import type { NamedBy } from '../../workflows/changeSetRemediation/changeTypes/knowledge.ts';
import type { ConcurrentChanges } from '../../workflows/changeSetRemediation/contract.ts';
import { knownEntity } from './successors.ts';

type PartialEffects = NonNullable<ConcurrentChanges['created']>;

/** The names in the details of the changes of one entity type: what they create may have any of them. */
function givenNames(changes: readonly CatalogChange[], nameKeys: readonly string[]): ReadonlySet<string> {
  const names = changes.flatMap(({ details }) => {
    const parsed = parsedObject(details);
    return nameKeys.map((key) => parsed[key]).filter((name) => typeof name === 'string');
  });
  return new Set(names);
}

function parsedObject(text: string | undefined): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // Unreadable contents hold no name: then every entity of that type counts.
    return {};
  }
}

/** Undefined where the vendor does not know what was asked for: an entity, or a type of entity. */
export async function ifKnown<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    const type = failureTypeOf(error);
    if (type === 'NotFound' || type === 'RequestRejected') return undefined;
    throw error;
  }
}

/**
 * Whether something exists that the failed set would have created. Names are optional in drafts, so an entity without one
 * counts; one with another name does not.
 */
async function findCreated(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  { entityType, nameKeys }: NamedBy,
): Promise<PartialEffects | undefined> {
  const rows = await ifKnown(catalog.listEntities(scope, entityType));
  if (rows === undefined) return { found: 'something', evidence: `entities of type ${entityType} cannot be listed` };
  const related = source.changes.filter((change) => change.entityType.split('@')[0] === entityType);
  const names = givenNames(related, nameKeys);
  const sinceMs = Date.parse(source.startTime ?? '');
  const candidate = rows.find(({ entityId, name, lastModified }) => {
    // An unknown time may be recent.
    const recent = !(Date.parse(lastModified ?? '') < sinceMs);
    const unnamed = name === undefined || name === '' || name === entityId;
    return recent && (unnamed || names.size === 0 || names.has(name));
  });
  if (candidate === undefined) return undefined;
  const when = candidate.lastModified ?? 'an unknown time';
  return { found: 'something', evidence: `${entityType} ${candidate.entityId}, last modified at ${when}` };
}

/**
 * Row 9's check: whether the failed set's creating, adding and widening changes had partial effects, or may have had.
 * What such a change did to an existing entity shows in its revision, which counts as an external change.
 * @param source the newest member of the lineage.
 * @param now the entities that the set names, as far as the vendor shows them.
 * @returns undefined where a repeat can apply nothing twice.
 */
export async function findPartialEffects(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  source: CatalogChangeSet,
  now: readonly CatalogEntity[],
): Promise<PartialEffects | undefined> {
  const landing = source.changes
    .map((change) => ({ ...change, known: knowledgeOf(change.entityType, change.changeType) }))
    // A repeat of what only sets a value sets the same one again.
    .filter(({ known }) => !known?.classes.every((one) => one === 'set'));
  const creating = landing.filter(({ known }) => known?.classes.includes('create'));
  const hidden = landing.find(({ entityId }) => {
    const id = knownEntity(entityId);
    return id !== undefined && !now.some((entity) => entity.entityId === id);
  });
  if (hidden) {
    const what = knownEntity(hidden.entityId) ?? '';
    return {
      found: 'something',
      evidence: `AWS does not show ${what}, so the effect of ${hidden.changeType} is unknown`,
    };
  }
  if (creating.length === 0) return undefined;
  const unnamed = creating.find(({ known }) => !known?.namedBy);
  if (unnamed) return { found: 'something', evidence: `nothing shows what ${unnamed.changeType} created` };
  const sought = creating.flatMap(({ known }) => known?.namedBy ?? []);
  const byType = new Map(sought.map((namedBy) => [namedBy.entityType, namedBy]));
  catalog.expects(scope, { listEntities: byType.size });
  for (const namedBy of byType.values()) {
    const found = await findCreated(catalog, scope, source, namedBy);
    if (found) return found;
  }
  return { found: 'nothing', evidence: 'no entity of that type with such a name was modified since' };
}
