import { readableTime } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { whatMayBeDone } from './actions.ts';
import { offerWorkflowId, type OfferReleasedMessage } from './contract.ts';
import { expiryOf, isOfferSet } from './transitions/release.ts';
import { stateName, type OfferCase } from './state.ts';

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
  if (isOfferSet(release)) {
    const { length } = release.associatedOffers;
    const offers = length === 0 ? 'whose event names no offers' : `with ${length} offers`;
    return `An offer set ${offers} was released. Its event does not say who made it.`;
  }
  switch (release.role) {
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

/** When the offer ends, in a sentence. */
function endLine(expiresAt: string | undefined, nowMs: number): string {
  if (expiresAt === undefined) return 'No end date is known.';
  const endMs = Date.parse(expiresAt);
  return `${endMs > nowMs ? 'It ends' : 'It has ended'} at ${readableTime(expiresAt)} (${distanceText(endMs, nowMs)}).`;
}

/**
 * The offers of a set and the number of buyers, a line each. Buyers are counted here, never named. An offer's own event
 * has a watch of its own, since only that one knows the parties, the product and the buyers.
 */
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
    ...(offers.length > 0 ? ['Each of them also has its own watch, from its own event on.'] : []),
    ...(targetedBuyerCount > 0 ? [`Buyers it is targeted at: ${targetedBuyerCount}.`] : []),
  ];
}

/** The accounts of the buyers, for readers who may know them. */
function buyerLines({ targetedBuyerCount, targetedBuyerAccountIds = [] }: OfferReleasedMessage): readonly string[] {
  if (targetedBuyerAccountIds.length === 0) return [];
  const more = targetedBuyerCount - targetedBuyerAccountIds.length;
  return [`Targeted at: ${targetedBuyerAccountIds.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}

/** The title of a notice, and of the details. */
export function offerTitle(release: OfferReleasedMessage): string {
  const { id, name } = release.offer;
  return `${isOfferSet(release) ? 'Offer set' : 'Offer'} ${named(id, name)}`;
}

function notice(
  watch: OfferCase,
  release: OfferReleasedMessage,
  part: string,
  nowMs: number,
): Omit<Notice, 'kind' | 'title'> {
  const expiresAt = expiryOf(release);
  const buyers = buyerLines(release);
  return {
    ...identityOf(offerWorkflowId(watch.account, watch.offerId), watch.account, part),
    severity: 'information',
    lines: [whatHappened(release), endLine(expiresAt, nowMs), ...termLines(release)],
    ...(buyers.length > 0 && { buyerLines: buyers }),
    nextStep: whatMayBeDone(release, stateName(watch.phase) === 'expired'),
    ...(watch.phase.name === 'watching' && { dueAt: watch.phase.expiresAt }),
  };
}

/** The one notice of a watch's beginning; its identity is the first release's. */
export function openingNotice(watch: OfferCase, release: OfferReleasedMessage, nowMs: number): Notice {
  return {
    ...notice(watch, release, `released:${release.eventId}`, nowMs),
    kind: 'opening',
    title: `${offerTitle(release)} was released`,
  };
}

/**
 * The one notice of a release that moved the end; its identity is that release's.
 * @param before the end until now, ISO 8601; undefined where there was none.
 */
export function movedNotice(
  watch: OfferCase,
  release: OfferReleasedMessage,
  before: string | undefined,
  nowMs: number,
): Notice {
  const common = notice(watch, release, `moved:${release.eventId}`, nowMs);
  const expiresAt = expiryOf(release);
  const was = before === undefined ? 'Until now it had no end date.' : `Until now its end was ${readableTime(before)}.`;
  return {
    ...common,
    kind: 'reminder',
    title: `${offerTitle(release)} ${expiresAt === undefined ? 'no longer has an end date' : `has another end: ${readableTime(expiresAt)}`}`,
    lines: ['It was released again, with another end.', was, ...common.lines.slice(1)],
  };
}

/**
 * The notice of one reminder; one identity per expiration date and reminder.
 * @param key `{expiration date}:{reminder}`.
 */
export function reminderNotice(watch: OfferCase, release: OfferReleasedMessage, key: string, nowMs: number): Notice {
  const expiresAt = expiryOf(release);
  const distance = expiresAt === undefined ? '' : ` ends ${distanceText(Date.parse(expiresAt), nowMs)}`;
  return {
    ...notice(watch, release, key, nowMs),
    kind: 'reminder',
    title: `${offerTitle(release)}${distance}`,
  };
}
