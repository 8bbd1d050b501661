import { z } from 'zod';
import { notFound } from '../errors.ts';
import { isJson, parseLossless } from '../losslessJson.ts';
import { pageOf } from '../paging.ts';
import type { Store, StoredEntity } from '../store.ts';
import { entityArn, entityIdIn, typeName } from '../store.ts';
import { catalogSchema, checkedInput } from '../validation.ts';
import { ENTITY_TYPE_TRAITS } from './entityTypes.ts';
import type { ListEntitiesInput, MemberFilter } from './listEntitiesInput.ts';
import { checkedListEntities } from './listEntitiesInput.ts';
import type { Operation } from './operation.ts';
import { defined } from '../../defined.ts';
import { offerDetails } from './offerDetails.ts';

const entityQuerySchema = z.object({ catalog: catalogSchema, entityId: z.string().min(1).max(255) });

/** DescribeEntity: an entity of the caller's or shared with it. Only the latest revision is kept. */
export const describeEntity: Operation = ({ store }, call) => {
  const { entityId } = checkedInput(entityQuerySchema, call.input);
  const entity = store.entityFor(call.account, entityIdIn(entityId));
  const latest = `${entity?.id}@${entity?.revision}`;
  if (entity === undefined || (entityId !== entity.id && entityId !== latest)) {
    throw notFound(`Entity '${entityId}' does not exist`);
  }
  const detailsText = entity.detailsText === '{}' ? offerDetails(entity) : entity.detailsText;
  return {
    body: {
      EntityType: entity.type,
      EntityIdentifier: latest,
      EntityArn: entityArn(entity),
      LastModifiedDate: entity.lastModified,
      Details: detailsText,
      DetailsDocument: isJson(detailsText) ? parseLossless(detailsText) : undefined,
    },
    noted: { entityIds: [entity.id] },
  };
};

/** ListEntities: entities of one type, the caller's own (SELF) or those shared with it (SHARED). */
export const listEntities: Operation = ({ store }, call) => {
  const request = checkedListEntities(call.input);
  const { MaxResults, NextToken, ...question } = request;
  const sort = request.EntityTypeSort?.[`${request.EntityType}Sort`] ?? request.Sort;
  const sortBy = sort?.SortBy ?? 'LastModifiedDate';
  const page = pageOf({
    items: ownedAs(store, call.account, request.OwnershipType).filter((entity) => meets(entity, request)),
    place: (entity) => [textOf(memberOf(entity, sortBy)), entity.id],
    order: sort?.SortOrder ?? 'DESCENDING',
    question: [call.account, 'ListEntities', question],
    maxResults: MaxResults,
    ...defined({ nextToken: NextToken }),
  });
  return {
    body: { EntitySummaryList: page.items.map(summaryOf), NextToken: page.nextToken },
    noted: { entityIds: [] },
  };
};

function ownedAs(store: Store, account: string, ownership: 'SELF' | 'SHARED'): StoredEntity[] {
  return [...store.entities.values()].filter((entity) =>
    ownership === 'SELF' ? entity.account === account : entity.sharedWith.includes(account),
  );
}

function summaryOf(entity: StoredEntity): Record<string, unknown> {
  const type = typeName(entity.type);
  return {
    Name: entity.name,
    EntityType: type,
    EntityId: entity.id,
    EntityArn: entityArn(entity),
    LastModifiedDate: entity.lastModified,
    Visibility: entity.summary.Visibility,
    ...(type in ENTITY_TYPE_TRAITS ? { [`${type}Summary`]: entity.summary } : {}),
  };
}

function meets(entity: StoredEntity, request: ListEntitiesInput): boolean {
  const filters = Object.entries(request.EntityTypeFilters?.[`${request.EntityType}Filters`] ?? {});
  return (
    typeName(entity.type) === request.EntityType &&
    request.FilterList.every(({ ValueList }) => ValueList.includes(entity.id)) &&
    filters.every(([member, filter]) => meetsMember(memberOf(entity, member), filter))
  );
}

/** Each form that is given has to be met; a member that the entity lacks meets none. */
function meetsMember(member: unknown, { ValueList, WildCardValue, DateRange }: MemberFilter): boolean {
  const values = Array.isArray(member) ? member.map(textOf) : member === undefined ? [] : [textOf(member)];
  return values.some(
    (value) =>
      (ValueList === undefined || ValueList.includes(value)) &&
      (WildCardValue === undefined || value.includes(WildCardValue)) &&
      (DateRange?.AfterValue === undefined || Date.parse(value) > Date.parse(DateRange.AfterValue)) &&
      (DateRange?.BeforeValue === undefined || Date.parse(value) < Date.parse(DateRange.BeforeValue)),
  );
}

function memberOf(entity: StoredEntity, member: string): unknown {
  switch (member) {
    case 'EntityId':
      return entity.id;
    case 'LastModifiedDate':
      return entity.lastModified;
    case 'Name':
      return entity.name;
    default:
      return entity.summary[member];
  }
}

function textOf(member: unknown): string {
  if (member === undefined) return '';
  return typeof member === 'string' ? member : JSON.stringify(member);
}
