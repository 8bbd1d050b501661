import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { NamesInSubject } from '../shared/subjects.ts';
import type { CaseInput, CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { Followed, Following } from '../shared/policies.ts';
import type { OfferPolicy } from './policyValues.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const offerWatchType = 'offerWatch';

/** The id of the watch over one offer or offer set, as one account sees it: `offer:{account}:{offerId}`. */
export function offerWorkflowId(account: string, offerId: string): string {
  return fittingWorkflowId(`offer:${account}:${offerId}`);
}

/**
 * How a watch ends: with the offer, without an end to watch for, withdrawn (AWS shows another end that is past), accepted
 * by every buyer that it is targeted at, or cancelled.
 */
export type OfferEnd = 'expired' | 'noEndDate' | 'withdrawn' | 'accepted' | 'abandoned';

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
  /** Of which catalog it is; AWSMarketplace where it is absent. */
  readonly catalog?: string;
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

/** A buyer has accepted the offer: one purchase agreement, of which each party of the offer gets an event. */
export interface OfferAgreementMessage {
  readonly eventId: string;
  readonly agreementId: string;
  /** Absent where the event does not name who accepted. Shown in `buyerLines` of notices and nowhere else. */
  readonly buyerAccountId?: string;
}

/** Which offer to describe. */
export interface OfferQuestion {
  readonly account: string;
  readonly catalog: string;
  /** The offer, or the offers of a set. */
  readonly offerIds: readonly string[];
}

/** What AWS shows of an offer, or of the offers of a set together. */
export type OfferFinding =
  | {
      readonly found: 'offer';
      /** ISO 8601 in UTC with milliseconds; of a set the earliest. Absent where AWS shows none that can be read. */
      readonly endsAt?: string;
      /** The first state that is not Released, as AWS writes it. */
      readonly unreleased?: string;
    }
  /** The account may not read it, or AWS shows no such entity to the account. */
  | { readonly found: 'notAllowed' | 'notFound'; readonly offerId: string };

/** The activities of a watch. */
export interface OfferActivities {
  /** Describes an offer, or each offer of a set. Throws a failure of the vocabulary where AWS does not answer. */
  describeOffer(question: OfferQuestion & Following<OfferPolicy>): Promise<OfferFinding & Followed<OfferPolicy>>;
}

/** What a run starts from. */
export interface OfferWatchInput extends CaseInput<OfferPolicy>, NamesInSubject {
  readonly account: string;
  readonly offerId: string;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface OfferStatus extends CaseStatus<OfferStateName> {
  readonly account: string;
  readonly offerId: string;
  readonly role: OfferRole;
  /** As AWS showed it last, else as the newest release has it. */
  readonly expiresAt?: string;
  /** Agreements that buyers have made by this offer, as far as their events came. */
  readonly agreements: number;
  /** Each as `{expiration date}:{reminder}`, the oldest first. */
  readonly remindersSent: readonly string[];
}

export const offerReleasedSignal = defineSignal<[OfferReleasedMessage]>('offerReleased');
export const offerAcceptedSignal = defineSignal<[OfferAgreementMessage]>('offerAccepted');
export const offerStatusQuery = defineQuery<OfferStatus>('status');

/** What others need to know of the workflow. */
export const offerWatchContract = {
  type: offerWatchType,
  idPrefixes: ['offer:'],
  states: { watching: true, expired: true, noEndDate: true, withdrawn: true, accepted: true, abandoned: true },
  statusQuery: offerStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<OfferStatus>;
