/** Whose catalog a call is about; the adapter takes the credentials of that account. */
export interface CatalogScope {
  readonly account: string;
  readonly catalog: string;
}

/** The vendor's statuses of a change set. */
type ChangeSetStatusText = 'PREPARING' | 'APPLYING' | 'SUCCEEDED' | 'CANCELLED' | 'FAILED';

/** One change as the vendor returns it. `details` is the untouched text: parsing would change its numbers. */
export interface CatalogChange {
  readonly changeType: string;
  readonly entityType: string;
  readonly entityId?: string;
  readonly changeName?: string;
  readonly details?: string;
  /** Only where there is no text, for instance for an array document. */
  readonly detailsDocument?: unknown;
  readonly errors: ReadonlyArray<{ readonly code: string; readonly message?: string }>;
}

/** DescribeChangeSet. Times are ISO 8601; every member may be absent in the vendor's answer. */
export interface CatalogChangeSet {
  readonly changeSetId: string;
  readonly changeSetArn?: string;
  readonly name?: string;
  readonly intent?: string;
  readonly status?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly failureCode?: string;
  readonly failureDescription?: string;
  readonly changes: readonly CatalogChange[];
}

/** One row of ListChangeSets. */
export interface CatalogListing {
  readonly changeSetId: string;
  readonly name?: string;
  readonly status?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly entityIds: readonly string[];
  readonly failureCode?: string;
}

/** Which change sets are wanted; what is absent does not narrow. Times are ISO 8601. */
export interface ChangeSetFilter {
  /** Any of these, without revisions. */
  readonly entityIds?: readonly string[];
  readonly statuses?: readonly ChangeSetStatusText[];
  /** Started then or later. */
  readonly startedFrom?: string;
  /** Also those that run still, whenever they were started. */
  readonly orRunning?: true;
  /** Ended then or later. */
  readonly endedFrom?: string;
  /** Ended before. */
  readonly endedBefore?: string;
  /**
   * Reads those that ended first until this says that the rest is not wanted now; it is asked where there is more. All of them
   * where the vendor does not give them in that order. Not with entities.
   */
  readonly isEnough?: (firstToEnd: readonly CatalogListing[]) => boolean;
}

/** Which page of a listing is wanted. Times are ISO 8601. A token is good for the same question only. */
export interface ChangeSetPageRequest {
  readonly statuses: readonly ChangeSetStatusText[];
  /** Started then or later. */
  readonly startedFrom: string;
  /** Started before. */
  readonly startedBefore: string;
  readonly nextToken?: string;
}

/** One page of a listing; without a token it is the last. */
interface ChangeSetPage {
  readonly rows: readonly CatalogListing[];
  readonly nextToken?: string;
}

/** An entity as it is now. */
export interface CatalogEntity {
  readonly entityId: string;
  /** The revision behind the `@` of its identifier; undefined where there is none. */
  readonly revision?: string;
  /** ISO 8601. */
  readonly lastModified?: string;
  /** What buyers read as its name, of products and solutions only: an offer's name may be a buyer's. */
  readonly title?: string;
}

/** What a product is called, and to which of its versions its delivery options belong; titles may be absent. */
export interface CatalogProduct {
  readonly title?: string;
  readonly versions: ReadonlyArray<{
    readonly title?: string;
    readonly deliveryOptionIds: readonly string[];
  }>;
}

/** What is read of an offer; every member may be absent in the vendor's answer. */
export interface CatalogOffer {
  /** `Draft` or `Released`. */
  readonly state?: string;
  /** As the vendor writes it: an instant, or a calendar date. */
  readonly availabilityEndDate?: string;
}

/** One row of ListEntities. */
interface CatalogEntityListing {
  readonly entityId: string;
  readonly name?: string;
  /** ISO 8601. */
  readonly lastModified?: string;
}

/** A tag of a change set. */
export interface CatalogTag {
  readonly key: string;
  readonly value: string;
}

/** What StartChangeSet is given: everything that the origin had, and the token that makes a repeat harmless. */
export interface CatalogSubmission {
  readonly name: string;
  readonly clientRequestToken: string;
  readonly intent?: string;
  readonly tags: readonly CatalogTag[];
  readonly changes: readonly CatalogChange[];
}

