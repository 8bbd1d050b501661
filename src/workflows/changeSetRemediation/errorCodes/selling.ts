import { outside, refused, type KnowledgeByCode } from './knowledge.ts';

/** Offers, offer sets and resale authorizations. */
export const offerCodes: KnowledgeByCode = {
  INCOMPATIBLE_PRODUCT: refused(
    'The product cannot have this offer.',
    'Compare the product’s type, state and dimensions with the offer; amend the product or the terms.',
  ),
  INCOMPATIBLE_AGREEMENT: refused(
    'The agreement to be replaced does not allow it.',
    'Check at the agreement: it has to be active, yours, and of the same product. Amend its id.',
  ),
  INCOMPATIBLE_RESALE_AUTHORIZATION: refused(
    'The resale authorization does not cover this offer.',
    'Check whether it is active, not used up and for this product and buyer; ask the manufacturer, or amend its id.',
  ),
  INCOMPATIBLE_TERMS: refused(
    'The offer’s terms contradict each other.',
    'Compare pricing, validity, payment schedule and renewal; amend what does not fit.',
  ),
  INCOMPATIBLE_TARGETING: refused(
    'The targeting does not go with this kind of offer.',
    'Amend buyers and countries: a private offer names its buyers, a public one does not.',
  ),
  INCOMPATIBLE_PAYMENT_SETTINGS: refused(
    'The seller’s payment settings do not allow these terms.',
    'Check bank account, currency and disbursement in the AWS Marketplace Management Portal, then retry or amend.',
  ),
  INCOMPATIBLE_SELLER_VERIFICATION: outside(
    'The seller is not verified as this offer needs it.',
    'Finish the verification in the AWS Marketplace Management Portal, let it spread, then retry as it was.',
  ),
  INVALID_AVAILABILITY_END_DATE: refused(
    'The last day of the offer is not acceptable.',
    'Amend it to a later day: what was in the future at first may have passed.',
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
    'Check whether the offer is released: much is fixed from then on. Make a replacement offer where it is.',
  ),
  INVALID_TAX_INFORMATION: outside(
    'The seller’s tax details are missing or not valid yet.',
    'Complete them in the AWS Marketplace Management Portal; they take up to two hours to count. Then retry as it was.',
  ),
  MISSING_MANDATORY_TERMS: refused(
    'The offer lacks terms without which it cannot be released.',
    'Add the terms that AWS’s message names, such as support, legal or renewal terms, then retry the release.',
  ),
  MISSING_BUYER_ACCOUNTS: refused('The offer names no buyers.', 'Amend the targeting: name the buyers’ accounts.'),
  MISSING_NAME: refused('The offer has no name.', 'Give it one by UpdateInformation, then retry.'),
  MISSING_DESCRIPTION: refused(
    'The offer has no description.',
    'Give it a description by UpdateInformation, then retry.',
  ),
  MISSING_AVAILABILITY_END_DATE: refused(
    'The offer has no last day.',
    'Give it one by UpdateAvailability, then retry.',
  ),
  TOO_MANY_OFFERS: refused(
    'The account works on more offers than AWS takes at once.',
    'Wait until other offers are through, then retry as it was.',
  ),
};

/** Products of every kind: visibility, review, the seller's account. */
export const productCodes: KnowledgeByCode = {
  AUDIT_ERROR: refused(
    'A reviewer at AWS refused it: this is an operator’s verdict, not a fault.',
    'Read the reasons in AWS’s message, change the listing accordingly, and send it as a new change set; a repeat as it was ends the same.',
  ),
  INVALID_VISIBILITY_TRANSITION: refused(
    'The product cannot go from its present visibility to the one asked for.',
    'Check at the product’s Visibility: it may be there already. Else go step by step, Draft to Limited to Public.',
  ),
  MISSING_SELLER_PROFILE_INFORMATION: outside(
    'The seller has no public profile, which a public product needs.',
    'Publish the profile in the AWS Marketplace Management Portal, then retry as it was.',
  ),
  UNSUPPORTED_CATALOG: refused(
    'The catalog named does not take this product or change.',
    'Check the catalog’s name and the account in the configuration.',
  ),
  INELIGIBLE_SELLER: refused(
    'The account may not sell this.',
    'Compare its registration (paid or free products, country) with AWS’s rules for sellers, and ask AWS before another try.',
  ),
  INVALID_INPUT: refused(
    'A value of the request is not acceptable, or a change that has to go with it is missing.',
    'Read AWS’s message for the field that is meant; amend it.',
  ),
};
