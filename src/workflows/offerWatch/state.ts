import { instant, lengthName, rungsAhead, type Rung } from '../shared/reminders.ts';
import type { OfferPolicy } from './defaults.ts';
import type { OfferReleasedMessage, OfferTerms } from './messages.ts';

/** How a watch ends. */
export type OfferEnd = 'expired' | 'noEndDate' | 'abandoned';

/** What the watch does now. */
export type OfferPhase =
  | {
      readonly name: 'watching';
      /** ISO 8601 in UTC with milliseconds. */
      readonly expiresAt: string;
      /** The reminders that lie ahead, earliest first. */
      readonly ladder: readonly Rung[];
    }
  /** Stays for a while to recognise duplicates, until this time in milliseconds since the epoch. */
  | { readonly name: 'lingering'; readonly end: 'expired' | 'noEndDate'; readonly untilMs: number }
  | { readonly name: 'ended'; readonly end: OfferEnd };

/** All that one watch is: plain JSON, carried through continue-as-new. */
export interface OfferCase {
  readonly version: 1;
  readonly account: string;
  readonly offerId: string;
  readonly phase: OfferPhase;
  /** The newest one; absent until one has reached the watch. */
  readonly release?: OfferReleasedMessage;
  /** No end comes before this time, in milliseconds since the epoch: duplicates of the release are recognised till then. */
  readonly lingerUntilMs: number;
  /** `{expiration date}:{rung}` of every reminder that was sent. */
  readonly sent: readonly string[];
  readonly seen: readonly string[];
  readonly notes: readonly string[];
}

/** The watch over an offer of which no release has come yet. */
export function newWatch(
  { account, offerId }: { account: string; offerId: string },
  { lingerMs }: OfferPolicy,
  nowMs: number,
): OfferCase {
  const untilMs = nowMs + lingerMs;
  return {
    version: 1,
    account,
    offerId,
    phase: { name: 'lingering', end: 'noEndDate', untilMs },
    lingerUntilMs: untilMs,
    sent: [],
    seen: [],
    notes: [],
  };
}

/** When what was released ends: an offer set with the first of its offers, since the set is bought as one. */
export function expiryOf({ offer, associatedOffers }: OfferReleasedMessage): string | undefined {
  const dates = [offer, ...associatedOffers].map(({ expirationDate }) => instant(expirationDate));
  return dates.filter((date) => date !== undefined).toSorted((one, other) => Date.parse(one) - Date.parse(other))[0];
}

/** What the watch does from now on, by the date on which the offer ends. */
export function phaseFor(
  expiresAt: string | undefined,
  lingerUntilMs: number,
  { beforeEndMs }: OfferPolicy,
  nowMs: number,
): OfferPhase {
  if (expiresAt === undefined) return { name: 'lingering', end: 'noEndDate', untilMs: lingerUntilMs };
  const endMs = Date.parse(expiresAt);
  if (endMs <= nowMs) return { name: 'lingering', end: 'expired', untilMs: lingerUntilMs };
  const rungs = beforeEndMs.map((ms) => ({ rung: `before-${lengthName(ms)}`, atMs: endMs - ms }));
  return { name: 'watching', expiresAt, ladder: rungsAhead(rungs, nowMs) };
}

/** When the watch has to be looked at next, in milliseconds since the epoch. */
export function wakeAtMs(phase: Exclude<OfferPhase, { name: 'ended' }>): number {
  switch (phase.name) {
    case 'watching':
      return phase.ladder[0]?.atMs ?? Date.parse(phase.expiresAt);
    case 'lingering':
      return phase.untilMs;
  }
}

/** The word for the state column. */
export function stateName(phase: OfferPhase): string {
  return phase.name === 'watching' ? phase.name : phase.end;
}

function termsProblem(value: unknown): boolean {
  const { id, name } = typeof value === 'object' && value !== null ? (value as Partial<OfferTerms>) : {};
  return typeof id !== 'string' || id === '' || (name !== undefined && typeof name !== 'string');
}

const roles: readonly unknown[] = ['ownOffer', 'partnerOfferOnOwnProduct', 'ownOfferAsPartner', 'unknown'];

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no release. */
export function releaseProblem(value: unknown): string | undefined {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Record<string, unknown>>) : {};
  const { associatedOffers } = given;
  const names = ['productId', 'productTitle', 'manufacturerName', 'sellerOfRecordName'];
  const wrong = [
    ...(typeof given['eventId'] === 'string' && given['eventId'] !== '' ? [] : ['eventId (a text)']),
    ...(instant(given['releasedAt']) === undefined ? ['releasedAt (an ISO 8601 time)'] : []),
    ...(roles.includes(given['role']) ? [] : [`role (${roles.join(', ')})`]),
    ...(termsProblem(given['offer']) ? ['offer (an object with an id)'] : []),
    ...(Array.isArray(associatedOffers) && !associatedOffers.some(termsProblem)
      ? []
      : ['associatedOffers (a list of objects with ids; empty for a single offer)']),
    ...(Number.isSafeInteger(given['targetedBuyerCount']) ? [] : ['targetedBuyerCount (a whole number)']),
    ...names
      .filter((field) => given[field] !== undefined && typeof given[field] !== 'string')
      .map((field) => `${field} (a text, or left out)`),
  ];
  if (wrong.length === 0) return undefined;
  return `A release was not taken, because fields are missing or of another kind: ${wrong.join(', ')}.`;
}
