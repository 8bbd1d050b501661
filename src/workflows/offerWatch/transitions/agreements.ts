import type { OfferAgreementMessage } from '../contract.ts';
import type { OfferCase } from '../state.ts';
import { noted } from '../../shared/transition.ts';
import { isText, type Given } from './release.ts';

/** How many ids of agreements, and of accounts that have accepted, a watch keeps. */
const kept = 1_000;

/** What a watch knows of the buyers of its offer. */
type Buyers = Pick<OfferCase, 'release' | 'agreementCount' | 'presumed' | 'acceptors'>;

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
  const presumed = presumedAfter(watch, agreementId, buyerAccountId, isNew);
  if (!isNew && acceptors === watch.acceptors && presumed === watch.presumed) return undefined;
  const agreementCount = watch.agreementCount + (isNew ? 1 : 0);
  const counted = { ...watch, agreementIds, presumed, acceptors, agreementCount };
  return isUntargeted(watch, buyerAccountId)
    ? noted(counted, `Agreement ${agreementId} was made by an account that the offer is not targeted at: no buyer’s.`)
    : counted;
}

/** Only the one whom a private offer is targeted at can accept it: an agreement without a name is theirs, until one comes. */
function presumedAfter(
  watch: OfferCase,
  agreementId: string,
  buyer: string | undefined,
  isNew: boolean,
): OfferCase['presumed'] {
  const { presumed } = watch;
  if (buyer !== undefined) {
    return presumed.some((each) => each.agreementId === agreementId)
      ? presumed.filter((each) => /* guard: true */ each.agreementId !== agreementId)
      : presumed;
  }
  const [only, ...others] = targetedBuyers(watch) ?? [];
  if (!isNew || only === undefined || /* guard: false */ others.length > 0) return presumed;
  return [...presumed, { agreementId, buyer: only }].slice(-kept);
}

/** The buyers whom the offer is targeted at, where the watch knows each of them. */
export function targetedBuyers({ release }: Pick<OfferCase, 'release'>): readonly string[] | undefined {
  const { targetedBuyerCount = 0, targetedBuyerAccountIds: named = [] } = release ?? {};
  return targetedBuyerCount > 0 && named.length === targetedBuyerCount ? named : undefined;
}

function isUntargeted(watch: Pick<OfferCase, 'release'>, buyer: string | undefined): boolean {
  return buyer !== undefined && targetedBuyers(watch)?.includes(buyer) === false;
}

/** How many of the buyers whom the offer is targeted at are known to have accepted it. */
export function acceptedBuyers({ release, acceptors, agreementCount, presumed }: Buyers): number {
  if (release === undefined) return 0;
  const { targetedBuyerCount } = release;
  const targeted = targetedBuyers({ release });
  const accepted = new Set([...acceptors, ...presumed.map(({ buyer }) => buyer)]);
  if (targeted !== undefined) return targeted.filter((buyer) => accepted.has(buyer)).length;
  // Nothing says who the one buyer is.
  return targetedBuyerCount === 1 ? Math.min(agreementCount, 1) : Math.min(accepted.size, targetedBuyerCount);
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
