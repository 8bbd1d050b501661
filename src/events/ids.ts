import { shapeOf } from './shape.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Id of a change set, as the Marketplace Catalog API gives it: 1 to 255 of `[A-Za-z0-9_-]`. */
export type ChangeSetId = Branded<'ChangeSetId'>;
/** An AWS account id: 12 digits. */
export type AccountId = Branded<'AccountId'>;
/** Id of an offer entity: 1 to 255 of `[A-Za-z0-9_-]`. */
export type OfferId = Branded<'OfferId'>;
/** Id of an offer set entity: 1 to 255 of `[A-Za-z0-9_-]`. */
export type OfferSetId = Branded<'OfferSetId'>;
/** Id of an agreement, as the Agreement Service gives it: 1 to 64 of `[A-Za-z0-9_/-]`. */
export type AgreementId = Branded<'AgreementId'>;
/** Id of a product entity of the catalog: 1 to 255 of `[A-Za-z0-9_-]`. */
export type ProductId = Branded<'ProductId'>;
/** Buy with Prime's id of a business product, the API's target id. */
export type BusinessProductId = Branded<'BusinessProductId'>;
/** Buy with Prime's id of an item of a business product. */
export type ItemId = Branded<'ItemId'>;
/** The identity of an event (`identity.ts`): two deliveries with the same one are the same event. */
export type EventId = Branded<'EventId'>;

/** The rule of one kind of id. */
export interface IdKind<Id extends string> {
  /** What a right value is like, for error messages. */
  readonly expected: string;
  /** Whether a value of any type is such an id. */
  readonly matches: (value: unknown) => value is Id;
  /** The text as such an id; RangeError where it is none. */
  readonly make: (text: string) => Id;
}

function idKind<Id extends string>(expected: string, pattern: RegExp): IdKind<Id> {
  const matches = (value: unknown): value is Id => typeof value === 'string' && pattern.test(value);
  const make = (text: string): Id => {
    if (!matches(text)) throw new RangeError(`Found ${shapeOf(text)}, expected ${expected}`);
    return text;
  };
  return { expected, matches, make };
}

// EntityId, ChangeSetId of the Marketplace Catalog API reference. JavaScript's `$` without the m flag takes no newline.
const catalogId = /^[\w-]{1,255}$/;

// The vendor gives no pattern. These ids end up in paths, queries, headers and workflow ids, so only the unreserved
// characters of RFC 3986 pass, and no dot segment.
const pathSafe = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}$/;
const pathSafeText = '1 to 200 characters of A-Z a-z 0-9 . _ ~ -, and neither . nor ..';

/** The rule of each kind of id: what is expected, a predicate, and a checked constructor. */
export const idKinds = {
  changeSet: idKind<ChangeSetId>('a change set id: 1 to 255 characters of A-Z a-z 0-9 _ -', catalogId),
  account: idKind<AccountId>('an AWS account id: 12 digits', /^[0-9]{12}$/),
  offer: idKind<OfferId>('an offer id: 1 to 255 characters of A-Z a-z 0-9 _ -', catalogId),
  offerSet: idKind<OfferSetId>('an offer set id: 1 to 255 characters of A-Z a-z 0-9 _ -', catalogId),
  agreement: idKind<AgreementId>('an agreement id: 1 to 64 characters of A-Z a-z 0-9 _ / -', /^[\w/-]{1,64}$/),
  product: idKind<ProductId>('a product id: 1 to 255 characters of A-Z a-z 0-9 _ -', catalogId),
  businessProduct: idKind<BusinessProductId>(`a business product id: ${pathSafeText}`, pathSafe),
  item: idKind<ItemId>(`an item id: ${pathSafeText}`, pathSafe),
  event: idKind<EventId>('an event identity: 1 to 1000 characters, none of them control', /^[^\p{Cc}\p{Cs}]{1,1000}$/u),
} as const;

/** Checks a change set id; RangeError where the text is none. */
export const changeSetId = idKinds.changeSet.make;
/** Checks an AWS account id; RangeError where the text is none. */
export const accountId = idKinds.account.make;
/** Checks an offer id; RangeError where the text is none. */
export const offerId = idKinds.offer.make;
/** Checks an offer set id; RangeError where the text is none. */
export const offerSetId = idKinds.offerSet.make;
/** Checks a business product id; RangeError where the text is none. */
export const businessProductId = idKinds.businessProduct.make;
/** Checks an item id; RangeError where the text is none. */
export const itemId = idKinds.item.make;
/** Checks an event identity; RangeError where the text is empty, over 1000 characters, or has control characters. */
export const eventId = idKinds.event.make;
