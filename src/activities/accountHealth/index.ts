import { failure, failureTypeOf } from '../../failures.ts';
import type { CatalogScope, ExpectedCalls, MarketplaceCatalog } from '../../vendors/marketplaceCatalog/port.ts';
import type { ProductCatalog } from '../../vendors/buyWithPrime/port.ts';
import { isFailingType, isRefusalType, stillRefused } from '../../workflows/accountHealth/checks.ts';
import type {
  AccessCheck,
  AccountActivities,
  AlarmType,
  CheckAnswer,
  MerchantActivities,
} from '../../workflows/accountHealth/contract.ts';
import type { AccountHealthPolicy } from '../../workflows/accountHealth/policyValues.ts';
import type { PolicyContext } from '../../policies/configured.ts';
import type { Following } from '../../workflows/shared/policies.ts';
import { followed, followedLater } from '../followedPolicy.ts';

/** A change set of this name is not expected: its listing is one empty page. */
const unusedName = 'steward access check';
/** A product of this id is not expected: where no refused item is known, the answer “not found” shows enough. */
const unusedItem = 'steward-access-check';

/** A check, and the one call that it makes. */
function callOf(
  catalog: MarketplaceCatalog,
  scope: CatalogScope,
  check: AccessCheck,
): { readonly expected: ExpectedCalls; readonly make: () => Promise<unknown> } {
  switch (check.operation) {
    case 'ListChangeSets':
      return { expected: { lookUps: 1 }, make: () => catalog.listChangeSetsByName(scope, [unusedName]) };
    case 'DescribeChangeSet':
      return { expected: { describeChangeSet: 1 }, make: () => catalog.describeChangeSet(scope, check.resource) };
    case 'DescribeEntity':
      return { expected: { describeEntity: 1 }, make: () => catalog.describeEntity(scope, check.resource) };
    case 'ListEntities':
      return { expected: { listEntities: 1 }, make: () => catalog.listEntities(scope, check.resource) };
    case 'ListTagsForResource':
      return { expected: { tagsOf: 1 }, make: () => catalog.tagsOf(scope, check.resource) };
  }
}

/** Makes the call of one check, once the quota has room for it. */
function make(catalog: MarketplaceCatalog, scope: CatalogScope, check: AccessCheck): Promise<unknown> {
  const call = callOf(catalog, scope, check);
  return catalog.expecting(scope, call.expected, call.make);
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

/** Answers the policy beside what checks come to, where the configuration has changed. */
async function answering(
  context: PolicyContext,
  request: Following<AccountHealthPolicy>,
  checks: () => Promise<void>,
): Promise<CheckAnswer | undefined> {
  try {
    await checks();
  } catch (error) {
    const later = failureTypeOf(error) === 'NotYet' ? followedLater('accountHealth', context, request) : {};
    if (later.policy === undefined) throw error;
    return { ...later, isStillRefused: true };
  }
  const now = followed('accountHealth', context, request);
  return now.policy === undefined ? undefined : now;
}

/**
 * Makes the activities over the catalog.
 * @param ports the catalog itself: a check over the watched one would raise the alarm that it is to end; and the context, read
 * at each call, so that an alarm follows the configuration.
 */
export function createAccountActivities({
  catalog,
  context,
}: {
  catalog: MarketplaceCatalog;
  context: PolicyContext;
}): AccountActivities {
  return {
    checkAccess: ({ account, catalog: name, checks, ...request }) =>
      answering(context, request, async () => {
        for (const check of checks) {
          await passes(`Account ${account}`, check.refused, () => make(catalog, { account, catalog: name }, check));
        }
      }),
  };
}

/**
 * Makes the activities over the product query.
 * @param ports the products themselves, for the same reason.
 */
export function createMerchantActivities({
  products,
  context,
}: {
  products: ProductCatalog;
  context: PolicyContext;
}): MerchantActivities {
  return {
    checkMerchant: ({ businessProductId, checks, ...request }) =>
      answering(context, request, async () => {
        for (const { itemId = unusedItem, refused } of checks) {
          const query = { businessProductId, itemId };
          await passes(`Merchant ${businessProductId}`, refused, () => products.queryProduct(query));
        }
      }),
  };
}
