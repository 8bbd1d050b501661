import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { ProductCatalog } from '../../vendors/buyWithPrime/port.ts';
import {
  isRefusalType,
  stillRefused,
  type AccessCheck,
  type AccessLook,
  type MerchantCheck,
} from '../../workflows/accountHealth/checks.ts';
import type { RefusalType } from '../../workflows/accountHealth/contract.ts';

/** Activities of an account that is refused. */
export interface AccountActivities {
  /**
   * Makes every look once, one after another; throws NotYet, which the server repeats, at the first that is still
   * refused. What the service does not find, or finds wrong, it has let in: that look has passed.
   */
  checkAccess(check: AccessCheck): Promise<void>;
}

/** Activities of a merchant that is refused. */
export interface MerchantActivities {
  /** The same for a merchant: asks for each look's product. */
  checkMerchant(check: MerchantCheck): Promise<void>;
}

/** A change set of this name is not expected: its listing is one empty page. */
const unusedName = 'steward access check';
/** A product of this id is not expected: where no refused item is known, the answer “not found” shows enough. */
const unusedItem = 'steward-access-check';

function make(catalog: MarketplaceCatalog, scope: CatalogScope, look: AccessLook): Promise<unknown> {
  switch (look.operation) {
    case 'ListChangeSets':
      return catalog.listChangeSetsByName(scope, [unusedName]);
    case 'DescribeChangeSet':
      return catalog.describeChangeSet(scope, look.resource);
    case 'DescribeEntity':
      return catalog.describeEntity(scope, look.resource);
    case 'ListEntities':
      return catalog.listEntities(scope, look.resource);
    case 'ListTagsForResource':
      return catalog.tagsOf(scope, look.resource);
  }
}

/** Makes one look. Passes where the call is let in, whatever it finds; throws NotYet where it is still refused. */
async function passes(whose: string, refused: RefusalType, look: () => Promise<unknown>): Promise<void> {
  try {
    await look();
  } catch (error) {
    const type = failureTypeOf(error);
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
 * @param ports the catalog itself: a look over the watched one would raise the alarm that it is to end.
 */
export function createAccountActivities({ catalog }: { catalog: MarketplaceCatalog }): AccountActivities {
  return {
    async checkAccess({ account, catalog: name, looks }) {
      for (const look of looks) {
        await passes(`Account ${account}`, look.refused, () => make(catalog, { account, catalog: name }, look));
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
    async checkMerchant({ businessProductId, looks }) {
      for (const { itemId = unusedItem, refused } of looks) {
        const query = { businessProductId, itemId };
        await passes(`Merchant ${businessProductId}`, refused, () => products.queryProduct(query));
      }
    },
  };
}
