/**
 * One row of ListChangeSets, as far as an event says the same. Plain JSON, because it stands in histories: what AWS left
 * out is absent.
 */
export interface ListedChangeSet {
  readonly changeSetId: string;
  readonly name?: string;
  readonly status?: string;
  /** ISO 8601. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly failureCode?: string;
}
