import type { Logger } from 'pino';
import type { AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf } from '../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { reportRefusal } from './refusedAccess.ts';

/** The operation, by the vendor's name, and what a read asks for. */
interface Call {
  readonly operation: string;
  readonly resource?: string;
  /** True where a set-up may lack the permission: the caller itself reports what it cannot read. */
  readonly optional?: true;
}

/**
 * The same catalog, which raises the access alarm for every refused call. It throws the failure unchanged, also where the
 * alarm could not be raised.
 */
export function watchCatalog(
  catalog: MarketplaceCatalog,
  { alarms, logger }: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
): MarketplaceCatalog {
  async function watched<Answer>(
    { account, catalog: name }: CatalogScope,
    { optional, ...call }: Call,
    answer: Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      const isExpected = optional === true && failureTypeOf(error) === 'AccessDenied';
      if (!isExpected) await reportRefusal({ alarms, logger }, { account, catalog: name, ...call }, error);
      throw error;
    }
  }
  return {
    describeChangeSet: (scope, id) =>
      watched(scope, { operation: 'DescribeChangeSet', resource: id }, catalog.describeChangeSet(scope, id)),
    listChangeSetsByName: (scope, names) =>
      watched(scope, { operation: 'ListChangeSets' }, catalog.listChangeSetsByName(scope, names)),
    listChangeSets: (scope, filter) =>
      watched(scope, { operation: 'ListChangeSets' }, catalog.listChangeSets(scope, filter)),
    listChangeSetsPage: (scope, request) =>
      watched(scope, { operation: 'ListChangeSets' }, catalog.listChangeSetsPage(scope, request)),
    describeEntity: (scope, id) =>
      watched(scope, { operation: 'DescribeEntity', resource: id }, catalog.describeEntity(scope, id)),
    listEntities: (scope, type) =>
      watched(scope, { operation: 'ListEntities', resource: type }, catalog.listEntities(scope, type)),
    tagsOf: (scope, arn) =>
      watched(scope, { operation: 'ListTagsForResource', resource: arn }, catalog.tagsOf(scope, arn)),
    startChangeSet: (scope, submission) =>
      watched(scope, { operation: 'StartChangeSet' }, catalog.startChangeSet(scope, submission)),
    describeProduct: (scope, id) =>
      watched(scope, { operation: 'DescribeEntity', resource: id, optional: true }, catalog.describeProduct(scope, id)),
    listAssessments: (scope) =>
      watched(scope, { operation: 'ListAssessments', optional: true }, catalog.listAssessments(scope)),
    failedControls: (scope, id) =>
      watched(scope, { operation: 'DescribeAssessment', optional: true }, catalog.failedControls(scope, id)),
  };
}
