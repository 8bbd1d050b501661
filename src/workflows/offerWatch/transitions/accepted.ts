import { stay } from '../../shared/transition.ts';
import type { OfferAgreementMessage } from '../contract.ts';
import { acceptedNotice } from '../notices.ts';
import { endOf, phaseFor, type OfferCase, type OfferContext, type OfferPhase, type OfferTransition } from '../state.ts';
import { isAcceptedByAll, withAgreement } from './agreements.ts';
import { goodUntilMs } from './ends.ts';

/** The phase of an offer that every buyer has accepted. */
export type AcceptedPhase = Extract<OfferPhase, { readonly name: 'lingering' }>;

/** Stays until the end of the offer, so that a later release, or another buyer in it, finds what is known. */
export function acceptedPhase(watch: OfferCase): AcceptedPhase {
  const end = endOf(watch);
  const endMs = end === undefined ? 0 : goodUntilMs(end);
  return { name: 'lingering', end: 'accepted', untilMs: Math.max(watch.lingerUntilMs, endMs) };
}

/** Whether the watch has reported that every buyer has accepted. */
export function isAccepted({ phase }: OfferCase): boolean {
  return phase.name === 'lingering' && phase.end === 'accepted';
}

/**
 * A buyer has accepted: the agreement is counted, and once it is the last of all, one notice says so and reminders end. They
 * begin again where the event of another party shows that the agreement was no targeted buyer's.
 */
export function onAccepted(
  before: OfferCase,
  agreement: OfferAgreementMessage,
  { policy, nowMs }: OfferContext,
): OfferTransition {
  const counted = /* guard */ before.phase.name === 'ended' ? undefined : withAgreement(before, agreement);
  if (counted === undefined) return stay(before);
  if (isAccepted(before) && /* guard */ !isAcceptedByAll(counted)) {
    return stay({ ...counted, phase: phaseFor(endOf(counted), counted, policy, nowMs) });
  }
  if (/* guard */ isAccepted(before) || !isAcceptedByAll(counted)) return stay(counted);
  const watch: OfferCase = { ...counted, phase: acceptedPhase(counted) };
  return {
    state: watch,
    notices: watch.release === undefined ? [] : [acceptedNotice(watch, watch.release, agreement.eventId)],
  };
}
