import { readableTime } from '../shared/markdown.ts';
import type { Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { offerWorkflowId, type OfferReleasedMessage, type OfferRole } from './messages.ts';
import { expiryOf, type OfferCase } from './state.ts';

/** Offers of a set that are named one by one. */
const namedOffers = 10;

function named(id: string, name: string | undefined): string {
  return name === undefined ? id : `“${name}” (${id})`;
}

function product({ productTitle, productId }: OfferReleasedMessage): string {
  if (productTitle === undefined && productId === undefined) return 'a product that the event does not name';
  return productTitle === undefined ? `product ${productId ?? ''}` : `“${productTitle}”`;
}

/** What happened, as the receiving account sees it, in a sentence. */
export function whatHappened(release: OfferReleasedMessage): string {
  const { role, associatedOffers } = release;
  if (associatedOffers.length > 0) {
    return `An offer set with ${associatedOffers.length} offers was released. Its event does not say who made it.`;
  }
  switch (role) {
    case 'ownOffer':
      return `You released this offer for your own product, ${product(release)}.`;
    case 'partnerOfferOnOwnProduct':
      return `The channel partner ${release.sellerOfRecordName ?? 'whom the event does not name'} released this offer for your product, ${product(release)}.`;
    case 'ownOfferAsPartner':
      return `You released this offer as channel partner, for ${product(release)} of ${release.manufacturerName ?? 'a manufacturer whom the event does not name'}.`;
    case 'unknown':
      return `This offer for ${product(release)} was released. Its event does not say what your account is to it.`;
  }
}

const options: Record<OfferRole, { readonly withEnd: string; readonly withoutEnd: string }> = {
  ownOffer: {
    withEnd:
      'To move the end, submit UpdateAvailability with another AvailabilityEndDate; agreements made stay as they are.',
    withoutEnd: 'Nothing is to be done. An end can be set by UpdateAvailability with an AvailabilityEndDate.',
  },
  // Only the seller of record can change an offer (AWS Marketplace Catalog API guide, offers).
  partnerOfferOnOwnProduct: {
    withEnd:
      'For your information: only the channel partner can change this offer. Speak to them if its end matters to you.',
    withoutEnd: 'For your information: only the channel partner can change this offer.',
  },
  ownOfferAsPartner: {
    withEnd:
      'To move the end, submit UpdateAvailability with another AvailabilityEndDate, within what the manufacturer’s authorization allows.',
    withoutEnd: 'Nothing is to be done. An end can be set by UpdateAvailability with an AvailabilityEndDate.',
  },
  unknown: {
    withEnd:
      'For your information. If the offer is yours, see in the AWS Marketplace Management Portal what its end means to you.',
    withoutEnd: 'For your information; nothing is to be done.',
  },
};

/** What the account may do; never what only somebody else can. */
export function whatMayBeDone(release: OfferReleasedMessage): string {
  const { withEnd, withoutEnd } = options[release.role];
  return expiryOf(release) === undefined ? withoutEnd : withEnd;
}

/** When the offer ends, in a sentence. */
function endLine(expiresAt: string | undefined, nowMs: number): string {
  if (expiresAt === undefined) return 'No end date is known.';
  const endMs = Date.parse(expiresAt);
  return `${endMs > nowMs ? 'It ends' : 'It has ended'} at ${readableTime(expiresAt)} (${distanceText(endMs, nowMs)}).`;
}

/** The offers of a set and the number of buyers, a line each. Buyers are counted, never named. */
export function termLines({ associatedOffers, targetedBuyerCount }: OfferReleasedMessage): readonly string[] {
  const more = associatedOffers.length - namedOffers;
  const offers = associatedOffers
    .slice(0, namedOffers)
    .map(
      ({ id, name, expirationDate }) =>
        `Offer ${named(id, name)}: ${expirationDate === undefined ? 'no end date' : `ends ${readableTime(expirationDate)}`}`,
    );
  return [
    ...offers,
    ...(more > 0 ? [`and ${more} more offers`] : []),
    ...(targetedBuyerCount > 0 ? [`Buyers it is targeted at: ${targetedBuyerCount}.`] : []),
  ];
}

/** The title of whatever is said of a release. */
export function offerTitle({ offer, associatedOffers }: OfferReleasedMessage): string {
  return `${associatedOffers.length > 0 ? 'Offer set' : 'Offer'} ${named(offer.id, offer.name)}`;
}

function notice(watch: OfferCase, release: OfferReleasedMessage, nowMs: number): Omit<Notice, 'id' | 'kind' | 'title'> {
  const expiresAt = expiryOf(release);
  return {
    severity: 'information',
    account: watch.account,
    workflowId: offerWorkflowId(watch.account, watch.offerId),
    lines: [whatHappened(release), endLine(expiresAt, nowMs), ...termLines(release)],
    nextStep: whatMayBeDone(release),
    ...(expiresAt === undefined ? {} : { dueAt: expiresAt }),
  };
}

/** The one notice of a watch's beginning; its identity is the first release's. */
export function openingNotice(watch: OfferCase, release: OfferReleasedMessage, nowMs: number): Notice {
  return {
    ...notice(watch, release, nowMs),
    id: `${offerWorkflowId(watch.account, watch.offerId)}:released:${release.eventId}`,
    kind: 'opening',
    title: `${offerTitle(release)} was released`,
  };
}

/** The notice of one rung; one identity per expiration date and rung. */
export function reminderNotice(watch: OfferCase, release: OfferReleasedMessage, key: string, nowMs: number): Notice {
  const expiresAt = expiryOf(release);
  const distance = expiresAt === undefined ? '' : ` ends ${distanceText(Date.parse(expiresAt), nowMs)}`;
  return {
    ...notice(watch, release, nowMs),
    id: `${offerWorkflowId(watch.account, watch.offerId)}:${key}`,
    kind: 'reminder',
    title: `${offerTitle(release)}${distance}`,
  };
}
