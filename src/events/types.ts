import type {
  AccountId,
  AgreementId,
  BusinessProductId,
  ChangeSetId,
  EventId,
  ItemId,
  OfferId,
  OfferSetId,
  ProductId,
} from './ids.ts';

/** A value as JSON knows it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object as the vendor sent it, unknown keys included. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** What every event has. Times are ISO 8601 in UTC with milliseconds, as `Date#toISOString` writes them. */
interface EventBase {
  /** The event's identity: equal for every delivery of one event (design of the identity: `identity.ts`). */
  readonly eventId: EventId;
  /**
   * The account of the envelope. For Marketplace events the seller that received it. For Buy with Prime the host of
   * the partner event source, which is no seller; undefined for a webhook, and where it is not 12 digits.
   */
  readonly account?: AccountId;
  /** When the vendor says it happened: the envelope's time, for Buy with Prime `eventTime` where there is one. */
  readonly occurredAt: string;
  /** The vendor's `detail` (of a webhook: the whole body), untouched. */
  readonly detail: JsonObject;
  /**
   * What a reader should know besides: fields that should agree and don't, resources of unknown types, by which instant a
   * calendar date was read.
   */
  readonly notes: readonly string[];
}

/** A change set has ended: succeeded, failed or been cancelled. The outcome is final. */
export interface ChangeSetFinished extends EventBase {
  readonly kind: 'changeSet.finished';
  readonly account: AccountId;
  readonly outcome: ChangeSetOutcome;
  readonly catalog: string;
  readonly changeSetId: ChangeSetId;
  readonly changeSetName?: string;
  readonly startTime: string;
  readonly endTime: string;
  /** `CLIENT_ERROR`, `SERVER_FAULT`, or a text of the vendor not known yet; undefined reads as unknown. */
  readonly failureCode?: string;
}

/** How a change set ended, in the words of the Marketplace Catalog API's `Status`. */
export type ChangeSetOutcome = 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** An offer, or a set of them, as events describe it. */
export interface Offered<Id = string> {
  readonly id: Id;
  readonly arn?: string;
  readonly name?: string;
  /** Undefined: no end is known. */
  readonly expirationDate?: string;
}

/** A product that an offer is for. */
interface OfferedProduct {
  readonly id: ProductId;
  readonly arn?: string;
  readonly title?: string;
}

/** An account that takes part in an offer. */
export interface Party {
  readonly accountId: AccountId;
  readonly name?: string;
}

/** An offer has become available: own, a channel partner's on own product, or as channel partner. */
export interface OfferReleased extends EventBase {
  readonly kind: 'offer.released';
  readonly account: AccountId;
  readonly catalog: string;
  readonly offer: Offered<OfferId>;
  readonly product?: OfferedProduct;
  readonly manufacturer?: Party;
  readonly sellerOfRecord?: Party;
  /** Empty for an offer that is not targeted. */
  readonly targetedBuyerAccountIds: readonly string[];
}

/** A set of private offers has become available. The event names no manufacturer and no seller of record. */
export interface OfferSetReleased extends EventBase {
  readonly kind: 'offerSet.released';
  readonly account: AccountId;
  readonly catalog: string;
  readonly offerSet: Offered<OfferSetId>;
  readonly offers: ReadonlyArray<Offered<OfferId>>;
}

/** A buyer has accepted an offer. Each party of the offer gets an event of the agreement. */
export interface AgreementCreated extends EventBase {
  readonly kind: 'agreement.created';
  readonly account: AccountId;
  readonly catalog?: string;
  readonly agreementId: AgreementId;
  readonly offerId: OfferId;
  /** The buyer. */
  readonly acceptorAccountId?: AccountId;
  /** The seller of record. */
  readonly proposerAccountId?: AccountId;
}

