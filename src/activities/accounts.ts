import { failure, failureTypeOf } from '../ports/failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../ports/marketplaceCatalog.ts';
import { isRefusalType, stillRefused, type AccessCheck, type AccessLook } from '../workflows/accountHealth/looks.ts';

/** Activities of an account that is refused. */
export interface AccountActivities {
  /**
   * Makes every look once, one after another; throws NotYet, which the server repeats, at the first that is still
   * refused. What the service does not find, or finds wrong, it has let in: that look has passed.
   */
  checkAccess(check: AccessCheck): Promise<void>;
}

/** A change set of this name is not expected: its listing is one empty page. */
const unusedName = 'steward access check';

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

/**
 * Makes the activities over the catalog.
 * @param ports the catalog itself: a look over the watched one would raise the alarm that it is to end.
 */
export function createAccountActivities({ catalog }: { catalog: MarketplaceCatalog }): AccountActivities {
  return {
    async checkAccess({ account, catalog: name, looks }) {
      for (const look of looks) {
        try {
          await make(catalog, { account, catalog: name }, look);
        } catch (error) {
          const type = failureTypeOf(error);
          if (isRefusalType(type)) {
            if (!stillRefused(type, look.refused)) continue;
            const message = error instanceof Error ? error.message : type;
            throw failure('NotYet', `Account ${account} is still refused. ${message}`);
          }
          if (type !== 'NotFound' && type !== 'RequestRejected') throw error;
        }
      }
    },
  };
}
