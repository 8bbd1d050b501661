import { instant } from '../../shared/reminders.ts';
import type { OfferReleasedMessage, OfferTerms } from '../contract.ts';

/** When what was released ends: an offer set with the first of its offers, since the set is bought as one. */
export function expiryOf({ offer, associatedOffers }: OfferReleasedMessage): string | undefined {
  const dates = [offer, ...associatedOffers].map(({ expirationDate }) => instant(expirationDate));
  return dates.filter((date) => date !== undefined).toSorted((one, other) => Date.parse(one) - Date.parse(other))[0];
}

/**
 * The end as a search attribute; undefined where there is none to keep. An end before 1970 is nobody's date (`0001-01-01`
 * is what many programs write for an unset one), and visibility stores differ on such years: MySQL's DATETIME begins with
 * the year 1000, PostgreSQL's timestamp has no year 0.
 */
export function dueAtOf(expiresAt: string | undefined): string | undefined {
  return expiresAt === undefined || Date.parse(expiresAt) < 0 ? undefined : expiresAt;
}

/** Whether the release is an offer set's. */
export function isOfferSet({ isOfferSet: said, associatedOffers }: OfferReleasedMessage): boolean {
  return said === true || associatedOffers.length > 0;
}

/** A payload that anybody may have typed. */
export type Given = Readonly<Partial<Record<string, unknown>>>;

const roles: readonly unknown[] = ['ownOffer', 'partnerOfferOnOwnProduct', 'ownOfferAsPartner', 'unknown'];
const accountKinds: readonly unknown[] = ['vendor', 'channelPartner', 'privateMarketplaceAdministrator'];
const texts = ['catalog', 'productId', 'productTitle', 'manufacturerName', 'sellerOfRecordName'];

/** Whether a value of any type is a text with something in it. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function termsAreWrong(value: unknown): boolean {
  const { id, name, expirationDate } =
    typeof value === 'object' && value !== null ? (value as Partial<Record<keyof OfferTerms, unknown>>) : {};
  const wrongName = name !== undefined && typeof name !== 'string';
  return !isText(id) || wrongName || (expirationDate !== undefined && instant(expirationDate) === undefined);
}

const terms = 'an id, and a name (a text) and an expirationDate (an ISO 8601 time) where it has them';

function wrongRequired(given: Given): readonly string[] {
  const { eventId, releasedAt, role, offer, associatedOffers, targetedBuyerCount } = given;
  const listed = Array.isArray(associatedOffers) && !associatedOffers.some(termsAreWrong);
  return [
    ...(isText(eventId) ? [] : ['eventId (a text)']),
    ...(instant(releasedAt) === undefined ? ['releasedAt (an ISO 8601 time)'] : []),
    ...(roles.includes(role) ? [] : [`role (${roles.join(', ')})`]),
    ...(termsAreWrong(offer) ? [`offer (an object with ${terms})`] : []),
    ...(listed ? [] : [`associatedOffers (a list of objects, each with ${terms}; empty for a single offer)`]),
    ...(Number.isSafeInteger(targetedBuyerCount) ? [] : ['targetedBuyerCount (a whole number)']),
  ];
}

function wrongOptional(given: Given): readonly string[] {
  const { accountKind, isOfferSet: said, targetedBuyerAccountIds: buyers } = given;
  const wrongBuyers = buyers !== undefined && !(Array.isArray(buyers) && buyers.every(isText));
  return [
    ...texts
      .filter((field) => given[field] !== undefined && typeof given[field] !== 'string')
      .map((field) => `${field} (a text, or left out)`),
    ...(accountKind === undefined || accountKinds.includes(accountKind)
      ? []
      : [`accountKind (${accountKinds.join(', ')}, or left out)`]),
    ...(said === undefined || typeof said === 'boolean' ? [] : ['isOfferSet (true or false, or left out)']),
    ...(wrongBuyers ? ['targetedBuyerAccountIds (a list of texts, or left out)'] : []),
  ];
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no release. */
export function releaseProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Given) : {};
  const wrong = [...wrongRequired(given), ...wrongOptional(given)];
  if (wrong.length === 0) return undefined;
  return `Ignored a release: fields are missing or of another kind: ${wrong.join(', ')}.`;
}
