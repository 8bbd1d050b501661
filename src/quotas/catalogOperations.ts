/** The operations of the AWS Marketplace Catalog API that are called, by the vendor's names: each has its own quota. */
export const catalogOperations = [
  'StartChangeSet',
  'DescribeChangeSet',
  'ListChangeSets',
  'DescribeEntity',
  'ListEntities',
  'ListTagsForResource',
  'ListAssessments',
  'DescribeAssessment',
] as const;

/** One of {@link catalogOperations}. */
export type CatalogOperation = (typeof catalogOperations)[number];
