import {
  DescribeChangeSetCommand,
  ListTagsForResourceCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import { defined } from '../../defined.ts';
import { catalogOperations, type CatalogOperation } from '../../quotas/catalogQuotas.ts';
import type { ExpectedCalls, MarketplaceCatalog } from './port.ts';
import { assessmentCalls } from './assessments.ts';
import { type CallLimits, createCalls } from './calls.ts';
import type { CatalogClientOptions } from './clients.ts';
import { keepEnded } from './endedChangeSets.ts';
import { entityCalls } from './entities.ts';
import { incompleteAnswer, present } from './failures.ts';
import { listingCalls } from './listings.ts';
import { mostFilterValues } from './sharedLookUps.ts';
import { changeSetOf, startInput } from './translation.ts';

interface MarketplaceCatalogOptions extends CatalogClientOptions {
  /** Keeps all calls within the accounts' quotas; left out, every call goes out at once. */
  readonly limits?: CallLimits;
  /** Gets a line for each failed call, with the vendor's request id. */
  readonly logger?: Logger;
}

/** The calls of each operation that is named; of a listing that look-ups share, each has its part. */
function callCounts({
  lookUps,
  listings,
  ...calls
}: ExpectedCalls): Readonly<Partial<Record<CatalogOperation, number>>> {
  const isListed = lookUps !== undefined || listings !== undefined;
  return defined({
    DescribeChangeSet: calls.describeChangeSet,
    DescribeEntity: calls.describeEntity,
    ListChangeSets: isListed ? (lookUps ?? 0) / mostFilterValues + (listings ?? 0) : undefined,
    ListEntities: calls.listEntities,
    ListTagsForResource: calls.tagsOf,
    StartChangeSet: calls.startChangeSet,
    ListAssessments: calls.listAssessments,
    DescribeAssessment: calls.describeAssessment,
  });
}

const noCalls = Object.fromEntries(catalogOperations.map((operation) => [operation, 0]));

const makesLookUps = ({ lookUps = 0 }: ExpectedCalls): boolean => lookUps > 0;

/** The AWS Marketplace Catalog API over the AWS SDK: clients are kept for each account, all failures translated. */
export function createMarketplaceCatalog(options: MarketplaceCatalogOptions): MarketplaceCatalog {
  const calls = createCalls(options, options.limits, options.logger);
  const ended = keepEnded(async ({ account, catalog }, changeSetId) => {
    const operation = 'DescribeChangeSet';
    const command = new DescribeChangeSetCommand({ Catalog: catalog, ChangeSetId: changeSetId });
    const answer = await calls.read(account, operation, command);
    return changeSetOf(present(answer.ChangeSetId, operation, 'ChangeSetId'), answer);
  });
  const { announce, ...listings } = listingCalls(calls);
  return {
    ...listings,
    async expecting({ account }, expected, work) {
      const { limits } = options;
      if (limits === undefined) return work();
      const { limiters, attemptOf } = limits;
      const attempt = attemptOf();
      limiters.admit({ account, attempt, calls: callCounts(expected) });
      announce(account, attempt, makesLookUps(expected));
      try {
        return await work();
      } finally {
        limiters.expect({ account, attempt, calls: noCalls });
        announce(account, attempt, false);
      }
    },
    expects({ account }, expected) {
      const { limits } = options;
      if (limits === undefined) return;
      const attempt = limits.attemptOf();
      limits.limiters.expect({ account, attempt, calls: callCounts(expected) });
      if (expected.lookUps !== undefined) announce(account, attempt, makesLookUps(expected));
    },
    ...entityCalls(calls),
    ...assessmentCalls(calls),
    describeChangeSet: ended.describe,
    describeEnded: ended.describeEnded,
    async tagsOf({ account }, changeSetArn) {
      const operation = 'ListTagsForResource';
      const command = new ListTagsForResourceCommand({ ResourceArn: changeSetArn });
      const answer = await calls.read(account, operation, command);
      present(answer.ResourceArn, operation, 'ResourceArn');
      const tags = answer.Tags ?? [];
      return tags.flatMap(({ Key, Value = '' }) => (Key === undefined ? [] : [{ key: Key, value: Value }]));
    },
    async startChangeSet({ account, catalog }, submission, mayStillSend) {
      const operation = 'StartChangeSet';
      const command = new StartChangeSetCommand(startInput(catalog, submission));
      const answer = await calls.submit(account, operation, command, defined({ mayStillSend }));
      if (!answer.ChangeSetId) throw incompleteAnswer({ operation, submits: true }, 'ChangeSetId');
      return answer.ChangeSetId;
    },
  };
}
