import { outside, refused, type KnowledgeByCode } from './knowledge.ts';

/** Codes of versions and delivery options that AWS documents for several kinds of products. */
const shared = {
  /** AWS's message names the weakness and the image, or links to the findings: anyone who has the link can open them. */
  SCAN_ERROR: refused(
    'AWS’s security scan found a weakness in the software.',
    'AWS’s message names the weakness and the image or component, or it is a link to the findings, good for 60 days: share that link with nobody. Publish a fixed build.',
  ),
  DUPLICATE_VERSION_TITLE: refused(
    'The product has a version with this title already.',
    'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else amend the title.',
  ),
  INVALID_VERSION_TITLE: refused(
    'The version title has a length, spaces or characters that AWS refuses.',
    'Amend the title: shorter, no space at its beginning or before a trademark sign, plain characters.',
  ),
  INVALID_RELEASE_NOTES: refused(
    'The release notes have a length, spaces or characters that AWS refuses.',
    'Amend the release notes: shorter, no space at their beginning or before a trademark sign, plain characters.',
  ),
  INVALID_USAGE_INSTRUCTIONS: refused(
    'The usage instructions are missing, too long, or hold spaces or characters that AWS refuses.',
    'Amend the usage instructions as AWS’s message says.',
  ),
  DUPLICATE_DELIVERY_OPTION_TITLES: refused(
    'Delivery options of the request have the same title.',
    'Amend: give each delivery option a title of its own.',
  ),
  INVALID_DELIVERY_OPTION_TITLES: refused(
    'A delivery option with this title exists already.',
    'Check the product’s delivery options first: an earlier attempt may have taken effect; then resolve. Else amend the title.',
  ),
  MISSING_DELIVERY_OPTION_IDS: refused(
    'The change names no delivery option of the product.',
    'Amend: add the ids, as DescribeEntity shows them.',
  ),
  INVALID_DELIVERY_OPTION_IDS: refused(
    'The product has no delivery option with an id that was given.',
    'Compare the ids with DescribeEntity, and amend them.',
  ),
  ALL_DELIVERY_OPTIONS_RESTRICTED: refused(
    'The change would restrict the last public delivery option.',
    'Amend: restrict fewer. Or add a version first, then retry; or restrict the whole product by its visibility.',
    'canPass',
  ),
  INVALID_RECOMMENDED_INSTANCE_TYPE: refused(
    'The recommended instance type is none that AWS takes.',
    'Amend it to an instance type that AWS’s message allows and that fits the software.',
  ),
  UPDATE_PRICING_REQUIRED: refused(
    'What is added has no price in the public offer.',
    'Submit it together with UpdatePricingTerms of the offer, as a new change set.',
  ),
  INCOMPATIBLE_PRODUCT_STATUS: refused(
    'The product’s status does not take this change.',
    'Check its id and Visibility: a version needs a product that is Limited or Public, so release a draft first. Then retry.',
    'canPass',
  ),
  FIELD_NOT_ALLOWED_TO_CHANGE: refused(
    'A field of the version cannot be changed.',
    'AWS’s message names the field: amend without it. For a public product add a new version instead.',
  ),
  ASSET_NOT_FOUND: outside(
    'AWS cannot find something that the request names, or the access role may not read it.',
    'Check that the image, component, model or file exists at that address, and what the access role may do; then retry.',
  ),
  ASSET_ACCESS_EXCEPTION: outside(
    'AWS found what the request names, but may not read it.',
    'Let the access role and AWS Marketplace read what AWS’s message names; wait some minutes until that takes effect, then retry.',
  ),
} as const satisfies KnowledgeByCode;

type SharedCode = keyof typeof shared;

/** Some of the codes that several families share; each means the same in all of them. */
export function sharedVersionCodes(...codes: readonly SharedCode[]): KnowledgeByCode {
  return Object.fromEntries(codes.map((code) => [code, shared[code]]));
}
