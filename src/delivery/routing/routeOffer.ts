import { defined } from '../../defined.ts';
import type { AccountConfiguration } from '../../config/schema.ts';
import type { Offered, OfferReleased, OfferSetReleased, Party } from '../../events/types.ts';
import {
  offerReleasedSignal,
  offerWatchType,
  offerWorkflowId,
  type OfferReleasedMessage,
  type OfferStateName,
  type OfferRole,
  type OfferTerms,
  type OfferWatchInput,
} from '../../workflows/offerWatch/contract.ts';
import { dueAtOf, expiryOf } from '../../workflows/offerWatch/transitions/release.ts';
import { offerSubject } from '../../workflows/offerWatch/subject.ts';
import { withoutAddresses } from '../../addresses.ts';
import { plain, readableTime } from '../../workflows/shared/markdown.ts';
import { fitKeywords } from '../../workflows/shared/searchAttributes.ts';
import { namesShow } from '../../workflows/shared/subjects.ts';
import { configuredPolicy } from '../../policies/configured.ts';
import type { Delivery, RouteContext } from '../delivery.ts';
import { fitSummary, subjectNames } from './text.ts';

/**
 * What the receiving account is to an offer, by the manufacturer and the seller of record that the event names. An
 * account that is neither of the two can't be placed, and nothing is guessed.
 */
function offerRole(account: string, manufacturer: Party | undefined, seller: Party | undefined): OfferRole {
  if (manufacturer === undefined || seller === undefined) return 'unknown';
  const made = manufacturer.accountId === account;
  const sells = seller.accountId === account;
  if (made) return sells ? 'ownOffer' : 'partnerOfferOnOwnProduct';
  return sells ? 'ownOfferAsPartner' : 'unknown';
}

/** A name or title as the workflow's history may hold it. */
function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : withoutAddresses(text);
}

function termsOf({ id, name, expirationDate }: Offered): OfferTerms {
  return defined({ id, name: shown(name), expirationDate });
}

const summaries: Readonly<Record<OfferRole, string>> = {
  ownOffer: 'Own offer',
  partnerOfferOnOwnProduct: 'Channel partner’s offer on an own product:',
  ownOfferAsPartner: 'Own offer as channel partner:',
  unknown: 'Offer',
};

const roleTexts: Readonly<Record<OfferRole, string>> = {
  ownOffer: 'seller of the own product',
  partnerOfferOnOwnProduct: 'manufacturer; a channel partner sells',
  ownOfferAsPartner: 'channel partner; another account is the manufacturer',
  unknown: 'not known from the event',
};

/** Buyers that are named; the rest is counted. */
const mostNamed = 50;
const offersInDetails = 10;

interface Watched {
  readonly kind: 'offer.released' | 'offerSet.released';
  readonly account: string;
  readonly message: OfferReleasedMessage;
  /** What a reader of the workflow should know besides. */
  readonly notes: readonly string[];
  readonly entities: readonly string[];
  readonly summary: string;
}

function staticDetails({ account, message, notes }: Watched): string {
  const { offer, associatedOffers, role, accountKind, productId, productTitle, releasedAt } = message;
  const named = (id: string, name: string | undefined): string =>
    name === undefined ? plain(id) : `${plain(name, 100)} (${plain(id)})`;
  const more = associatedOffers.length - offersInDetails;
  return [
    `- **${message.isOfferSet === true ? 'Offer set' : 'Offer'}:** ${named(offer.id, offer.name)}`,
    ...(productId === undefined ? [] : [`- **Product:** ${named(productId, productTitle)}`]),
    ...associatedOffers.slice(0, offersInDetails).map(({ id, name }) => `- **Offer of the set:** ${named(id, name)}`),
    ...(more > 0 ? [`- and ${more} more offers`] : []),
    `- **Account:** ${account}${accountKind === undefined ? '' : ` (${accountKind})`}`,
    `- **Its part:** ${roleTexts[role]}`,
    `- **Released:** ${readableTime(releasedAt)}`,
    ...notes.map((note) => `- **Note:** ${plain(note, 300)}`),
  ].join('\n');
}

