import type { CatalogOperation } from './catalogOperations.ts';

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
/**
 * What the stretch is taken to be longer by: calls that left at an even pace come closer together on the network, and a
 * late timer is made up for.
 */
const jitterSeconds = 0.5;

/**
 * The pace of one worker's line. A line that lets one call out whenever it has saved up a whole one makes, in any ten
 * seconds, at most what the pace gives in them, and one more, rounded down: a pace a little below a whole number of calls
 * makes that number at most. So the lines of all workers together stay within the quota wherever the ten seconds begin.
 * @param quota calls a second of the account.
 * @param share of the quota that is this worker's, 0 to 1.
 * @returns calls a second.
 */
export function paceOf(quota: number, share: number): number {
  const inWindow = quota * share * windowSeconds;
  // A third of a quota is not always written as one. With so many workers that each has less than a call, none would
  // ever be made.
  return Math.max(Math.floor(inWindow + 1e-9), Math.min(inWindow, 1) / 2) / (windowSeconds + jitterSeconds);
}
