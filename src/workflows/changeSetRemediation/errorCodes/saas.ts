import { refused, type KnowledgeByCode } from './knowledge.ts';
import { listingCodes } from './listings.ts';
import { sharedVersionCodes } from './versions.ts';

/** SaaS products: their fulfilment by URL or API. */
export const saasCodes: KnowledgeByCode = {
  DUPLICATE_DELIVERY_OPTIONS: refused(
    'The product has a delivery option of this type already.',
    'Check the product’s delivery options first: an earlier attempt may have taken effect; then resolve. To change the existing one, use UpdateDeliveryOptions.',
  ),
  INVALID_FULFILLMENT_URL: refused(
    'The fulfilment address did not answer 200.',
    'AWS’s message has the status: let the address answer 200, then retry; or amend it.',
    'canPass',
  ),
  INVALID_ENDPOINT_URL: refused(
    'The endpoint’s address did not answer 200.',
    'AWS’s message has the status: let the endpoint answer 200, then retry; or amend its address.',
    'canPass',
  ),
  INVALID_LAUNCH_URL: refused(
    'The launch address did not answer 200.',
    'AWS’s message has the status: let the launch page answer 200, then retry; or amend its address.',
    'canPass',
  ),
  INVALID_SCHEMA_URL: refused(
    'AWS cannot use the address of the API’s schema.',
    'Amend it to a schema in an S3 bucket that AWS Marketplace owns.',
    'unknown',
  ),
  INVALID_TEMPLATE_URL: refused(
    'The address of a deployment template is none that AWS takes.',
    'Amend it to a template that AWS QuickStarts published in Amazon S3.',
    'unknown',
  ),
  DEFAULT_VALUE_REQUIRED_FOR_NEW_PARAMETER: refused(
    'A parameter of the endpoint has no default value, which a public product needs.',
    'Amend: give the parameter that AWS’s message names a DefaultValue.',
  ),
  INVALID_VISIBILITY: refused(
    'There would be no public delivery option, or several.',
    'Amend: exactly one delivery option is Public.',
  ),
  ...sharedVersionCodes('INVALID_DELIVERY_OPTION_IDS'),
  ...listingCodes('AUDIT_ERROR'),
};
