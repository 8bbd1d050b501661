import { readableTime } from '../shared/markdown.ts';
import { identityOf, type Notice } from '../shared/notices.ts';
import { distanceText } from '../shared/reminders.ts';
import { whatMayBeDone } from './actions.ts';
import { offerWorkflowId, type OfferReleasedMessage } from './contract.ts';
import { acceptedBuyers, targetedBuyers } from './transitions/agreements.ts';
import { goodUntil, goodUntilMs } from './transitions/ends.ts';
import { isOfferSet } from './transitions/release.ts';
import { canFollow, endOf, stateName, type CheckFinding, type OfferCase } from './state.ts';

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

/** When an offer of this end is over. */
export function endText(end: string): string {
  return readableTime(goodUntil(end));
}

/** When the offer ends, in a sentence. */
function endLine(expiresAt: string | undefined, nowMs: number): string {
  if (expiresAt === undefined) return 'No end date is known.';
  const endMs = goodUntilMs(expiresAt);
  return `${endMs > nowMs ? 'It ends' : 'It has ended'} at ${endText(expiresAt)} (${distanceText(endMs, nowMs)}).`;
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
        `Offer ${named(id, name)}: ${expirationDate === undefined ? 'no end date' : `ends ${endText(expirationDate)}`}`,
    );
  return [
    ...offers,
    ...(more > 0 ? [`and ${more} more offers`] : []),
    ...(offers.length > 0 ? ['Each of them also has its own watch, from its own event on.'] : []),
    ...(targetedBuyerCount > 0 ? [`Buyers it is targeted at: ${targetedBuyerCount}.`] : []),
  ];
}

/** What buyers have accepted so far, counted; nothing before the first agreement. */
export function agreementLines(watch: OfferCase): readonly string[] {
  const { agreementCount, release } = watch;
  if (agreementCount === 0) return [];
  const buyers = release?.targetedBuyerCount ?? 0;
  const accepted = buyers > 0 ? `; accepted by ${acceptedBuyers(watch)} of ${buyers} targeted buyers` : '';
  return [`Agreements so far: ${agreementCount}${accepted}.`];
}

/** Buyers that are named one by one. */
const namedBuyers = 50;

