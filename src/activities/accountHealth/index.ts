import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { ProductCatalog } from '../../vendors/buyWithPrime/port.ts';
import { isFailingType, isRefusalType, stillRefused } from '../../workflows/accountHealth/checks.ts';
import type {
  AccessCheck,
  AccountActivities,
  AlarmType,
  MerchantActivities,
} from '../../workflows/accountHealth/contract.ts';

/** A change set of this name is not expected: its listing is one empty page. */
const unusedName = 'steward access check';
/** A product of this id is not expected: where no refused item is known, the answer “not found” shows enough. */
const unusedItem = 'steward-access-check';

function make(catalog: MarketplaceCatalog, scope: CatalogScope, check: AccessCheck): Promise<unknown> {
  switch (check.operation) {
    case 'ListChangeSets':
      return catalog.listChangeSetsByName(scope, [unusedName]);
    case 'DescribeChangeSet':
      return catalog.describeChangeSet(scope, check.resource);
    case 'DescribeEntity':
      return catalog.describeEntity(scope, check.resource);
    case 'ListEntities':
      return catalog.listEntities(scope, check.resource);
    case 'ListTagsForResource':
      return catalog.tagsOf(scope, check.resource);
  }
}

/** Makes one check. Passes where the call is let in, whatever it finds; throws NotYet where it is still refused. */
async function passes(whose: string, refused: AlarmType, check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    const type = failureTypeOf(error);
    if (type === refused && isFailingType(type)) {
      throw failure('NotYet', `${whose} still gets no answers. ${error instanceof Error ? error.message : type}`);
    }
    if (isRefusalType(type)) {
      if (!stillRefused(type, refused)) return;
      const message = error instanceof Error ? error.message : type;
      throw failure('NotYet', `${whose} is still refused. ${message}`);
    }
    if (type !== 'NotFound' && type !== 'RequestRejected') throw error;
  }
}

/**
 * Makes the activities over the catalog.
 * @param ports the catalog itself: a check over the watched one would raise the alarm that it is to end.
 */
export function createAccountActivities({ catalog }: { catalog: MarketplaceCatalog }): AccountActivities {
  return {
    async checkAccess({ account, catalog: name, checks }) {
      for (const check of checks) {
        await passes(`Account ${account}`, check.refused, () => make(catalog, { account, catalog: name }, check));
      }
    },
  };
}

/**
 * Makes the activities over the product query.
 * @param ports the products themselves, for the same reason.
 */
export function createMerchantActivities({ products }: { products: ProductCatalog }): MerchantActivities {
  return {
    async checkMerchant({ businessProductId, checks }) {
      for (const { itemId = unusedItem, refused } of checks) {
        const query = { businessProductId, itemId };
        await passes(`Merchant ${businessProductId}`, refused, () => products.queryProduct(query));
      }
    },
  };
}
