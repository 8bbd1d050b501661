import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import { createFailingCalls, type FailingCalls } from './failingCalls.ts';
import { countVendorFailure } from './vendorFailures.ts';
import type { AccessRefusal, AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf, type FailureContext } from '../failures.ts';
import type { ProductCatalog } from '../vendors/buyWithPrime/port.ts';
import type { CatalogScope, MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { assumeRole, isFailingType, isRefusalType } from '../workflows/accountHealth/checks.ts';
import type { RefusedMerchant, RefusedSeller } from '../workflows/accountHealth/contract.ts';

/** Where refused calls are reported. */
interface Reports {
  readonly alarms: AccountAlarms;
  readonly logger: Pick<Logger, 'error'>;
  /** How long a call fails before that is reported, in milliseconds; read at each failure. */
  readonly failingAfterMs: () => number;
}

/**
 * The refused call: AssumeRole where the account's role could not be assumed, whatever call needed it. It names the role
 * only where the role itself needs the permission.
 */
function refusedCall(call: Call, { details }: ApplicationFailure): Call {
  const context = details?.[0] as FailureContext | undefined;
  if (context?.operation !== assumeRole) return call;
  const { resource: _ofTheCall, ...whose } = call;
  return { ...whose, operation: assumeRole, ...defined({ resource: context.resource }) };
}

/** Whose call it was, and what it asked for. */
type Call = (RefusedSeller | RefusedMerchant) & Pick<AccessRefusal, 'operation' | 'resource'>;

/**
 * Raises the alarm for a failed call that was refused, or that has failed for long, else does nothing. Never throws: it logs
 * an alarm that it could not raise, and the next attempt raises it again.
 */
async function report(
  { alarms, logger, failingAfterMs }: Reports,
  failing: FailingCalls,
  call: Call,
  error: unknown,
): Promise<void> {
  const failureType = failureTypeOf(error);
  if (!(error instanceof ApplicationFailure)) return;
  countVendorFailure('businessProductId' in call ? call.businessProductId : call.account, call.operation, error);
  const failed = { ...refusedCall(call, error), message: error.message, at: new Date().toISOString() };
  try {
    if (isRefusalType(failureType)) return await alarms.refused({ ...failed, failureType });
    if (!isFailingType(failureType)) return failing.answered(call.operation);
    const sinceMs = failing.failed(call.operation, failureType, failingAfterMs());
    if (sinceMs === undefined) return;
    await alarms.failing({ ...failed, failureType, failingSince: new Date(sinceMs).toISOString() });
  } catch (notRaised) {
    logger.error({ err: notRaised, ...call }, 'failed to raise the alarm; the next attempt raises it again');
  }
}

/**
 * The same catalog, which raises the alarm of the account for every refused call, and for one that fails for long. It throws the failure unchanged, also where the
 * alarm could not be raised.
 */
export function watchCatalog(catalog: MarketplaceCatalog, reports: Reports): MarketplaceCatalog {
  const failing = createFailingCalls();
  const watching =
    (isOptional: boolean) =>
    async <Answer>(
      { account, catalog: name }: CatalogScope,
      operation: string,
      answer: Promise<Answer>,
      resource?: string,
    ): Promise<Answer> => {
      try {
        const found = await answer;
        failing.answered(operation);
        return found;
      } catch (error) {
        const isExpected = isOptional && failureTypeOf(error) === 'AccessDenied';
        const call = { account, catalog: name, operation, ...defined({ resource }) };
        if (!isExpected) await report(reports, failing, call, error);
        throw error;
      }
    };
  const watched = watching(false);
  /** A set-up may lack the permission for these: the caller itself reports what it cannot read. */
  const optional = watching(true);
  return {
    expecting: (scope, calls, work) => catalog.expecting(scope, calls, work),
    expects: (scope, calls) => catalog.expects(scope, calls),
    describeChangeSet: (scope, id) => watched(scope, 'DescribeChangeSet', catalog.describeChangeSet(scope, id), id),
    describeEnded: (scope, id) => watched(scope, 'DescribeChangeSet', catalog.describeEnded(scope, id), id),
    listChangeSetsByName: (scope, names) =>
      watched(scope, 'ListChangeSets', catalog.listChangeSetsByName(scope, names)),
    listChangeSets: (scope, filter) => watched(scope, 'ListChangeSets', catalog.listChangeSets(scope, filter)),
    listChangeSetsPage: (scope, page) => watched(scope, 'ListChangeSets', catalog.listChangeSetsPage(scope, page)),
    describeEntity: (scope, id) => watched(scope, 'DescribeEntity', catalog.describeEntity(scope, id), id),
    listEntities: (scope, type) => watched(scope, 'ListEntities', catalog.listEntities(scope, type), type),
    tagsOf: (scope, arn) => watched(scope, 'ListTagsForResource', catalog.tagsOf(scope, arn), arn),
    startChangeSet: (scope, changes, mayStillSend) =>
      watched(scope, 'StartChangeSet', catalog.startChangeSet(scope, changes, mayStillSend)),
    describeProduct: (scope, id) => optional(scope, 'DescribeEntity', catalog.describeProduct(scope, id), id),
    describeOffer: (scope, id) => optional(scope, 'DescribeEntity', catalog.describeOffer(scope, id), id),
    listAssessments: (scope) => optional(scope, 'ListAssessments', catalog.listAssessments(scope)),
    failedControls: (scope, id) => optional(scope, 'DescribeAssessment', catalog.failedControls(scope, id)),
  };
}

/** The vendor's query, by the name of the field that it asks for. */
const operation = 'product';

/**
 * The same products, which raise the alarm of the merchant for every refused query, and for one that fails for long: a
 * missing permission, missing credentials or a missing configuration concerns all items of a merchant. It throws the failure unchanged.
 */
export function watchProducts(products: ProductCatalog, reports: Reports): ProductCatalog {
  const failing = createFailingCalls();
  return {
    async queryProduct(query) {
      try {
        const product = await products.queryProduct(query);
        failing.answered(operation);
        return product;
      } catch (error) {
        const { businessProductId, itemId } = query;
        await report(reports, failing, { businessProductId, operation, resource: itemId }, error);
        throw error;
      }
    },
  };
}