/** `{label}: {account}, {account} and 3 more.` */
function accountsLine(label: string, accounts: readonly string[], count: number): readonly string[] {
  const named = accounts.slice(0, namedBuyers);
  const more = count - named.length;
  return named.length === 0 ? [] : [`${label}: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}

/** The accounts of the buyers, for readers who may know them. */
function buyerLines({ acceptors }: OfferCase, release: OfferReleasedMessage): readonly string[] {
  const targeted = targetedBuyers({ release }) ?? acceptors;
  const accepted = acceptors.filter((buyer) => targeted.includes(buyer));
  const others = acceptors.filter((buyer) => !targeted.includes(buyer));
  return [
    ...accountsLine('Targeted at', release.targetedBuyerAccountIds ?? [], release.targetedBuyerCount),
    ...accountsLine('Accepted by', accepted, accepted.length),
    ...accountsLine('Agreements of accounts that it is not targeted at', others, others.length),
  ];
}

/** Why the account cannot read the offer, and what would change that: of a partner's offer nothing may. */
function notAllowed(account: string, offerId: string, { role }: OfferReleasedMessage): string {
  const advice =
    role === 'partnerOfferOnOwnProduct'
      ? 'AWS may show it to the channel partner only.'
      : `If the offer is the account’s own, allow aws-marketplace:DescribeEntity to its role.`;
  return `AWS did not say whether the end has moved: account ${account} may not read ${offerId}. ${advice}`;
}

/** What a check left open, and how the watch goes on, a line each; nothing where AWS shows the end as it is known. */
export function openLines(
  account: string,
  release: OfferReleasedMessage,
  finding: CheckFinding | undefined,
): readonly string[] {
  switch (finding?.found) {
    case undefined:
      return [];
    case 'notAllowed':
      return [notAllowed(account, finding.offerId, release), byWhatIsKnown];
    case 'notFound':
      return [`AWS does not show ${finding.offerId} to account ${account}, and does not say why.`, byWhatIsKnown];
    case 'unanswered':
      return [`AWS could not be asked whether the end has moved. ${finding.sentence}`, byWhatIsKnown];
    case 'offer':
      return [
        ...(finding.endsAt === undefined ? [`AWS shows no end of the offer that can be read.`, byWhatIsKnown] : []),
        ...(finding.unreleased === undefined
          ? []
          : [`AWS shows it in the state ${JSON.stringify(finding.unreleased)}, not as Released.`]),
      ];
  }
}
const byWhatIsKnown = 'The watch goes on by the end that is known.';

/** The title of a notice, and of the details. */
export function offerTitle(release: OfferReleasedMessage): string {
  const { id, name } = release.offer;
  return `${isOfferSet(release) ? 'Offer set' : 'Offer'} ${named(id, name)}`;
}

/** Whether nobody can buy by the offer any more. */
export function isOver({ phase }: OfferCase): boolean {
  const name = stateName(phase);
  return name === 'expired' || name === 'withdrawn';
}

function notice(
  watch: OfferCase,
  release: OfferReleasedMessage,
  part: string,
  nowMs: number,
): Omit<Notice, 'kind' | 'title'> {
  const buyers = buyerLines(watch, release);
  const end = endOf(watch);
  const ended = isOver(watch) || (end !== undefined && goodUntilMs(end) <= nowMs);
  return {
    ...identityOf(offerWorkflowId(watch.account, watch.offerId), watch.account, part),
    severity: 'information',
    lines: [whatHappened(release), endLine(end, nowMs), ...termLines(release), ...agreementLines(watch)],
    ...(buyers.length > 0 && { buyerLines: buyers }),
    nextStep: whatMayBeDone(release, ended, canFollow(watch.checked?.finding)),
    ...(watch.phase.name === 'watching' && { dueAt: goodUntil(watch.phase.expiresAt) }),
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
  const expiresAt = endOf(watch);
  const was = before === undefined ? 'Until now it had no end date.' : `Until now its end was ${endText(before)}.`;
  return {
    ...common,
    kind: 'reminder',
    title: `${offerTitle(release)} ${expiresAt === undefined ? 'no longer has an end date' : `has another end: ${endText(expiresAt)}`}`,
    lines: ['It was released again, with another end.', was, ...common.lines.slice(1)],
  };
}

/**
 * The one notice of another end that AWS shows: moved, or withdrawn where that end is past. Its identity is the end, how
 * often AWS has shown another one, and the newest release: an offer that is withdrawn, released and withdrawn again has two.
 * @param before the end until now, ISO 8601.
 */
export function shownEndNotice(watch: OfferCase, release: OfferReleasedMessage, before: string, nowMs: number): Notice {
  const [end, title, was] = [endOf(watch) ?? before, offerTitle(release), endText(before)];
  const part = `${end}:${watch.moves}:${release.eventId}`;
  if (isOver(watch)) {
    const common = notice(watch, release, `withdrawn:${part}`, nowMs);
    return {
      ...common,
      kind: 'resolution',
      title: `${title} was withdrawn`,
      lines: [`AWS shows that it has ended at another time than the one known until now, ${was}.`, ...common.lines],
    };
  }
  const common = notice(watch, release, `moved:${part}`, nowMs);
  return {
    ...common,
    kind: 'reminder',
    title: `${title} has another end: ${endText(end)}`,
    lines: [`AWS shows another end. Until now its end was ${was}.`, ...common.lines.slice(1)],
  };
}

/**
 * The one notice that every buyer has accepted.
 * @param eventId that of the last agreement, or of the release that left out the buyers who had not accepted.
 */
export function acceptedNotice(watch: OfferCase, release: OfferReleasedMessage, eventId: string): Notice {
  const buyers = buyerLines(watch, release);
  const { targetedBuyerCount: count } = release;
  const who = count === 1 ? 'The buyer that it is targeted at has' : `All ${count} buyers that it is targeted at have`;
  return {
    ...identityOf(offerWorkflowId(watch.account, watch.offerId), watch.account, `accepted:${eventId}`),
    kind: 'resolution',
    severity: 'information',
    title: `${offerTitle(release)} was accepted`,
    lines: [`${who} accepted it.`, 'No further reminder of its end goes out.', ...termLines(release)],
    ...(buyers.length > 0 && { buyerLines: buyers }),
    nextStep: 'Nothing is to be done. A release to another buyer starts the reminders again.',
  };
}

/**
 * The notice of one reminder; one identity per expiration date and reminder.
 * @param key `{expiration date}:{reminder}`.
 */
export function reminderNotice(watch: OfferCase, release: OfferReleasedMessage, key: string, nowMs: number): Notice {
  const expiresAt = endOf(watch);
  const distance = expiresAt === undefined ? '' : ` ends ${distanceText(goodUntilMs(expiresAt), nowMs)}`;
  const common = notice(watch, release, key, nowMs);
  return {
    ...common,
    kind: 'reminder',
    title: `${offerTitle(release)}${distance}`,
    lines: [...common.lines, ...openLines(watch.account, release, watch.checked?.finding)],
  };
}
