import { outside, refused, type KnowledgeByCode } from './knowledge.ts';

/** Codes of texts, media and reviews that AWS documents for several kinds of listings. */
const shared = {
  AUDIT_ERROR: refused(
    'A reviewer at AWS refused it: a human decision, not a fault.',
    'Read the reasons in AWS’s message, change what they name (an Amazon EKS add-on lacks tests), and submit a new change set; an unchanged retry meets the same review.',
  ),
  MISSING_SELLER_PROFILE_INFORMATION: outside(
    'The seller has no public profile, which a public listing needs.',
    'Publish the profile in the AWS Marketplace Management Portal, then retry.',
  ),
  INVALID_INPUT: refused(
    'A value of the request is invalid, or a change that must go with it is missing.',
    'Read which field AWS’s message names; amend it.',
  ),
  MISSING_NAME: refused(
    'The offer or solution has no name.',
    'An offer: give it a name by UpdateInformation, then retry. A new solution: amend its Name.',
    'unknown',
  ),
  INVALID_SHORT_DESCRIPTION: refused(
    'The short description is missing or too long.',
    'Amend the short description: 1,000 characters at most.',
  ),
  INVALID_ADDITIONAL_RESOURCES: refused(
    'An additional resource has an address or text that AWS refuses.',
    'Amend what AWS’s message names; where an address only did not answer, let it answer and retry.',
    'unknown',
  ),
  INVALID_MEDIA: refused(
    'AWS cannot fetch or take a logo, image or video.',
    'Read in AWS’s message what is wrong with which file: amend its address or texts, or replace the file and retry.',
    'unknown',
  ),
  DUPLICATE_MEDIA: refused('A logo, image or video is given twice.', 'Amend: name each file once.'),
} as const satisfies KnowledgeByCode;

type SharedCode = keyof typeof shared;

/** Some of the codes that several families share; each means the same in all of them. */
export function listingCodes(...codes: readonly SharedCode[]): KnowledgeByCode {
  return Object.fromEntries(codes.map((code) => [code, shared[code]]));
}

const information: KnowledgeByCode = {
  MISSING_DATA: refused('The request gives nothing to change.', 'Amend: give one field or dimension at least.'),
  INVALID_CATEGORY_NAMES: refused(
    'A category given is none of AWS Marketplace’s.',
    'Amend the categories to names that AWS Marketplace has.',
  ),
  InvalidImageProperties: refused(
    'A file given as an image is no PNG, JPG or GIF.',
    'Amend its address to an image of one of these types.',
  ),
  EXPLICIT_CONTENT: refused(
    'AWS found explicit content in a logo, image or video.',
    'Replace the file, and amend its address.',
  ),
  TOO_MANY_MEDIA: refused('More than 15 images and videos are given.', 'Amend: 15 at most.'),
};

const dimensions: KnowledgeByCode = {
  INVALID_DIMENSION: refused(
    'A pricing dimension given is not acceptable.',
    'AWS’s message says why. Duplicate, restricted already: it may have taken effect, so check the product’s dimensions. No metering record: let the product meter once, then retry. Else amend.',
    'unknown',
  ),
  INVALID_TYPE: refused(
    'The type of a pricing dimension is none that AWS takes.',
    'Amend it to Metered, Entitled or ExternallyMetered.',
  ),
  INVALID_UNIT: refused(
    'The unit of a pricing dimension is none that AWS takes.',
    'Amend it to one of the units that AWS’s message lists.',
  ),
};

const visibility: KnowledgeByCode = {
  INVALID_PRODUCT_VISIBILITY: refused(
    'A restricted product takes no list of allowed accounts.',
    'Check the product’s Visibility: it must be Public, Limited or Draft. Then retry.',
    'canPass',
  ),
  INVALID_AWS_ACCOUNT_IDS: refused(
    'An allowed account given does not exist.',
    'Amend the accounts: leave out those that AWS’s message names.',
  ),
  ValidationException: refused(
    'The product takes no list of allowed accounts: professional services have none.',
    'Abandon it; a limited product of this kind can be offered to any buyer.',
  ),
  INVALID_PRODUCT_STATE: refused(
    'A product in this state cannot change its visibility.',
    'Check the product’s Visibility: it may be there already. Release a draft first, then retry.',
    'canPass',
  ),
  INVALID_TARGET_VISIBILITY: refused(
    'The visibility asked for is none that a product can get.',
    'Amend it to Public, Limited or Restricted.',
  ),
  EMPTY_TARGET_VISIBILITY: refused('No visibility is asked for.', 'Amend: name the visibility that is wanted.'),
  INVALID_REPLACEMENT_PRODUCT_ID: refused(
    'The replacement product is not Public or Limited, or the product is not being restricted.',
    'Amend its id, or leave it out.',
  ),
  VALIDATION_FAILED: refused(
    'The draft lacks information that a release needs.',
    'Add what AWS’s message names: description, support, media, versions or dimensions. Then retry.',
    'canPass',
  ),
};

/** Products of every kind: texts and media, pricing dimensions, targeting, visibility, release. */
export const productCodes: KnowledgeByCode = {
  ...listingCodes('INVALID_INPUT', 'INVALID_ADDITIONAL_RESOURCES', 'INVALID_MEDIA', 'DUPLICATE_MEDIA'),
  ...information,
  ...dimensions,
  ...visibility,
  ...listingCodes('AUDIT_ERROR', 'MISSING_SELLER_PROFILE_INFORMATION'),
};
