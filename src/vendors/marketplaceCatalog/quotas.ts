import type { CatalogOperation } from '../../ports/catalogOperations.ts';

/**
 * Calls a second that the vendor lets one account make (AWS Marketplace Catalog API reference, service quotas). The last
 * three have no documented quota: they get that of the tightest read, since whoever asks slower than is allowed loses
 * seconds, and whoever asks faster is throttled.
 */
export const vendorQuotas: Readonly<Record<CatalogOperation, number>> = {
  StartChangeSet: 5,
  DescribeChangeSet: 10,
  ListChangeSets: 5,
  DescribeEntity: 20,
  ListEntities: 10,
  ListTagsForResource: 5,
  ListAssessments: 5,
  DescribeAssessment: 5,
};

/** The stretch over which the quotas are held, in seconds. */
const windowSeconds = 10;
/** What is left over for the network, on which calls that left at an even pace come closer together. */
const used = 0.97;

/**
 * The pace of one worker's line. A line that lets one call out whenever it has saved up a whole one makes, in any ten
 * seconds, one call more than its pace alone; that one is taken off beforehand, so that the lines of all workers together
 * stay below the quota wherever the ten seconds begin.
 * @param quota calls a second of the account.
 * @param share of the quota that is this worker's, 0 to 1.
 * @returns calls a second.
 */
export function paceOf(quota: number, share: number): number {
  const inWindow = used * quota * share * windowSeconds;
  // With so many workers that each has hardly a call, none would ever be made.
  return Math.max(inWindow - 1, inWindow / 2) / windowSeconds;
}
