import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { OfferPolicy } from './defaults.ts';

/** The workflow type, as registered in the bundle. */
export const offerWatchType = 'offerWatch';

/** The id of the watch over one offer or offer set, as one account sees it: `offer:{account}:{offerId}`. */
export function offerWorkflowId(account: string, offerId: string): string {
  return `offer:${account}:${offerId}`;
}

/** How a watch ends. */
export type OfferEnd = 'expired' | 'noEndDate' | 'abandoned';

/** The states, as `StewardState` shows them. */
export type OfferStateName = 'watching' | OfferEnd;

/**
 * What the receiving account is to the offer: it made it (`ownOffer`), a channel partner made it on its product
 * (`partnerOfferOnOwnProduct`), it made it on a manufacturer's product (`ownOfferAsPartner`), or a party is missing.
 */
export type OfferRole = 'ownOffer' | 'partnerOfferOnOwnProduct' | 'ownOfferAsPartner' | 'unknown';

/** One offer of a message. */
export interface OfferTerms {
  readonly id: string;
  readonly name?: string;
  /** ISO 8601; absent for an offer without an end. */
  readonly expirationDate?: string;
}

/** One release. Times are ISO 8601. */
export interface OfferReleasedMessage {
  readonly eventId: string;
  readonly releasedAt: string;
  readonly role: OfferRole;
  /** What the configuration has the account as (`accounts.{account}.kind`); absent where nobody said. */
  readonly accountKind?: 'vendor' | 'channelPartner' | 'privateMarketplaceAdministrator';
  /** True for an offer set, also for one that names no offers. */
  readonly isOfferSet?: boolean;
  /** The offer, or the offer set. */
  readonly offer: OfferTerms;
  /** The offers of an offer set; empty for a single offer. */
  readonly associatedOffers: readonly OfferTerms[];
  readonly productId?: string;
  readonly productTitle?: string;
  readonly manufacturerName?: string;
  readonly sellerOfRecordName?: string;
  readonly targetedBuyerCount: number;
  /** The first of them; shown in `buyerLines` of notices and nowhere else. */
  readonly targetedBuyerAccountIds?: readonly string[];
}

/** What a run starts from. */
export interface OfferWatchInput extends CaseInput<OfferPolicy> {
  readonly account: string;
  readonly offerId: string;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface OfferStatus extends CaseStatus<OfferStateName> {
  readonly account: string;
  readonly offerId: string;
  readonly role: OfferRole;
  readonly expiresAt?: string;
  /** Each as `{expiration date}:{reminder}`, the oldest first. */
  readonly remindersSent: readonly string[];
}

export const offerReleasedSignal = defineSignal<[OfferReleasedMessage]>('offerReleased');
export const offerStatusQuery = defineQuery<OfferStatus>('status');

/** What others need to know of the workflow. */
export const offerWatchContract = {
  type: offerWatchType,
  idPrefixes: ['offer:'],
  statusQuery: offerStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<OfferStatus>;
