import { refused, type KnowledgeByCode } from './knowledge.ts';
import { listingCodes } from './listings.ts';

const information: KnowledgeByCode = {
  INVALID_NAME: refused('The solution’s name has a length that AWS refuses.', 'Amend: 1 to 100 characters.'),
  INVALID_TITLE: refused('The solution’s title has a length that AWS refuses.', 'Amend: 1 to 255 characters.'),
  INVALID_LONG_DESCRIPTION: refused(
    'The long description has a length that AWS refuses.',
    'Amend the long description: 1 to 5,000 characters.',
  ),
  INVALID_USE_CASE: refused(
    'A use case is incomplete, or none of AWS’s list.',
    'Amend group, subgroup, item and description of the use cases as AWS’s message says.',
  ),
  TOO_MANY_ITEMS: refused('More entries are given than AWS takes.', 'Amend: as many as AWS’s message allows.'),
  INVALID_INTEGRATION_DESCRIPTION: refused(
    'The text on how the products work together has a length that AWS refuses.',
    'Amend IntegrationDescription: 1 to 5,000 characters.',
  ),
  INVALID_AWS_MARKETPLACE_PRODUCTS: refused(
    'An AWS Marketplace product given is not available to the account, unknown, named twice, or of a kind that is not taken.',
    'Read in AWS’s message which: amend the products, or ask the seller for access and retry.',
    'unknown',
  ),
  INVALID_NON_AWS_MARKETPLACE_PRODUCTS: refused(
    'A product from outside AWS Marketplace has texts or an address that AWS refuses.',
    'Amend what AWS’s message names; where an address only did not answer, let it answer and retry.',
    'unknown',
  ),
  TOO_MANY_PRODUCTS: refused(
    'The solution would have more products than AWS takes.',
    'Amend: as many products as AWS’s message allows.',
  ),
  INVALID_REMOVE_OPERATION: refused(
    'The change would take away something that the solution must have.',
    'Amend: keep what AWS’s message names.',
  ),
};

const visibility: KnowledgeByCode = {
  INCOMPATIBLE_OPERATION_UPDATE_RELATED_PRODUCTS_SOLUTION: refused(
    'A public solution does not take other products.',
    'Set its visibility to Limited first, then retry.',
    'canPass',
  ),
  MISSING_REQUIRED_FIELDS: refused(
    'The draft solution lacks fields that a release needs.',
    'Add the fields that AWS’s message names, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_OPERATION_RELEASE_SOLUTION: refused(
    'The solution is no draft, and only a draft can be released.',
    'Check its Visibility: an earlier attempt may have taken effect; then resolve.',
  ),
  INCOMPATIBLE_OPERATION_UPDATE_VISIBILITY: refused(
    'The solution is a draft, which has no other visibility.',
    'Release it by ReleaseSolution first, then retry.',
    'canPass',
  ),
  INVALID_VISIBILITY_TRANSITION: refused(
    'The visibility cannot change from the present one to the one asked for.',
    'Check the Visibility: it may be there already. What was released never becomes a draft again.',
  ),
  TOO_FEW_USE_CASES: refused(
    'A public solution needs a use case.',
    'Add a use case by UpdateInformation, then retry.',
    'canPass',
  ),
  TOO_FEW_PUBLIC_PRODUCTS: refused(
    'A public solution needs two public AWS Marketplace products.',
    'Add them by UpdateRelatedProducts, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_PRODUCTS: refused(
    'The solution holds products that are not public.',
    'Remove them by UpdateRelatedProducts, or publish them; then retry.',
    'canPass',
  ),
  TOO_FEW_SELF_OWNED_PRODUCTS: refused(
    'The solution holds no product of its own seller.',
    'Add one of your own products by UpdateRelatedProducts, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_BUYER_ENGAGEMENT_OPTIONS: refused(
    'A public solution must let buyers request a private offer.',
    'Enable RequestPrivateOffer by UpdateBuyerEngagementOptions, then retry.',
    'canPass',
  ),
  LIMIT_EXCEEDED_TOO_MANY_PUBLIC_SOLUTIONS: refused(
    'The account has as many public solutions as AWS allows.',
    'Set another public solution to Limited or Restricted, then retry.',
    'canPass',
  ),
  INELIGIBLE_SELLER: refused(
    'AWS has not confirmed the seller’s part in APN Customer Engagements (ACE).',
    'Link the AWS Marketplace account with the AWS Partner account, and meet ACE’s requirements; then retry.',
    'canPass',
  ),
  UNSUPPORTED_CATALOG: refused(
    'This catalog does not take this change type.',
    'Check the catalog’s name in the request and the account in the configuration.',
  ),
};

/** Solutions of several products. */
export const solutionCodes: KnowledgeByCode = {
  ...information,
  ...visibility,
  ...listingCodes(
    'MISSING_NAME',
    'INVALID_SHORT_DESCRIPTION',
    'INVALID_ADDITIONAL_RESOURCES',
    'INVALID_MEDIA',
    'DUPLICATE_MEDIA',
    'INVALID_INPUT',
    'AUDIT_ERROR',
    'MISSING_SELLER_PROFILE_INFORMATION',
  ),
};
