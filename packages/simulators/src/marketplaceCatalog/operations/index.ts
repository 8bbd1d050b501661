import type { OperationName } from '../operationNames.ts';
import { describeAssessment, listAssessments } from './assessments.ts';
import { cancelChangeSet, describeChangeSet } from './changeSets.ts';
import { describeEntity, listEntities } from './entities.ts';
import { listChangeSets } from './listChangeSets.ts';
import type { Operation } from './operation.ts';
import { startChangeSet } from './startChangeSet.ts';
import { listTagsForResource } from './tags.ts';

/** How an operation is called: its path is `/` and its name; POST takes a body, the others the query. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly run: Operation;
}

/** Every operation of the service that is simulated. */
export const OPERATIONS: Readonly<Record<OperationName, Route>> = {
  StartChangeSet: { method: 'POST', run: startChangeSet },
  DescribeChangeSet: { method: 'GET', run: describeChangeSet },
  ListChangeSets: { method: 'POST', run: listChangeSets },
  CancelChangeSet: { method: 'PATCH', run: cancelChangeSet },
  DescribeEntity: { method: 'GET', run: describeEntity },
  ListEntities: { method: 'POST', run: listEntities },
  ListTagsForResource: { method: 'POST', run: listTagsForResource },
  ListAssessments: { method: 'POST', run: listAssessments },
  DescribeAssessment: { method: 'POST', run: describeAssessment },
};
