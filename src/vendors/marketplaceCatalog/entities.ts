import {
  DescribeEntityCommand,
  ListEntitiesCommand,
  type DescribeEntityCommandOutput,
} from '@aws-sdk/client-marketplace-catalog';
import { defined, memberOf } from '../../defined.ts';
import type { MarketplaceCatalog } from './port.ts';
import type { Calls } from './calls.ts';
import { present } from './failures.ts';
import { allPages } from './pages.ts';

// What a page holds at most (API model).
const ENTITIES_PER_PAGE = 50;

/**
 * The calls about entities. What `describeEntity` leaves out of the answer holds buyers and signed addresses; an offer's
 * name is left out too, since it often is the buyer's.
 */
export function entityCalls({
  read,
}: Calls): Pick<MarketplaceCatalog, 'describeEntity' | 'describeProduct' | 'describeOffer' | 'listEntities'> {
  return {
    async describeEntity({ account, catalog }, entityId) {
      const operation = 'DescribeEntity';
      const command = new DescribeEntityCommand({ Catalog: catalog, EntityId: entityId });
      const answer = await read(account, operation, command);
      const [id, revision] = present(answer.EntityIdentifier, operation, 'EntityIdentifier').split('@');
      return defined({
        entityId: id ?? entityId,
        revision,
        lastModified: answer.LastModifiedDate,
        title: titleOf(answer.EntityType, detailsOf(answer)),
      });
    },

    /**
     * From DescribeEntity's details: `Description.ProductTitle`, `Versions[].VersionTitle`,
     * `Versions[].DeliveryOptions[].Id` (Working with single-AMI products). The vendor has no schema of them: what has
     * another form is left out.
     */
    async describeProduct({ account, catalog }, entityId) {
      const operation = 'DescribeEntity';
      const command = new DescribeEntityCommand({ Catalog: catalog, EntityId: entityId });
      const answer = await read(account, operation, command);
      present(answer.EntityIdentifier, operation, 'EntityIdentifier');
      const details = detailsOf(answer);
      return defined({
        title: productTitle(details),
        versions: listOf(memberOf(details, 'Versions')).map((version) =>
          defined({
            title: textOf(memberOf(version, 'VersionTitle')),
            deliveryOptionIds: listOf(memberOf(version, 'DeliveryOptions')).flatMap(
              (option) => textOf(memberOf(option, 'Id')) ?? [],
            ),
          }),
        ),
      });
    },

    /**
     * From DescribeEntity's details: `State`, and `AvailabilityEndDate` of the entry of `Rules` whose `Type` is
     * AvailabilityRule (Work with private offers, “Describe an offer”). A member of the details itself counts where no
     * rule has one, as UpdateAvailability and OfferSummary have it.
     */
    async describeOffer({ account, catalog }, offerId) {
      const operation = 'DescribeEntity';
      const command = new DescribeEntityCommand({ Catalog: catalog, EntityId: offerId });
      const answer = await read(account, operation, command);
      present(answer.EntityIdentifier, operation, 'EntityIdentifier');
      const details = detailsOf(answer);
      const rule = listOf(memberOf(details, 'Rules')).find((one) => memberOf(one, 'Type') === 'AvailabilityRule');
      const endDates = [rule, details].map((each) => textOf(memberOf(each, 'AvailabilityEndDate')));
      return defined({
        state: textOf(memberOf(details, 'State')),
        availabilityEndDate: endDates.find((date) => date !== undefined),
      });
    },

    /** Not every type can be sorted by the vendor. */
    async listEntities({ account, catalog }, entityType) {
      const operation = 'ListEntities';
      const rows = await allPages(operation, async (NextToken) => {
        const question = { Catalog: catalog, EntityType: entityType, MaxResults: ENTITIES_PER_PAGE };
        const command = new ListEntitiesCommand({ ...question, ...defined({ NextToken }) });
        const answer = await read(account, operation, command);
        const items = present(answer.EntitySummaryList, operation, 'EntitySummaryList');
        return defined({ items, nextToken: answer.NextToken });
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
    },
  };
}

function detailsOf(answer: Pick<DescribeEntityCommandOutput, 'Details' | 'DetailsDocument'>): unknown {
  return answer.DetailsDocument ?? parsed(answer.Details);
}

function productTitle(details: unknown): string | undefined {
  return textOf(memberOf(memberOf(details, 'Description'), 'ProductTitle'));
}

/**
 * What buyers read as the name of a product (`Description.ProductTitle`, Working with single-AMI products) or of a
 * solution (`Presentation.Title`, Work with multi-product solutions); undefined for every other type.
 */
function titleOf(entityType: string | undefined, details: unknown): string | undefined {
  const family = entityType?.split('@')[0] ?? '';
  if (family.endsWith('Product')) return productTitle(details);
  return family === 'Solution' ? textOf(memberOf(memberOf(details, 'Presentation'), 'Title')) : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
