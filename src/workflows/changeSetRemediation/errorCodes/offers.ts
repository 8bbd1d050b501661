import { outside, refused, type KnowledgeByCode } from './knowledge.ts';
import { listingCodes } from './listings.ts';
import { sharedOfferCodes } from './offerSets.ts';
import { termCodes } from './terms.ts';

const parties: KnowledgeByCode = {
  INCOMPATIBLE_AGREEMENT: refused(
    'The agreement that the offer replaces does not allow it.',
    'Compare terms, dates and kind of the agreement with AWS’s message; amend what does not fit.',
  ),
  INCOMPATIBLE_RESALE_AUTHORIZATION: refused(
    'The resale authorization does not cover this offer.',
    'Check whether it is active and covers product, buyers, terms, dates and amounts; ask the manufacturer, or amend what does not fit.',
    'unknown',
  ),
  INCOMPATIBLE_PRE_EXISTING_AGREEMENT: refused(
    'What the offer says of an earlier agreement is fixed since the release.',
    'Abandon it, or create a replacement offer.',
  ),
  INCOMPATIBLE_TARGETING: refused(
    'The targeting does not fit this kind of offer, or is fixed since its release or end.',
    'Read in AWS’s message which; amend buyers and countries, or create another offer.',
  ),
  INVALID_TARGETING: refused(
    'The same property is both allowed and excluded in the targeting.',
    'Amend: either allow or exclude.',
  ),
  INVALID_BUYER_ACCOUNTS: refused(
    'A buyer’s account does not exist.',
    'Amend: leave out the accounts that AWS’s message names.',
  ),
  INCOMPATIBLE_BUYER_ACCOUNTS: refused(
    'The buyers do not fit the agreement.',
    'Amend the buyers to those of the agreement.',
  ),
  TOO_MANY_BUYER_ACCOUNTS: refused('More buyers are named than AWS takes.', 'Amend: fewer buyers.'),
  INVALID_COUNTRY_CODES: refused('A country given is none that AWS takes.', 'Amend the countries.'),
  MISSING_COUNTRY_CODES: refused(
    'Countries are missing in the targeting.',
    'Amend: add the countries that AWS’s message names.',
  ),
  INCOMPATIBLE_COUNTRY_CODES: refused(
    'The countries do not fit each other or the offer.',
    'AWS documents no more: compare the countries with AWS’s message, and amend them.',
    'unknown',
  ),
  INVALID_LEGAL_DOCUMENTS: refused(
    'AWS cannot read or take a legal document.',
    'Read in AWS’s message why: the address must be open to AWS, the file no locked PDF, the standard contract the newest. Amend, or put the file right and retry.',
    'unknown',
  ),
  LIMIT_EXCEEDED_LEGAL_DOCUMENT_SIZE: refused(
    'A legal document is too big.',
    'Make the document smaller, and amend its address.',
  ),
};

const pricing: KnowledgeByCode = {
  DUPLICATE_TERM_TYPES: refused('A kind of term is given twice.', 'Amend: each kind of term once.'),
  INCOMPATIBLE_RATES: refused(
    'A free offer or trial has prices other than zero.',
    'Amend the prices to zero, or the pricing model.',
  ),
  INCOMPATIBLE_SELECTOR_DURATION: refused(
    'A duration would be taken out of the price lists after the release.',
    'Amend: keep every duration of the release.',
  ),
  INCOMPATIBLE_PRICING_MODEL: refused(
    'The offer’s pricing model cannot change to the one given.',
    'Amend: keep the pricing model. A seller reports that a free product stays free, and that only a new product helps.',
  ),
  INVALID_PRICE_CHANGE: refused(
    'The prices cannot change in this way, or not yet.',
    'AWS’s message says which: after a price increase the next change has to wait until the day it names, then retry; else split the changes.',
    'unknown',
  ),
  INVALID_GRANTS: refused(
    'The quantities granted are not acceptable.',
    'Compare them with the product’s dimensions and AWS’s message; amend the grants.',
  ),
  INCOMPATIBLE_MARKUP: refused(
    'The markup is fixed since the release.',
    'Abandon it, or create a replacement offer with another markup.',
  ),
  INVALID_MARKUP_PERCENTAGE: refused(
    'Only an offer that uses a resale authorization has a markup.',
    'Use UpdatePricingTerms for this offer instead.',
  ),
  INCOMPATIBLE_MARKUP_PERCENTAGE: refused(
    'An offer with a markup takes no payment schedule.',
    'Set the markup to zero by UpdateMarkup first, then retry; or leave the schedule out.',
    'canPass',
  ),
};

