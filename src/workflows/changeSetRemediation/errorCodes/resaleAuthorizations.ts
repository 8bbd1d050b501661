import { refused, type KnowledgeByCode } from './knowledge.ts';
import { termCodes } from './terms.ts';

/** Resale authorizations. */
export const resaleAuthorizationCodes: KnowledgeByCode = {
  ...termCodes,
  INVALID_RESELLER_ACCOUNT: refused(
    'The reseller’s account is not valid.',
    'Check the account of the channel partner, and amend it.',
  ),
  INCOMPATIBLE_BUYER_TARGETING: refused(
    'An authorization that names an earlier agreement must name a buyer.',
    'Name the buyer by UpdateBuyerTargetingTerms, then retry; or leave the earlier agreement out.',
    'unknown',
  ),
  INVALID_MAXIMUM_AGREEMENT_START_DATE: refused(
    'The latest first day of an agreement is not acceptable.',
    'Amend it to a day in the future within AWS’s limit: the day may have passed since.',
  ),
  INVALID_BUYER_LEGAL_DOCUMENTS: refused(
    'AWS cannot read a legal document for buyers.',
    'Put it into an S3 bucket that AWS can read, then retry or amend its address.',
    'unknown',
  ),
  INVALID_RESALE_LEGAL_DOCUMENTS: refused(
    'AWS cannot read the reseller contract.',
    'Put the contract into an S3 bucket that AWS can read, then retry or amend its address.',
    'unknown',
  ),
  TOO_MANY_SCHEDULED_PAYMENTS: refused(
    'The payment schedule has more than 60 payments.',
    'Amend: 60 payments at most.',
  ),
  INCOMPATIBLE_STATUS: refused(
    'The authorization is released or has expired, and does not take this change.',
    'Check its Status: it may be where it should be; then resolve. Else create another authorization.',
  ),
  INCOMPATIBLE_PRICING_TERM: refused(
    'A payment schedule and a fixed upfront price need each other.',
    'Add the missing one by UpdatePricingTerms or UpdatePaymentScheduleTerms, then retry.',
    'canPass',
  ),
};
