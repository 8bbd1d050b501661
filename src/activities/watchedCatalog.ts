import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf } from '../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { reportRefusal } from './refusedAccess.ts';

/**
 * The same catalog, which raises the access alarm for every refused call. It throws the failure unchanged, also where the
 * alarm could not be raised.
 */
export function watchCatalog(
  catalog: MarketplaceCatalog,
  reports: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
): MarketplaceCatalog {
  const watching =
    (isOptional: boolean) =>
    async <Answer>(
      { account, catalog: name }: CatalogScope,
      operation: string,
      answer: Promise<Answer>,
      resource?: string,
    ): Promise<Answer> => {
      try {
        return await answer;
      } catch (error) {
        const isExpected = isOptional && failureTypeOf(error) === 'AccessDenied';
        const call = { account, catalog: name, operation, ...defined({ resource }) };
        if (!isExpected) await reportRefusal(reports, call, error);
        throw error;
      }
    };
  const watched = watching(false);
  /** A set-up may lack the permission for these: the caller itself reports what it cannot read. */
  const optional = watching(true);
  return {
    describeChangeSet: (scope, id) => watched(scope, 'DescribeChangeSet', catalog.describeChangeSet(scope, id), id),
    listChangeSetsByName: (scope, names) =>
      watched(scope, 'ListChangeSets', catalog.listChangeSetsByName(scope, names)),
    listChangeSets: (scope, filter) => watched(scope, 'ListChangeSets', catalog.listChangeSets(scope, filter)),
    listChangeSetsPage: (scope, page) => watched(scope, 'ListChangeSets', catalog.listChangeSetsPage(scope, page)),
    describeEntity: (scope, id) => watched(scope, 'DescribeEntity', catalog.describeEntity(scope, id), id),
    listEntities: (scope, type) => watched(scope, 'ListEntities', catalog.listEntities(scope, type), type),
    tagsOf: (scope, arn) => watched(scope, 'ListTagsForResource', catalog.tagsOf(scope, arn), arn),
    startChangeSet: (scope, changes) => watched(scope, 'StartChangeSet', catalog.startChangeSet(scope, changes)),
    describeProduct: (scope, id) => optional(scope, 'DescribeEntity', catalog.describeProduct(scope, id), id),
    listAssessments: (scope) => optional(scope, 'ListAssessments', catalog.listAssessments(scope)),
    failedControls: (scope, id) => optional(scope, 'DescribeAssessment', catalog.failedControls(scope, id)),
  };
}
