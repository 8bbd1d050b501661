import type { Logger } from 'pino';
import type { AccountAlarms } from '../delivery/accountAlarms.ts';
import { failureTypeOf } from '../failures.ts';
import type { CatalogScope, MarketplaceCatalog } from '../vendors/marketplaceCatalog/port.ts';
import { reportRefusal } from './refusedAccess.ts';

/** What is called, by the vendor's name, and what a read asks for. */
interface Call {
  readonly operation: string;
  readonly resource?: string;
  /** True where a set-up without the permission is a legitimate one: anyone who asks says itself what it cannot read. */
  readonly optional?: true;
}

/**
 * The same catalog, which reports every call that is refused. The failure is thrown on as it is, also where nobody could
 * be notified: that is logged, and the next attempt reports it again.
 */
export function watchCatalog(
  catalog: MarketplaceCatalog,
  { alarms, logger }: { alarms: AccountAlarms; logger: Pick<Logger, 'error'> },
): MarketplaceCatalog {
  async function report(
    { account, catalog: name }: CatalogScope,
    { optional, ...call }: Call,
    error: unknown,
  ): Promise<void> {
    if (failureTypeOf(error) === 'AccessDenied' && optional) return;
    await reportRefusal({ alarms, logger }, { account, catalog: name, ...call }, error);
  }
  async function watched<Answer>(scope: CatalogScope, call: Call, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      await report(scope, call, error);
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
