/** The operations of the service that the simulator speaks. */
export const OPERATION_NAMES = [
  'StartChangeSet',
  'DescribeChangeSet',
  'ListChangeSets',
  'CancelChangeSet',
  'DescribeEntity',
  'ListEntities',
  'ListTagsForResource',
  'ListAssessments',
  'DescribeAssessment',
] as const;

/** One of the operations. */
export type OperationName = (typeof OPERATION_NAMES)[number];