/** One assessment of a product's delivery option. */
export interface CatalogAssessment {
  readonly assessmentId: string;
  readonly frameworkId?: string;
  readonly entityId?: string;
  readonly deliveryOptionId?: string;
  readonly result?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
}

/** One control of an assessment that did not pass. */
export interface CatalogControlFinding {
  readonly controlId: string;
  readonly result: string;
  readonly errors: ReadonlyArray<{ readonly code: string; readonly message?: string }>;
}

/** The calls that an activity attempt will make, at the least; how often each. */
export interface ExpectedCalls {
  readonly describeChangeSet?: number;
  /** Of entities, products and offers. */
  readonly describeEntity?: number;
  /** By names or by at most ten entities: up to ten look-ups share a call. */
  readonly lookUps?: number;
  /** Of change sets, by anything else: they share no call. */
  readonly listings?: number;
  readonly listEntities?: number;
  readonly tagsOf?: number;
  readonly startChangeSet?: number;
  readonly listAssessments?: number;
  readonly describeAssessment?: number;
}

/**
 * The AWS Marketplace Catalog API, as narrow as it is used. Every method throws a failure of the vocabulary
 * (`failures.ts`); a submit whose answer was lost throws OutcomeUnknown.
 */
export interface MarketplaceCatalog {
  /**
   * Does the work of an activity attempt, which says beforehand which calls it will make.
   * @throws Throttled where they would take too long, before anything was done.
   */
  expecting<Result>(scope: CatalogScope, calls: ExpectedCalls, work: () => Promise<Result>): Promise<Result>;
  /** Within such work: from now on it makes so many of these calls; of what is not named, as many as it has said before. */
  expects(scope: CatalogScope, calls: ExpectedCalls): void;
  describeChangeSet(scope: CatalogScope, changeSetId: string): Promise<CatalogChangeSet>;
  /** The same for one that a listing shows as ended: nothing of it changes any more, so an earlier answer serves as well. */
  describeEnded(scope: CatalogScope, changeSetId: string): Promise<CatalogChangeSet>;
  /** All change sets of the account with one of these names (at most ten), newest first. */
  listChangeSetsByName(scope: CatalogScope, names: readonly string[]): Promise<readonly CatalogListing[]>;
  /** All change sets of the account that the filter takes, newest first. Only the account's own are listed. */
  listChangeSets(scope: CatalogScope, filter: ChangeSetFilter): Promise<readonly CatalogListing[]>;
  /** One page of the account's own change sets, the oldest start time first, so that what begins meanwhile comes last. */
  listChangeSetsPage(scope: CatalogScope, request: ChangeSetPageRequest): Promise<ChangeSetPage>;
  describeEntity(scope: CatalogScope, entityId: string): Promise<CatalogEntity>;
  /** DescribeEntity, of which only titles and ids are passed on. */
  describeProduct(scope: CatalogScope, entityId: string): Promise<CatalogProduct>;
  /** DescribeEntity, of which only the state and the end are passed on: the rest holds buyers and prices. */
  describeOffer(scope: CatalogScope, offerId: string): Promise<CatalogOffer>;
  /** All own entities of a type (without its version), the last modified first. */
  listEntities(scope: CatalogScope, entityType: string): Promise<readonly CatalogEntityListing[]>;
  tagsOf(scope: CatalogScope, changeSetArn: string): Promise<readonly CatalogTag[]>;
  /**
   * Gives the id of the accepted change set. Never repeated inside: a repeat has to check first.
   * @param mayStillSend asked after every wait, as the last thing before the request leaves: false throws ServiceFault, and
   * nothing was submitted.
   */
  startChangeSet(scope: CatalogScope, submission: CatalogSubmission, mayStillSend?: () => boolean): Promise<string>;
  /** Every assessment, passed or failed, all pages. */
  listAssessments(scope: CatalogScope): Promise<readonly CatalogAssessment[]>;
  /** The controls of an assessment that did not pass, all pages. */
  failedControls(scope: CatalogScope, assessmentId: string): Promise<readonly CatalogControlFinding[]>;
}
