import type { OfferReleasedMessage } from './contract.ts';
import { expiryOf, isOfferSet } from './transitions/release.ts';

const move = 'submit UpdateAvailability with another AvailabilityEndDate';

/**
 * What the seller of record may do. UpdateAvailability is for private offers only (AWS Marketplace Catalog API
 * reference, "Work with private offers"), and an event that names no buyers may be a public offer's. An account that the
 * configuration has as a private marketplace administrator sells nothing.
 */
function sellersOption(
  { role, accountKind, targetedBuyerCount }: OfferReleasedMessage,
  ends: boolean,
  follows: boolean,
): string {
  if (accountKind === 'privateMarketplaceAdministrator')
    return 'For your information: the configuration has this account as a private marketplace administrator, which changes no offers. Put its kind right if it sells.';
  if (targetedBuyerCount <= 0)
    return 'Nothing is to be done: the event names no buyers, and no change set moves the end of a public offer. This watch follows an end that AWS shows all the same.';
  if (!ends) return 'Nothing is to be done. An end can be set by UpdateAvailability with an AvailabilityEndDate.';
  const bounds =
    role === 'ownOffer'
      ? 'Agreements made stay as they are.'
      : 'It has to be within what the manufacturer’s authorization allows.';
  const following = follows
    ? 'this watch follows, and reminds by the new end'
    : 'this watch cannot follow while it cannot read the offer';
  return `To move the end, ${move}; ${following}. ${bounds}`;
}

/**
 * What the account may do, by its role, by what the configuration has it as, and by the kind of offer; never what only
 * somebody else can, nor what nobody can any more.
 * @param ended whether the offer's end is past.
 * @param follows whether the watch can read from AWS that the end has moved.
 */
export function whatMayBeDone(release: OfferReleasedMessage, ended: boolean, follows = true): string {
  if (ended) return 'Nothing is to be done: it can no longer be bought, and agreements made stay as they are.';
  if (isOfferSet(release)) return 'For your information: the event does not say who may change the offers of the set.';
  const ends = expiryOf(release) !== undefined;
  switch (release.role) {
    case 'ownOffer':
    case 'ownOfferAsPartner':
      return sellersOption(release, ends, follows);
    // Only the seller of record can change an offer (AWS Marketplace Catalog API reference, offers).
    case 'partnerOfferOnOwnProduct':
      return `For your information: only the channel partner can change this offer.${ends ? ' Speak to them if its end matters to you.' : ''}`;
    case 'unknown':
      return ends
        ? 'For your information. If the offer is yours, see in the AWS Marketplace Management Portal what its end means to you.'
        : 'For your information; nothing is to be done.';
  }
}