function watch(watched: Watched, context: RouteContext): Delivery {
  const { kind, account, message, entities, summary } = watched;
  const { id, name } = message.offer;
  const policy = configuredPolicy('offerWatch', context);
  const names = subjectNames(context);
  const input: OfferWatchInput = { version: 1, account, offerId: id, policy, ...names };
  // Whether an end is past already is for the workflow's clock to say.
  const state: OfferStateName = expiryOf(message) === undefined ? 'noEndDate' : 'watching';
  const dueAt = dueAtOf(expiryOf(message));
  return {
    kind,
    eventId: message.eventId,
    workflowType: offerWatchType,
    workflowId: offerWorkflowId(account, id),
    input,
    signal: { name: offerReleasedSignal.name, message },
    attributes: {
      state,
      account,
      attention: false,
      entities: fitKeywords(entities),
      subject: offerSubject({ offerId: id, state, endsAt: expiryOf(message), release: message }, namesShow(names)),
      ...defined({ dueAt }),
    },
    staticSummary: fitSummary(`${summary} ${name === undefined ? id : plain(name, 100)}`),
    staticDetails: staticDetails(watched),
    afterCompletion: 'startAgain',
  };
}

function accountHere(account: string, { accounts }: RouteContext): AccountConfiguration | undefined {
  return Object.hasOwn(accounts, account) ? accounts[account] : undefined;
}

/** Only what is an account id: the list ends up in notices. */
function buyersOf({ targetedBuyerAccountIds: ids }: OfferReleased) {
  const distinct = [...new Set(ids)];
  const named = distinct.filter((id) => /^\d{12}$/.test(id)).slice(0, mostNamed);
  return { targetedBuyerCount: distinct.length, targetedBuyerAccountIds: named.length === 0 ? undefined : named };
}

/** To the watch over the offer, as one account sees it. */
function offerDelivery(event: OfferReleased, account: string, context: RouteContext): Delivery {
  const role = offerRole(account, event.manufacturer, event.sellerOfRecord);
  const message: OfferReleasedMessage = defined({
    eventId: event.eventId,
    releasedAt: event.occurredAt,
    catalog: event.catalog,
    role,
    accountKind: accountHere(account, context)?.kind,
    offer: termsOf(event.offer),
    associatedOffers: [],
    productId: event.product?.id,
    productTitle: shown(event.product?.title),
    manufacturerName: shown(event.manufacturer?.name),
    sellerOfRecordName: shown(event.sellerOfRecord?.name),
    ...buyersOf(event),
  });
  const entities = [event.offer.id, ...(event.product === undefined ? [] : [event.product.id])];
  return watch({ ...event, account, message, entities, summary: summaries[role] }, context);
}

/** The event's other party, where it is an account of ours too. */
function otherPartyHere(event: OfferReleased, context: RouteContext): readonly string[] {
  const { account, catalog, manufacturer, sellerOfRecord } = event;
  if (manufacturer === undefined || sellerOfRecord === undefined) return [];
  return [...new Set([manufacturer.accountId, sellerOfRecord.accountId])].filter(
    (party) => party !== account && accountHere(party, context)?.catalogs.includes(catalog) === true,
  );
}

/**
 * To the watch over the offer of the account that received the event, and to that of the other party where that account
 * is configured here as well. The vendor sends the event to each of the two, but delivery is best effort: one of them is
 * enough for both watches, and the second is a release that changes nothing.
 */
export function offerDeliveries(event: OfferReleased, context: RouteContext): readonly [Delivery, ...Delivery[]] {
  const others = otherPartyHere(event, context).map((party) => offerDelivery(event, party, context));
  return [offerDelivery(event, event.account, context), ...others];
}

/** To one watch over the whole set. Its event names no party, so the role is unknown. */
export function offerSetDelivery(event: OfferSetReleased, context: RouteContext): Delivery {
  const message: OfferReleasedMessage = {
    eventId: event.eventId,
    releasedAt: event.occurredAt,
    catalog: event.catalog,
    role: 'unknown',
    ...defined({ accountKind: accountHere(event.account, context)?.kind }),
    isOfferSet: true,
    offer: termsOf(event.offerSet),
    associatedOffers: event.offers.map(termsOf),
    targetedBuyerCount: 0,
  };
  const entities = [event.offerSet.id, ...event.offers.map(({ id }) => id)];
  return watch({ ...event, message, entities, summary: 'Offer set' }, context);
}