const dates: KnowledgeByCode = {
  INVALID_AGREEMENT_DURATION: refused(
    'The agreement’s duration is not acceptable.',
    'Amend the agreement’s duration as AWS’s message says.',
  ),
  INVALID_AGREEMENT_START_DATE: refused(
    'The agreement’s first day is not acceptable.',
    'Amend it: after the offer’s last day, before the agreement’s end, within the years that AWS’s message names.',
  ),
  INVALID_AGREEMENT_END_DATE: refused(
    'The agreement’s last day is not acceptable.',
    'Amend it to a day in the future that fits AWS’s message: the day may have passed since.',
  ),
  INVALID_AGREEMENT_TIME_INTERVAL: refused(
    'First day, last day and duration of the agreement cannot be combined like this.',
    'Amend them as AWS’s message says.',
  ),
  INCOMPATIBLE_AGREEMENT_START_DATE: refused(
    'The agreement’s first day is fixed, by the release or by the agreement to be replaced.',
    'Amend: keep the first day.',
  ),
  INCOMPATIBLE_AGREEMENT_END_DATE: refused(
    'The agreement’s last day is fixed since the release.',
    'Amend: keep the last day, or create a replacement offer.',
  ),
  MISSING_AGREEMENT_START_DATE: refused(
    'The agreement has no first day, which its pricing terms need.',
    'Amend: add AgreementStartDate.',
  ),
};

const payment: KnowledgeByCode = {
  TOO_MANY_BACKDATED_CHARGES: refused(
    'Several payments are due before the offer’s last day.',
    'Amend: one at most before AvailabilityEndDate.',
  ),
  TOO_MANY_CHARGES: refused('The payment schedule is too long.', 'Amend: as many payments as AWS’s message allows.'),
  INVALID_PAYMENT_DUE_PERIOD: refused(
    'The net payment term is none that AWS takes.',
    'Amend it to 15, 30, 45, 60, 90 or 120 days, and within what the resale authorization allows.',
  ),
};

const renewal: KnowledgeByCode = {
  DUPLICATE_CHARGE_DATE_OFFSETS: refused(
    'Two payments of a renewal have the same offset and day.',
    'Amend: each offset and day once.',
  ),
  INVALID_CHARGE_DATE_OFFSETS: refused(
    'A payment of a renewal may fall after the agreement’s end.',
    'Amend the offsets: all within the agreement’s duration.',
  ),
  INVALID_CHARGE_PERCENTAGES: refused(
    'The payments of a renewal do not add up to 100 percent.',
    'Amend the percentages to a sum of 100.',
  ),
  INVALID_DAY_OF_MONTH: refused(
    'A payment of a renewal cannot have a fixed day of its month.',
    'Amend: leave out DayOfMonth where AWS’s message says so.',
  ),
  INVALID_ADJUSTMENT_DEADLINE: refused(
    'The deadline to set the renewal’s price is not acceptable.',
    'Amend AdjustmentDeadline: longer than LockoutPeriod, shorter than the agreement, only with a price range.',
  ),
  MISSING_ADJUSTMENT_DEADLINE: refused('The renewal’s price range has no deadline.', 'Amend: add AdjustmentDeadline.'),
  INVALID_LOCKOUT_PERIOD: refused(
    'The renewal’s lockout period is as long as the agreement, or longer.',
    'Amend LockoutPeriod: shorter than the agreement.',
  ),
  INVALID_PERCENTAGE_RANGE: refused(
    'The range of the renewal’s price increase is not valid.',
    'Amend the range; for a single value use FixedPercentage.',
  ),
  MISSING_PAYMENT_SCHEDULE_TERM_TEMPLATE: refused(
    'The renewal has no payment schedule, and the offer has one.',
    'Amend: add a PaymentScheduleTermTemplate.',
  ),
  MISSING_PRICE_INCREASE: refused(
    'The renewal does not say how its price changes.',
    'Amend: add PriceIncrease; 0.00 keeps the price.',
  ),
};

/** What an offer lacks when it is to be released. */
const release: KnowledgeByCode = {
  MISSING_BUYER_ACCOUNTS: refused(
    'The offer names no buyers, and must be private.',
    'Name the buyers’ accounts by UpdateTargeting, then retry.',
    'canPass',
  ),
  MISSING_DESCRIPTION: refused(
    'The offer has no description.',
    'Give it a description by UpdateInformation, then retry.',
    'canPass',
  ),
  MISSING_AVAILABILITY_END_DATE: refused(
    'The offer has no last day, or one after the agreement’s end.',
    'A release: give it a last day by UpdateAvailability, then retry. Else amend the day.',
    'unknown',
  ),
  MISSING_AGREEMENT_END_DATE: refused(
    'The replacement offer has no last day of its agreement.',
    'Give it AgreementEndDate by UpdateValidityTerms, then retry.',
    'canPass',
  ),
};

/** Private, public and channel partner offers. */
export const offerCodes: KnowledgeByCode = {
  ...termCodes,
  ...parties,
  ...pricing,
  ...dates,
  ...payment,
  ...renewal,
  INVALID_TAX_INFORMATION: outside(
    'The seller’s tax details are missing or not valid yet.',
    'Complete them in the AWS Marketplace Management Portal; they take up to two hours to count. Then retry.',
  ),
  ...release,
  ...listingCodes('MISSING_NAME'),
  ...sharedOfferCodes,
};