/** The summary of a seller's products with security issues, sent on detection and periodically after it. */
export interface SecurityReportCreated extends EventBase {
  readonly kind: 'securityReport.created';
  readonly account: AccountId;
  readonly numberOfProductsWithIssues: number;
  readonly numberOfVersionsWithIssues: number;
  readonly numberOfLatestVersionsWithIssues: number;
  readonly newIssuesFound: boolean;
  /** Undefined only where all three counts are zero. */
  readonly upcomingResolutionDueDate?: string;
}

/** An item's eligibility for Buy with Prime may have changed. */
export interface BuyabilityChanged extends EventBase {
  readonly kind: 'buyability.changed';
  readonly generation: 'webhook' | 'eventBridge' | 'eventBridgeDeprecated';
  readonly businessProductId: BusinessProductId;
  readonly itemId: ItemId;
  /** The vendor's `eventTime`, else the envelope's `time`. */
  readonly eventTime: string;
  readonly apiVersion?: string;
  /** Undefined where `data` is missing, null, empty or without a product: never a statement about buyability. */
  readonly product?: ProductData;
}

/** An item's inventory has changed, or the item has an error: a reason to query an item that is watched, and no more. */
export interface InventoryChanged extends EventBase {
  readonly kind: 'inventory.changed';
  readonly businessProductId: BusinessProductId;
  readonly itemId: ItemId;
}

/** The product inside `data`; each field may be missing. */
export interface ProductData {
  readonly id?: string;
  readonly externalId?: string;
  readonly amazonSku?: string;
  readonly sku?: string;
  /** The raw text: BUYABLE, NOT_BUYABLE, UNKNOWN, or a word not known yet. */
  readonly buyabilityStatus?: string;
}

/** Every event that the service acts on. */
export type StewardEvent =
  | ChangeSetFinished
  | OfferReleased
  | OfferSetReleased
  | AgreementCreated
  | SecurityReportCreated
  | BuyabilityChanged
  | InventoryChanged;

/** An event that somebody put on the bus to see where it arrives. It says nothing about anything that the service acts on. */
export interface TestEvent {
  /** 1 to 64 letters, digits and hyphens: the sender's own id in the detail, else the envelope's. */
  readonly testId: string;
  /** The account of the envelope. */
  readonly account: AccountId;
  readonly region?: string;
  /** ISO 8601: as the detail says, else the envelope's time. */
  readonly sentAt: string;
}

/** One field that is not as it must be. */
export interface FieldProblem {
  /** Path with the vendor's own key case: `detail.ChangeSetId`, `resources[0]`; `(body)` for the whole. */
  readonly field: string;
  /** The shape of what was found; a long value is never repeated. */
  readonly found: string;
  /** What would have been right. */
  readonly expected: string;
}

/** An event that nothing follows from. */
interface WithoutConsequence {
  /** What it is counted by: source and detail-type or descriptor, printable and short; equal for equal types. */
  readonly kind: string;
  readonly reason: string;
  /** The vendor's own id of the event. */
  readonly eventId?: string;
}

/** A test event, which no subject has. */
interface Tested {
  readonly outcome: 'test';
  readonly test: TestEvent;
}

/** What became of the bytes: one or more events, a test, known noise, a kind that no document names, or for the quarantine. */
export type ParseResult =
  | { readonly outcome: 'events'; readonly events: readonly [StewardEvent, ...StewardEvent[]] }
  | Tested
  | (WithoutConsequence & { readonly outcome: 'ignored' })
  /** `keeps`: its first bodies are kept, so that a later reader can replay them. */
  | (WithoutConsequence & { readonly outcome: 'unknownKind'; readonly keeps: boolean })
  | Unreadable;

/** What a reader of one kind makes of an event: `nothing` is ignored, with the reason. */
export type ReaderResult =
  | Extract<ParseResult, { readonly outcome: 'events' }>
  | Tested
  | { readonly outcome: 'nothing'; readonly reason: string }
  | Unreadable;

/** Bytes that cannot be read as an event, with at least one problem. */
export interface Unreadable {
  readonly outcome: 'unreadable';
  readonly problems: readonly FieldProblem[];
}
