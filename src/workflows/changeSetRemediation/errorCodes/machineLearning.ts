import { refused, type KnowledgeByCode } from './knowledge.ts';
import { sharedVersionCodes } from './versions.ts';

/** Machine learning products. */
export const machineLearningCodes: KnowledgeByCode = {
  ...sharedVersionCodes(
    'INCOMPATIBLE_PRODUCT_STATUS',
    'DUPLICATE_VERSION_TITLE',
    'INVALID_RECOMMENDED_INSTANCE_TYPE',
    'ASSET_NOT_FOUND',
    'UPDATE_PRICING_REQUIRED',
    'FIELD_NOT_ALLOWED_TO_CHANGE',
    'MISSING_DELIVERY_OPTION_IDS',
    'INVALID_DELIVERY_OPTION_IDS',
    'ALL_DELIVERY_OPTIONS_RESTRICTED',
  ),
  INCOMPATIBLE_DELIVERY_OPTIONS: refused(
    'The product’s versions have delivery options of another type.',
    'Amend: use the type of delivery option that the product has.',
  ),
  INVALID_ASSET_ARN: refused(
    'The ARN of the model package or algorithm is not valid.',
    'Amend it to the ARN of an existing model package or algorithm.',
  ),
  DUPLICATE_ASSET: refused(
    'A version of this product uses this model package or algorithm already.',
    'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else amend the asset’s ARN.',
  ),
  ASSET_VALIDATION_EXCEPTION: refused(
    'AWS could not take the model package or algorithm into its own account.',
    'AWS documents no more: read its message, check the model package and what the access role may do, then retry or amend.',
    'unknown',
  ),
  INVALID_ACCESS_ROLE: refused(
    'AWS cannot find the access role.',
    'Check that the role exists, then retry; or amend its ARN.',
    'canPass',
  ),
  INVALID_DELIVERY_OPTION_ID: refused(
    'The delivery option to update is none of the product’s.',
    'Compare the id with DescribeEntity, and amend it.',
  ),
  INCOMPATIBLE_DELIVERY_OPTION_STATUS: refused(
    'The delivery option to update is restricted.',
    'Add a new version instead, as a new change set.',
  ),
  INVALID_DELIVERY_OPTION_STATUS: refused(
    'A delivery option to restrict is not public.',
    'Compare the ids with DescribeEntity: it may be restricted already; then resolve. Else amend the list.',
  ),
};
