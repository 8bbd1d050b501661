import {
  DescribeChangeSetCommand,
  ListTagsForResourceCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import type { CatalogScope, CatalogTag, MarketplaceCatalog } from './port.ts';
import { failedControls, listAssessments } from './assessments.ts';
import { type CallLimits, type Calls, createCalls } from './calls.ts';
import type { CatalogClientOptions } from './clients.ts';
import { describeEntity, describeProduct, listEntities } from './entities.ts';
import { incompleteAnswer, present } from './failures.ts';
import { listPage } from './changeSetPages.ts';
import { listByName, listChangeSets } from './listings.ts';
import { changeSetOf, startInput } from './translation.ts';

interface MarketplaceCatalogOptions extends CatalogClientOptions {
  /** Keeps all calls within the accounts' quotas; left out, every call goes out at once. */
  readonly limits?: CallLimits;
  /** Gets a line for each failed call, with the vendor's request id. */
  readonly logger?: Logger;
}

/** The AWS Marketplace Catalog API over the AWS SDK: clients are kept for each account, all failures translated. */
export function createMarketplaceCatalog(options: MarketplaceCatalogOptions): MarketplaceCatalog {
  const calls = createCalls(options, options.limits, options.logger);
  return {
    describeChangeSet: async ({ account, catalog }, changeSetId) => {
      const operation = 'DescribeChangeSet';
      const answer = await calls.read(account, operation, (client, bounds) =>
        client.send(new DescribeChangeSetCommand({ Catalog: catalog, ChangeSetId: changeSetId }), bounds),
      );
      return changeSetOf(present(answer.ChangeSetId, operation, 'ChangeSetId'), answer);
    },
    listChangeSetsByName: (scope, names) => listByName(calls, scope, names),
    listChangeSets: (scope, filter) => listChangeSets(calls, scope, filter),
    listChangeSetsPage: (scope, request) => listPage(calls, scope, request),
    describeEntity: (scope, entityId) => describeEntity(calls, scope, entityId),
    describeProduct: (scope, entityId) => describeProduct(calls, scope, entityId),
    listEntities: (scope, entityType) => listEntities(calls, scope, entityType),
    tagsOf: (scope, changeSetArn) => tagsOf(calls, scope, changeSetArn),
    startChangeSet: async ({ account, catalog }, submission) => {
      const operation = 'StartChangeSet';
      const answer = await calls.submit(account, operation, (client, bounds) =>
        client.send(new StartChangeSetCommand(startInput(catalog, submission)), bounds),
      );
      if (!answer.ChangeSetId) throw incompleteAnswer({ operation, submits: true }, 'ChangeSetId');
      return answer.ChangeSetId;
    },
    listAssessments: (scope) => listAssessments(calls, scope),
    failedControls: (scope, assessmentId) => failedControls(calls, scope, assessmentId),
  };
}

async function tagsOf(calls: Calls, { account }: CatalogScope, changeSetArn: string): Promise<CatalogTag[]> {
  const operation = 'ListTagsForResource';
  const answer = await calls.read(account, operation, (client, bounds) =>
    client.send(new ListTagsForResourceCommand({ ResourceArn: changeSetArn }), bounds),
  );
  present(answer.ResourceArn, operation, 'ResourceArn');
  return (answer.Tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [{ key: Key, value: Value ?? '' }]));
}
