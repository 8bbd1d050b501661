import { outside, refused, type KnowledgeByCode } from './knowledge.ts';

/** Prices, payment and dates: AWS documents these codes both for offers and for resale authorizations. */
export const termCodes: KnowledgeByCode = {
  INCOMPATIBLE_PRODUCT: refused(
    'The product cannot have this, or cannot have it in its present state.',
    'Compare the product’s type, Visibility, dimensions and offers with AWS’s message; put the product right and retry, or amend the terms.',
    'unknown',
  ),
  INCOMPATIBLE_TERMS: refused(
    'The terms contradict each other, the kind of offer, or its state: much is fixed from its release on.',
    'Read in AWS’s message which terms do not fit, and amend them.',
  ),
  MISSING_MANDATORY_TERMS: refused(
    'Terms are missing that the release or the pricing needs.',
    'A release: add the terms that AWS’s message names, such as support, legal or renewal terms, then retry. Pricing terms: amend.',
    'unknown',
  ),
  INCOMPATIBLE_PAYMENT_SETTINGS: refused(
    'The seller’s payment settings do not allow the currency.',
    'Check them in the AWS Marketplace Management Portal, then retry; or amend the currency.',
    'canPass',
  ),
  INCOMPATIBLE_SELLER_VERIFICATION: outside(
    'The seller lacks a verification that these terms need.',
    'Finish the verification in the AWS Marketplace Management Portal; wait until that takes effect, then retry.',
  ),
  INVALID_CURRENCY_CODE: refused(
    'The currency is none that AWS takes, or differs between the terms.',
    'Amend: one currency for all pricing and payment terms.',
  ),
  INCOMPATIBLE_CURRENCY_CODE: refused(
    'The currency is fixed since the release.',
    'Amend: keep the currency of the release.',
  ),
  INVALID_RATE_CARD: refused(
    'The price list is not acceptable.',
    'Compare it with the product’s dimensions and AWS’s message; amend the prices.',
  ),
  DUPLICATE_DIMENSION_KEYS: refused(
    'A dimension is named twice in a price list or grant.',
    'Amend: name each dimension once.',
  ),
  DUPLICATE_SELECTORS: refused(
    'Two price lists are for the same duration.',
    'Amend: one price list for each duration.',
  ),
  INCOMPATIBLE_RATE_CARD_CONSTRAINTS: refused(
    'The settings for several dimensions or quantities do not fit the pricing model, each other, or the release.',
    'Amend MultipleDimensionSelection and QuantityConfiguration as AWS’s message says.',
  ),
  TOO_MANY_RATE_CARDS: refused(
    'The product takes fewer price lists.',
    'Amend: as many price lists as AWS’s message allows.',
  ),
  TOO_MANY_RATES: refused('A price list is too long.', 'Amend: fewer prices in the list.'),
  TOO_MANY_GRANTS: refused(
    'More quantities are granted than AWS takes, or the duration is not allowed.',
    'Amend as AWS’s message says.',
  ),
  INVALID_SELECTOR_DURATION_VALUE: refused(
    'The duration of a price list is not acceptable.',
    'Amend the duration as AWS’s message says.',
  ),
  INVALID_DURATION: refused(
    'The duration of a pricing term is not acceptable.',
    'Amend it: within the range of AWS’s message, and as long as the agreement.',
  ),
  MISSING_DURATION: refused('A pricing term has no duration.', 'Amend: give the term its duration.'),
  DUPLICATE_CHARGE_DATES: refused('Two payments have the same date.', 'Amend: one payment a date.'),
  INVALID_CHARGE_DATES: refused(
    'A payment’s date is in the past, or after the agreement’s end.',
    'Amend the dates as AWS’s message says: a date may have passed since.',
  ),
  INVALID_AVAILABILITY_END_DATE: refused(
    'The last day is not acceptable.',
    'Amend it to a day that fits AWS’s message: the day may have passed since. A public offer has none.',
  ),
};
