import {
  DescribeAssessmentCommand,
  DescribeChangeSetCommand,
  ListAssessmentsCommand,
  ListChangeSetsCommand,
  ListTagsForResourceCommand,
  StartChangeSetCommand,
} from '@aws-sdk/client-marketplace-catalog';
import type { Logger } from 'pino';
import type {
  CatalogAssessment,
  CatalogControlFinding,
  CatalogListing,
  CatalogScope,
  CatalogTag,
  MarketplaceCatalog,
} from '../../ports/marketplaceCatalog.ts';
import { newestOfEach } from './assessments.ts';
import { type Calls, createCalls } from './calls.ts';
import type { CatalogClientOptions } from './clients.ts';
import { incompleteAnswer } from './failures.ts';
import { allPages } from './pages.ts';
import { assessmentOf, changeSetOf, controlOf, listingOf, startInput } from './translation.ts';

interface MarketplaceCatalogOptions extends CatalogClientOptions {
  /** Gets a line for each failed call, with the vendor's request id. */
  readonly logger?: Logger;
}

// What a filter and a page hold at most (API model).
const FILTER_VALUES_LIMIT = 10;
const CHANGE_SETS_PER_PAGE = 20;
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

/** Whether the vendor's name filter takes parts of names is not documented, so the rows are compared again. */
async function listByName(
  calls: Calls,
  { account, catalog }: CatalogScope,
  names: readonly string[],
): Promise<CatalogListing[]> {
  const operation = 'ListChangeSets';
  if (names.length === 0) return [];
  if (names.length > FILTER_VALUES_LIMIT) {
    throw new RangeError(`names: found ${names.length}, expected at most ${FILTER_VALUES_LIMIT}`);
  }
  const rows = await allPages(operation, async (nextToken) => {
    const command = new ListChangeSetsCommand({
      Catalog: catalog,
      FilterList: [{ Name: 'ChangeSetName', ValueList: [...names] }],
      Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' },
      MaxResults: CHANGE_SETS_PER_PAGE,
      ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    });
    const answer = await calls.read(account, operation, (client, bounds) => client.send(command, bounds));
    const items = present(answer.ChangeSetSummaryList, operation, 'ChangeSetSummaryList');
    return { items, nextToken: answer.NextToken };
  });
  return rows
    .map((row) => listingOf(present(row.ChangeSetId, operation, 'ChangeSetId'), row))
    .filter(({ name }) => name !== undefined && names.includes(name))
    .toSorted((one, other) => startedMs(other) - startedMs(one));
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

/** A member that every answer of the service has; an answer without it, for instance `{}`, is somebody else's. */
function present<Value>(value: Value | undefined, operation: string, member: string): Value {
  if (value === undefined) throw incompleteAnswer({ operation, submits: false }, member);
  return value;
}

/** Rows without a time come last. */
function startedMs({ startTime }: CatalogListing): number {
  return startTime === undefined ? 0 : Date.parse(startTime) || 0;
}
