import {
  DescribeAssessmentCommand,
  DescribeChangeSetCommand,
  DescribeEntityCommand,
  ListAssessmentsCommand,
  ListChangeSetsCommand,
  ListEntitiesCommand,
  ListTagsForResourceCommand,
  type MarketplaceCatalogClient,
} from '@aws-sdk/client-marketplace-catalog';
import { vendorFailure } from '../../vendors/marketplaceCatalog/failures.ts';
import { probe, valueOf, type Probed } from '../probe.ts';

/** The reads that every mode needs. */
export const readActions = [
  'ListChangeSets',
  'DescribeChangeSet',
  'ListTagsForResource',
  'ListEntities',
  'DescribeEntity',
  'ListAssessments',
  'DescribeAssessment',
] as const;

/** One of the reads. */
export type ReadAction = (typeof readActions)[number];

/** What became of a read that was tried; `nothingToRead`: the account has nothing that it could be tried on. */
export type TriedRead = Probed<unknown> | 'nothingToRead';

/** Of what a call gave, an undefined member is no failure: it says that there is nothing further to try. */
type Ask<Value> = (signal: AbortSignal) => Promise<Value>;

const one = { MaxResults: 1 };

function read<Value>(operation: ReadAction, ask: Ask<Value>): Promise<Probed<Value>> {
  return probe(async (signal) => {
    try {
      return await ask(signal);
    } catch (error) {
      throw vendorFailure(error, { operation, submits: false });
    }
  });
}

async function readOf<Value>(
  id: string | undefined,
  operation: ReadAction,
  ask: (id: string) => Ask<Value>,
): Promise<TriedRead> {
  return id === undefined ? 'nothingToRead' : read(operation, ask(id));
}

/**
 * Makes every read on whatever the account has: the newest change set, its entity, its tags, one assessment. Nothing of the
 * answers is kept but whether there was one.
 */
export async function tryReads(
  client: MarketplaceCatalogClient,
  Catalog: string,
): Promise<Readonly<Record<ReadAction, TriedRead>>> {
  const [listed, entities, assessments] = await Promise.all([
    read('ListChangeSets', async (abortSignal) =>
      client.send(new ListChangeSetsCommand({ Catalog, ...one }), { abortSignal }),
    ),
    read('ListEntities', async (abortSignal) =>
      client.send(new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct', ...one }), { abortSignal }),
    ),
    read('ListAssessments', async (abortSignal) =>
      client.send(new ListAssessmentsCommand({ Catalog, ...one }), { abortSignal }),
    ),
  ]);
  const newest = valueOf(listed)?.ChangeSetSummaryList?.[0];
  const entityId = newest?.EntityIdList?.[0] ?? valueOf(entities)?.EntitySummaryList?.[0]?.EntityId;
  const assessmentId = valueOf(assessments)?.AssessmentSummaryList?.[0]?.AssessmentId;
  const [changeSet, tags, entity, assessment] = await Promise.all([
    readOf(newest?.ChangeSetId, 'DescribeChangeSet', (ChangeSetId) => async (abortSignal) => {
      await client.send(new DescribeChangeSetCommand({ Catalog, ChangeSetId }), { abortSignal });
    }),
    readOf(newest?.ChangeSetArn, 'ListTagsForResource', (ResourceArn) => async (abortSignal) => {
      await client.send(new ListTagsForResourceCommand({ ResourceArn }), { abortSignal });
    }),
    readOf(entityId, 'DescribeEntity', (EntityId) => async (abortSignal) => {
      await client.send(new DescribeEntityCommand({ Catalog, EntityId }), { abortSignal });
    }),
    readOf(assessmentId, 'DescribeAssessment', (AssessmentIdentifier) => async (abortSignal) => {
      await client.send(new DescribeAssessmentCommand({ Catalog, AssessmentIdentifier, ...one }), { abortSignal });
    }),
  ]);
  return {
    ListChangeSets: listed,
    DescribeChangeSet: changeSet,
    ListTagsForResource: tags,
    ListEntities: entities,
    DescribeEntity: entity,
    ListAssessments: assessments,
    DescribeAssessment: assessment,
  };
}
