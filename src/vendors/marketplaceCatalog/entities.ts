import { DescribeEntityCommand, ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { defined } from '../../defined.ts';
import type { CatalogEntity, CatalogEntityListing, CatalogProduct, CatalogScope } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages } from './pages.ts';

// What a page holds at most (API model).
const ENTITIES_PER_PAGE = 50;

/** An entity's present revision. Its details are not passed on: they hold buyers and signed addresses. */
export async function describeEntity(
  calls: Calls,
  { account, catalog }: CatalogScope,
  entityId: string,
): Promise<CatalogEntity> {
  const operation = 'DescribeEntity';
  const answer = await calls.read(account, operation, (client, bounds) =>
    client.send(new DescribeEntityCommand({ Catalog: catalog, EntityId: entityId }), bounds),
  );
  const [id, revision] = present(answer.EntityIdentifier, operation, 'EntityIdentifier').split('@');
  return defined({ entityId: id ?? entityId, revision, lastModified: answer.LastModifiedDate });
}

/**
 * A product's title and those of its versions, from DescribeEntity's details (`Description.ProductTitle`,
 * `Versions[].VersionTitle`, `Versions[].DeliveryOptions[].Id`; Working with single-AMI products). The vendor has no
 * schema of them: what has another form is left out.
 */
export async function describeProduct(
  calls: Calls,
  { account, catalog }: CatalogScope,
  entityId: string,
): Promise<CatalogProduct> {
  const operation = 'DescribeEntity';
  const answer = await calls.read(account, operation, (client, bounds) =>
    client.send(new DescribeEntityCommand({ Catalog: catalog, EntityId: entityId }), bounds),
  );
  present(answer.EntityIdentifier, operation, 'EntityIdentifier');
  const details: unknown = answer.DetailsDocument ?? parsed(answer.Details);
  return defined({
    title: textOf(memberOf(memberOf(details, 'Description'), 'ProductTitle')),
    versions: listOf(memberOf(details, 'Versions')).map((version) =>
      defined({
        title: textOf(memberOf(version, 'VersionTitle')),
        deliveryOptionIds: listOf(memberOf(version, 'DeliveryOptions')).flatMap(
          (option) => textOf(memberOf(option, 'Id')) ?? [],
        ),
      }),
    ),
  });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** All own entities of a type, the last modified first: not every type can be sorted by the vendor. */
export async function listEntities(
  calls: Calls,
  { account, catalog }: CatalogScope,
  entityType: string,
): Promise<CatalogEntityListing[]> {
  const operation = 'ListEntities';
  const rows = await allPages(operation, async (nextToken) => {
    const command = new ListEntitiesCommand({
      Catalog: catalog,
      EntityType: entityType,
      MaxResults: ENTITIES_PER_PAGE,
      ...defined({ NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    return defined({
      items: present(answer.EntitySummaryList, operation, 'EntitySummaryList'),
      nextToken: answer.NextToken,
    });
  });
  return rows
    .map((row) =>
      defined({
        entityId: present(row.EntityId, operation, 'EntityId'),
        name: row.Name,
        lastModified: row.LastModifiedDate,
      }),
    )
    .toSorted((one, other) => Date.parse(other.lastModified ?? '') - Date.parse(one.lastModified ?? '') || 0);
}
