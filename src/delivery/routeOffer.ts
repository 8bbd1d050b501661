import type { Offer, OfferReleased, OfferSet, OfferSetReleased, Party } from '../events/types.ts';
import {
  offerReleasedSignal,
  offerWatchType,
  offerWorkflowId,
  type OfferReleasedMessage,
  type OfferRole,
  type OfferTerms,
  type OfferWatchInput,
} from '../workflows/offerWatch/messages.ts';
import { plain } from '../workflows/shared/markdown.ts';
import { fitKeywords } from '../workflows/shared/searchAttributes.ts';
import type { RouteContext } from './context.ts';
import type { Delivery } from './delivery.ts';
import { fitSummary } from './text.ts';

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

function termsOf({ id, name, expirationDate }: Offer | OfferSet): OfferTerms {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(expirationDate === undefined ? {} : { expirationDate }),
  };
}

const summaries: Readonly<Record<OfferRole, string>> = {
  ownOffer: 'Own offer',
  partnerOfferOnOwnProduct: 'Channel partner’s offer on an own product:',
  ownOfferAsPartner: 'Own offer as channel partner:',
  unknown: 'Offer',
};

interface Watched {
  readonly kind: 'offer.released' | 'offerSet.released';
  readonly account: string;
  readonly message: OfferReleasedMessage;
  readonly entities: readonly string[];
  readonly summary: string;
}

function watch({ kind, account, message, entities, summary }: Watched, { policies }: RouteContext): Delivery {
  const { id, name, expirationDate } = message.offer;
  const policy = policies.offerWatch;
  const input: OfferWatchInput = { version: 1, account, offerId: id, ...(policy === undefined ? {} : { policy }) };
  return {
    kind,
    eventId: message.eventId,
    workflowType: offerWatchType,
    workflowId: offerWorkflowId(account, id),
    input,
    signal: { name: offerReleasedSignal.name, message },
    attributes: {
      state: 'watching',
      account,
      attention: false,
      entities: fitKeywords(entities),
      ...(expirationDate === undefined ? {} : { dueAt: expirationDate }),
    },
    staticSummary: fitSummary(`${summary} ${name === undefined ? id : plain(name, 100)}`),
    staticDetails: `- **Offer:** ${id}\n- **Account:** ${account}`,
    afterCompletion: 'startAgain',
  };
}

/** To the watch over the offer, as the receiving account sees it. Buyers are counted, not named. */
export function offerDelivery(event: OfferReleased, context: RouteContext): Delivery {
  const role = offerRole(event.account, event.manufacturer, event.sellerOfRecord);
  const message: OfferReleasedMessage = {
    eventId: event.eventId,
    releasedAt: event.occurredAt,
    role,
    offer: termsOf(event.offer),
    associatedOffers: [],
    ...(event.product === undefined ? {} : { productId: event.product.id }),
    ...(event.product?.title === undefined ? {} : { productTitle: event.product.title }),
    ...(event.manufacturer?.name === undefined ? {} : { manufacturerName: event.manufacturer.name }),
    ...(event.sellerOfRecord?.name === undefined ? {} : { sellerOfRecordName: event.sellerOfRecord.name }),
    targetedBuyerCount: event.targetedBuyerAccountIds.length,
  };
  const entities = [event.offer.id, ...(event.product === undefined ? [] : [event.product.id])];
  return watch({ kind: event.kind, account: event.account, message, entities, summary: summaries[role] }, context);
}

/** To one watch over the whole set. Its event names no party, so the role is unknown. */
export function offerSetDelivery(event: OfferSetReleased, context: RouteContext): Delivery {
  const message: OfferReleasedMessage = {
    eventId: event.eventId,
    releasedAt: event.occurredAt,
    role: 'unknown',
    offer: termsOf(event.offerSet),
    associatedOffers: event.offers.map(termsOf),
    targetedBuyerCount: 0,
  };
  const entities = [event.offerSet.id, ...event.offers.map(({ id }) => id)];
  return watch({ kind: event.kind, account: event.account, message, entities, summary: 'Offer set' }, context);
}
