import {
  DescribeAssessmentCommand,
  DescribeChangeSetCommand,
  ListAssessmentsCommand,
  ListTagsForResourceCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import type {
  CatalogAssessment,
  CatalogControlFinding,
  CatalogScope,
  CatalogTag,
  MarketplaceCatalog,
} from '../../ports/marketplaceCatalog.ts';
import { newestOfEach } from './assessments.ts';
import { type Calls, createCalls } from './calls.ts';
import type { CatalogClientOptions } from './clients.ts';
import { describeEntity, listEntities } from './entities.ts';
import { incompleteAnswer, present } from './failures.ts';
import { listByName, listChangeSets } from './listings.ts';
import { allPages } from './pages.ts';
import { assessmentOf, changeSetOf, controlOf, startInput } from './translation.ts';

interface MarketplaceCatalogOptions extends CatalogClientOptions {
  /** Gets a line for each failed call, with the vendor's request id. */
  readonly logger?: Logger;
}

// What a page holds at most (API model).
const ASSESSMENTS_PER_PAGE = 100;
const CONTROLS_PER_PAGE = 100;

/** The AWS Marketplace Catalog API over the AWS SDK: clients are kept for each account, all failures translated. */
export function createMarketplaceCatalog(options: MarketplaceCatalogOptions): MarketplaceCatalog {
  const calls = createCalls(options, options.logger);
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
    describeEntity: (scope, entityId) => describeEntity(calls, scope, entityId),
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
    failedAssessments: async (scope) =>
      newestOfEach(await listAssessments(calls, scope)).filter(({ result }) => result === 'FAIL'),
    failedControls: async (scope, assessmentId) => {
      const controls = await listControls(calls, scope, assessmentId);
      // An exemption counts as passed; a control that was not executed proves nothing.
      return controls.filter(({ result }) => result !== 'PASS' && result !== 'EXEMPTION_PASS');
    },
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

function listAssessments(calls: Calls, { account, catalog }: CatalogScope): Promise<CatalogAssessment[]> {
  const operation = 'ListAssessments';
  return allPages(operation, async (nextToken) => {
    const command = new ListAssessmentsCommand({
      Catalog: catalog,
      MaxResults: ASSESSMENTS_PER_PAGE,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    const items = present(answer.AssessmentSummaryList, operation, 'AssessmentSummaryList').map((summary) =>
      assessmentOf(present(summary.AssessmentId, operation, 'AssessmentId'), summary),
    );
    return { items, nextToken: answer.NextToken };
  });
}

function listControls(
  calls: Calls,
  { account, catalog }: CatalogScope,
  assessmentId: string,
): Promise<CatalogControlFinding[]> {
  const operation = 'DescribeAssessment';
  return allPages(operation, async (nextToken) => {
    const command = new DescribeAssessmentCommand({
      Catalog: catalog,
      AssessmentIdentifier: assessmentId,
      MaxResults: CONTROLS_PER_PAGE,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    present(answer.AssessmentId, operation, 'AssessmentId');
    return { items: (answer.ControlAssessments ?? []).map(controlOf), nextToken: answer.NextToken };
  });
}
