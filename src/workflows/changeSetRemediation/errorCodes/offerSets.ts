import { refused, type KnowledgeByCode } from './knowledge.ts';

/** Codes that AWS documents both for offers and for offer sets. */
export const sharedOfferCodes: KnowledgeByCode = {
  TOO_MANY_OFFERS: refused(
    'There are more offers than AWS takes: one public offer and one public free trial for a product, seven offers for an offer set.',
    'A seller reports that waiting does not help. Check the existing offers: update the product’s public one instead, or put fewer offers into the set.',
    'unknown',
  ),
  INVALID_UPDATE_REQUEST: refused(
    'What was released, or renews an agreement, does not take this update.',
    'Check whether it is released: much is fixed from then on, so create a replacement. For a price, AWS’s message may name the team to ask.',
  ),
};

/** Offer sets. */
export const offerSetCodes: KnowledgeByCode = {
  ...sharedOfferCodes,
  INCOMPATIBLE_OFFER_SET_REFERENCE: refused(
    'An offer was not created for this offer set.',
    'Create the offer again with this set’s OfferSetId, and amend its id; the id of a set is fixed when an offer is created.',
  ),
  INCOMPATIBLE_SOLUTION_ASSOCIATION: refused(
    'The offer set has a solution already.',
    'Check it first: an earlier attempt may have taken effect; then resolve. Else remove it by DisassociateSolution, and retry.',
    'canPass',
  ),
  MISSING_BUYER_NOTES: refused(
    'The offer set has no notes for the buyer.',
    'Give it BuyerNotes by UpdateInformation, then retry.',
    'canPass',
  ),
  MISSING_OFFERS: refused(
    'The offer set has fewer than two offers.',
    'Add offers by AssociateOffers, then retry.',
    'canPass',
  ),
  TOO_MANY_OFFERS_PER_PRODUCT: refused(
    'Two offers of the set are for the same product.',
    'Remove one by DisassociateOffers, then retry.',
    'canPass',
  ),
  INCONSISTENT_OFFER_CURRENCY_CODE: refused(
    'The offers of the set have different currencies.',
    'Use offers of one currency in the set, then retry.',
    'canPass',
  ),
  INCONSISTENT_OFFER_AVAILABILITY_END_DATE: refused(
    'The offers of the set have different last days.',
    'Give all the same last day by UpdateAvailability, then retry.',
    'canPass',
  ),
  INCONSISTENT_OFFER_TARGETING_RULE: refused(
    'The offers of the set are for different buyers.',
    'Use offers for the same buyers in the set, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_OFFER_TARGETING_RULE: refused(
    'An offer of the set names no buyers.',
    'Use offers that name their buyers in the set, then retry.',
    'canPass',
  ),
  EXPIRED_OFFERS: refused(
    'An offer of the set has expired.',
    'Remove it by DisassociateOffers or move its end by UpdateAvailability, then retry.',
    'canPass',
  ),
  DRAFT_OFFERS: refused(
    'An offer of the set is not released.',
    'Release every offer by ReleaseOffer first, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_SOLUTION_STATE: refused(
    'The solution of the set is neither Limited nor Public.',
    'Release the solution, or link another one; then retry.',
    'canPass',
  ),
};
