import type { OfferReleasedMessage, OfferRole } from './contract.ts';
import { expiryOf, isOfferSet } from './transitions/release.ts';

const move = 'submit UpdateAvailability with another AvailabilityEndDate';
const set = 'Nothing is to be done. An end can be set by UpdateAvailability with an AvailabilityEndDate.';

interface Options {
  readonly withEnd: string;
  readonly withoutEnd: string;
}

/** For the seller of record of a private offer. */
const ofTheSeller: Record<Extract<OfferRole, 'ownOffer' | 'ownOfferAsPartner'>, Options> = {
  ownOffer: { withEnd: `To move the end, ${move}; agreements made stay as they are.`, withoutEnd: set },
  ownOfferAsPartner: {
    withEnd: `To move the end, ${move}, within what the manufacturer’s authorization allows.`,
    withoutEnd: set,
  },
};

const ofTheManufacturer: Options = {
  withEnd:
    'For your information: only the channel partner can change this offer. Speak to them if its end matters to you.',
  withoutEnd: 'For your information: only the channel partner can change this offer.',
};

const ofNobodyKnown: Options = {
  withEnd:
    'For your information. If the offer is yours, see in the AWS Marketplace Management Portal what its end means to you.',
  withoutEnd: 'For your information; nothing is to be done.',
};

/**
 * What the seller of record may do. UpdateAvailability is for private offers only (AWS Marketplace Catalog API
 * reference, "Work with private offers"), and an event that names no buyers may be a public offer's. An account that the
 * configuration has as a private marketplace administrator sells nothing.
 */
function sellersOptions(role: keyof typeof ofTheSeller, release: OfferReleasedMessage): Options {
  if (release.accountKind === 'privateMarketplaceAdministrator') {
    const text =
      'For your information: the configuration has this account as a private marketplace administrator, which changes no offers. Put its kind right if it sells.';
    return { withEnd: text, withoutEnd: text };
  }
  if (release.targetedBuyerCount > 0) return ofTheSeller[role];
  const text =
    'Nothing is to be done: the event names no buyers, and the end of a public offer cannot be moved by a change set.';
  return { withEnd: text, withoutEnd: text };
}

function optionsOf(release: OfferReleasedMessage): Options {
  const { role } = release;
  switch (role) {
    case 'ownOffer':
    case 'ownOfferAsPartner':
      return sellersOptions(role, release);
    // Only the seller of record can change an offer (AWS Marketplace Catalog API reference, offers).
    case 'partnerOfferOnOwnProduct':
      return ofTheManufacturer;
    case 'unknown':
      return ofNobodyKnown;
  }
}

/**
 * What the account may do, by its role, by what the configuration has it as, and by the kind of offer; never what only
 * somebody else can, nor what nobody can any more.
 * @param ended whether the offer's end is past.
 */
export function whatMayBeDone(release: OfferReleasedMessage, ended: boolean): string {
  if (ended) return 'Nothing is to be done: it can no longer be bought, and agreements made stay as they are.';
  if (isOfferSet(release)) return 'For your information: the event does not say who may change the offers of the set.';
  const { withEnd, withoutEnd } = optionsOf(release);
  return expiryOf(release) === undefined ? withoutEnd : withEnd;
}
