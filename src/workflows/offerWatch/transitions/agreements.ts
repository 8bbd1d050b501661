import type { OfferAgreementMessage } from '../contract.ts';
import type { OfferCase } from '../state.ts';
import { isText, type Given } from './release.ts';

/** How many ids of agreements, and of accounts that have accepted, a watch keeps. */
const kept = 1_000;

/** What a watch knows of the buyers of its offer. */
type Buyers = Pick<OfferCase, 'release' | 'agreementCount' | 'agreementIds' | 'acceptors'>;

function added(list: readonly string[], one: string | undefined): readonly string[] {
  return one === undefined || list.includes(one) ? list : [...list, one].slice(-kept);
}

/**
 * The watch with an agreement in it. Each party of the offer gets an event of an agreement, so its id says which are the
 * same; the event of one party may name a buyer whom the other's does not.
 * @returns undefined where nothing of it is new.
 */
export function withAgreement(
  watch: OfferCase,
  { agreementId, buyerAccountId }: OfferAgreementMessage,
): OfferCase | undefined {
  const agreementIds = added(watch.agreementIds, agreementId);
  const acceptors = added(watch.acceptors, buyerAccountId);
  const isNew = /* guard */ agreementIds !== watch.agreementIds;
  if (!isNew && acceptors === watch.acceptors) return undefined;
  return { ...watch, agreementIds, acceptors, agreementCount: watch.agreementCount + (isNew ? 1 : 0) };
}

/** How many of the buyers whom the offer is targeted at are known to have accepted it. */
export function acceptedBuyers({ release, acceptors, agreementCount }: Buyers): number {
  if (release === undefined) return 0;
  const { targetedBuyerCount, targetedBuyerAccountIds: named = [] } = release;
  // A private offer can be accepted by those only whom it is targeted at, so one agreement of a single buyer is theirs.
  if (targetedBuyerCount === 1) return Math.min(agreementCount, 1);
  return named.length === targetedBuyerCount
    ? named.filter((buyer) => acceptors.includes(buyer)).length
    : Math.min(acceptors.length, targetedBuyerCount);
}

/**
 * Whether every buyer whom the offer is targeted at has accepted it. Never of an offer whose event names no buyers; never of
 * more buyers than a watch keeps; and an agreement whose buyer is not known counts for nobody, unless there is one buyer.
 */
export function isAcceptedByAll(buyers: Buyers): boolean {
  const count = buyers.release?.targetedBuyerCount ?? 0;
  return /* guard */ count > 0 && acceptedBuyers(buyers) === count;
}

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no agreement. */
export function agreementProblem(value: unknown): string | undefined {
  const { eventId, agreementId, buyerAccountId } = typeof value === 'object' && value !== null ? (value as Given) : {};
  const wrong = [
    ...(isText(eventId) ? [] : ['eventId (a text)']),
    ...(isText(agreementId) ? [] : ['agreementId (a text)']),
    ...(buyerAccountId === undefined || (isText(buyerAccountId) && /^\d{12}$/.test(buyerAccountId))
      ? []
      : ['buyerAccountId (12 digits, or left out)']),
  ];
  if (wrong.length === 0) return undefined;
  return `Ignored an agreement: fields are missing or of another kind: ${wrong.join(', ')}.`;
}
