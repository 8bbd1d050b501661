import { isPlainObject, isJson } from './losslessJson.ts';
import type { RandomSource } from './random.ts';
import type { Store, StoredChange, StoredChangeSet, StoredEntity } from './store.ts';
import { entityIdIn, isReference, typeName } from './store.ts';

/**
 * What a change set leaves behind when its changes land: each entity named gets one new revision and the time as its
 * last modification, and a change without an identifier makes an entity. Of the details only what listings show is
 * taken over (title or name, visibility or state); an entity's own details stay as they are.
 * Gives the ids of the entities that came to be, by index of the change.
 */
export function landChanges(
  store: Store,
  set: StoredChangeSet,
  time: string,
  random: RandomSource,
): Readonly<Record<number, string>> {
  const touched = new Map<string, StoredEntity>();
  const created: Record<number, string> = {};
  set.changes.forEach((change, index) => {
    if (change.identifier !== undefined) return;
    const entity = newEntity(set.account, change, random);
    created[index] = entity.id;
    touched.set(entity.id, entity);
  });
  set.changes.forEach((change, index) => {
    const id = entityIdAt(set, index, created);
    const entity = id === undefined ? undefined : (touched.get(id) ?? store.entities.get(id));
    if (entity !== undefined) touched.set(entity.id, withChange(entity, change));
  });
  for (const entity of touched.values()) {
    store.entities.set(entity.id, { ...entity, revision: entity.revision + 1, lastModified: time });
  }
  return created;
}

/** The entity of a change: the one it names or makes, or that of the change it refers to. */
function entityIdAt(
  set: StoredChangeSet,
  index: number,
  created: Readonly<Record<number, string>>,
): string | undefined {
  const identifier = set.changes[index]?.identifier;
  if (identifier === undefined) return created[index];
  if (!isReference(identifier)) return entityIdIn(identifier);
  const referred = set.changes.findIndex(({ changeName }) => changeName === referredName(identifier));
  const referredTo = set.changes[referred]?.identifier;
  return referredTo === undefined || isReference(referredTo) ? created[referred] : entityIdIn(referredTo);
}

/** The name of the change that a reference points to. */
export function referredName(reference: string): string {
  return reference.slice(1).split('.', 1)[0] ?? '';
}

/** An entity as it is before anything has happened to it. */
export function blankEntity(id: string, type: string, account: string, time: string): StoredEntity {
  return {
    id,
    type,
    account,
    sharedWith: [],
    name: id,
    summary: {},
    detailsText: '{}',
    revision: 1,
    lastModified: time,
    tags: [],
  };
}

function newEntity(account: string, change: StoredChange, random: RandomSource): StoredEntity {
  const type = typeName(change.entityType);
  const prefix = type.endsWith('Product') ? 'prod' : type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const entity = blankEntity(`${prefix}-${random.token(13)}`, change.entityType, account, '');
  const isDraftByState = type === 'Offer' || type === 'OfferSet';
  const summary = isDraftByState ? { State: 'Draft' } : type.endsWith('Product') ? { Visibility: 'Draft' } : {};
  return { ...entity, revision: 0, tags: change.entityTags, summary };
}

function withChange(entity: StoredEntity, change: StoredChange): StoredEntity {
  const details = detailsOf(change);
  const taken = Object.fromEntries(
    SUMMARY_MEMBERS.flatMap((member) => (typeof details[member] === 'string' ? [[member, details[member]]] : [])),
  );
  const title = details.ProductTitle ?? details.Name;
  return {
    ...entity,
    name: typeof title === 'string' ? title : entity.name,
    summary: { ...entity.summary, ...taken, ...releaseOf(change.changeType, details) },
  };
}

const SUMMARY_MEMBERS = ['ProductTitle', 'Name', 'ProductId', 'ResaleAuthorizationId', 'AvailabilityEndDate'] as const;

function releaseOf(changeType: string, details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  switch (changeType) {
    case 'ReleaseProduct':
      return { Visibility: 'Limited' };
    case 'ReleaseOffer':
    case 'ReleaseOfferSet':
      return { State: 'Released' };
    case 'UpdateVisibility':
      return typeof details.TargetVisibility === 'string' ? { Visibility: details.TargetVisibility } : {};
    default:
      return {};
  }
}

function detailsOf(change: StoredChange): Record<string, unknown> {
  const text = change.documentText;
  if (text === undefined || !isJson(text)) return {};
  const parsed: unknown = JSON.parse(text);
  return isPlainObject(parsed) ? parsed : {};
}
