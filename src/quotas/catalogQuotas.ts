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

/**
 * Calls a second that the vendor lets one account make (AWS Marketplace Catalog API reference, service quotas). The last
 * three have no documented quota: they get that of the tightest read: calling slower than is allowed loses seconds, and
 * calling faster is throttled.
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

/** Calls a second that an account may make. */
export type QuotaOf = (account: string, operation: CatalogOperation) => number;

/** What a configuration says of quotas. */
export interface ConfiguredQuotas {
  readonly accounts: Readonly<Record<string, { readonly callsPerSecond?: Partial<Record<CatalogOperation, number>> }>>;
}

/** The quotas of the configuration as it is at each call, and the vendor's where it names none. */
export function quotasOf(configuration: ConfiguredQuotas): QuotaOf {
  return (account, operation) => {
    const { accounts } = configuration;
    const known = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
    return known?.callsPerSecond?.[operation] ?? vendorQuotas[operation];
  };
}

/** The stretch over which the quotas are held, in seconds. */
const windowSeconds = 10;
/**
 * What the stretch is taken to be longer by: calls that left at an even pace come closer together on the network, and a
 * late timer is made up for.
 */
const jitterSeconds = 0.5;

/**
 * The rate of one worker's limiter. A limiter that gives a permit whenever it has saved up a whole one gives, in any ten
 * seconds, at most what the rate makes in them and one more, rounded down: a rate a little below a whole number of calls
 * makes that number at most. So the limiters of all workers together stay within the quota wherever the ten seconds begin.
 * @param quota calls a second of the account.
 * @param share of the quota that is this worker's, 0 to 1.
 * @returns calls a second.
 */
export function rateOf(quota: number, share: number): number {
  const inWindow = quota * share * windowSeconds;
  // A third of a quota is not always written as one. With so many workers that each has less than a call, none would
  // ever be made.
  return Math.max(Math.floor(inWindow + 1e-9), Math.min(inWindow, 1) / 2) / (windowSeconds + jitterSeconds);
}
