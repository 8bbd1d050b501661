import { outside, refused, type KnowledgeByCode } from './knowledge.ts';

/** Offers, offer sets and resale authorizations. */
export const offerCodes: KnowledgeByCode = {
  INCOMPATIBLE_PRODUCT: refused(
    'The product cannot have this offer.',
    'Compare the product’s type, state and dimensions with the offer; amend the product or the terms.',
    'unknown',
  ),
  INCOMPATIBLE_AGREEMENT: refused(
    'The agreement that the offer replaces does not allow it.',
    'Check the agreement: it must be active, yours, and of the same product. Amend its id.',
    'unknown',
  ),
  INCOMPATIBLE_RESALE_AUTHORIZATION: refused(
    'The resale authorization does not cover this offer.',
    'Check whether it is active, not used up and for this product and buyer; ask the manufacturer, or amend its id.',
    'unknown',
  ),
  INCOMPATIBLE_TERMS: refused(
    'The offer’s terms contradict each other.',
    'Compare pricing, validity, payment schedule and renewal; amend what does not fit.',
  ),
  INCOMPATIBLE_TARGETING: refused(
    'The targeting does not fit this kind of offer.',
    'Amend buyers and countries: a private offer names its buyers, a public one does not.',
  ),
  INCOMPATIBLE_PAYMENT_SETTINGS: refused(
    'The seller’s payment settings do not allow these terms.',
    'Check bank account, currency and disbursement in the AWS Marketplace Management Portal, then retry or amend.',
    'canPass',
  ),
  INCOMPATIBLE_SELLER_VERIFICATION: outside(
    'The seller lacks the verification that this offer needs.',
    'Finish the verification in the AWS Marketplace Management Portal; wait until that takes effect, then retry.',
  ),
  INVALID_AVAILABILITY_END_DATE: refused(
    'The last day of the offer is not acceptable.',
    'Amend it to a later day: the day may have passed since.',
  ),
  INVALID_RATE_CARD: refused(
    'The price list is not acceptable.',
    'Compare it with the product’s dimensions, the currency and the pricing model; amend the prices.',
  ),
  INVALID_GRANTS: refused(
    'The quantities granted at a fixed price are not acceptable.',
    'Compare them with the product’s dimensions; amend the grants.',
  ),
  INVALID_UPDATE_REQUEST: refused(
    'The offer does not take this update in its present state.',
    'Check whether the offer is released: much is fixed from then on. If so, create a replacement offer.',
    'unknown',
  ),
  INVALID_TAX_INFORMATION: outside(
    'The seller’s tax details are missing or not valid yet.',
    'Complete them in the AWS Marketplace Management Portal; they take up to two hours to count. Then retry.',
  ),
  MISSING_MANDATORY_TERMS: refused(
    'The offer lacks terms that a release needs.',
    'Add the terms that AWS’s message names, such as support, legal or renewal terms, then retry the release.',
    'canPass',
  ),
  MISSING_BUYER_ACCOUNTS: refused(
    'The offer names no buyers.',
    'Amend the targeting: name the buyers’ accounts.',
    'canPass',
  ),
  MISSING_NAME: refused('The offer has no name.', 'Give it one by UpdateInformation, then retry.', 'canPass'),
  MISSING_DESCRIPTION: refused(
    'The offer has no description.',
    'Give it a description by UpdateInformation, then retry.',
    'canPass',
  ),
  MISSING_AVAILABILITY_END_DATE: refused(
    'The offer has no last day.',
    'Give it one by UpdateAvailability, then retry.',
    'canPass',
  ),
  TOO_MANY_OFFERS: refused(
    'The account has more offers in process than AWS takes at once.',
    'Wait until AWS has processed the other offers, then retry.',
    'unknown',
  ),
};

/** Products of every kind: visibility, review, the seller's account. */
export const productCodes: KnowledgeByCode = {
  AUDIT_ERROR: refused(
    'A reviewer at AWS refused it: a human decision, not a fault.',
    'Read the reasons in AWS’s message, change the listing, and submit a new change set; an unchanged retry fails again.',
  ),
  INVALID_VISIBILITY_TRANSITION: refused(
    'The product cannot go from its present visibility to the requested one.',
    'Check the product’s Visibility: it may be there already. Else go step by step, Draft to Limited to Public.',
    'canPass',
  ),
  MISSING_SELLER_PROFILE_INFORMATION: outside(
    'The seller has no public profile, which a public product needs.',
    'Publish the profile in the AWS Marketplace Management Portal, then retry.',
  ),
  UNSUPPORTED_CATALOG: refused(
    'This catalog does not take this product or change.',
    'Check the catalog’s name and the account in the configuration.',
  ),
  INELIGIBLE_SELLER: refused(
    'The account may not sell this.',
    'Compare its registration (paid or free products, country) with AWS’s rules for sellers, and ask AWS before you retry.',
    'unknown',
  ),
  INVALID_INPUT: refused(
    'A value of the request is invalid, or a change that must go with it is missing.',
    'Read which field AWS’s message names; amend it.',
  ),
};
