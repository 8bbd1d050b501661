import { outside, refused, type KnowledgeByCode } from './knowledge.ts';
import { addOnCodes, helmCodes } from './helm.ts';
import { listingCodes } from './listings.ts';
import { sharedVersionCodes } from './versions.ts';

const images: KnowledgeByCode = {
  MISSING_CONTAINER_IMAGES: refused('No container image is given.', 'Amend: name one image at least.'),
  TOO_MANY_CONTAINER_IMAGES: refused(
    'More container images are given than AWS takes.',
    'Amend: name fewer than 50 images.',
  ),
  DUPLICATE_CONTAINER_IMAGES: refused('A container image is named twice.', 'Amend: name each image once.'),
  INVALID_CONTAINER_IMAGES: refused(
    'A container image given is no image address.',
    'Amend the addresses: registry, repository and tag.',
  ),
  INVALID_CONTAINER_IMAGE_URI: refused(
    'An image does not lie in the repositories of this product.',
    'Push it to the product’s repository, and amend the address.',
  ),
  INVALID_CONTAINER_IMAGE_REPOSITORY: refused(
    'A repository given is none that AddRepositories created.',
    'Create it by AddRepositories and push the image there; amend the address.',
  ),
  INVALID_CONTAINER_IMAGE_TAG: refused(
    'An image has the tag latest, which AWS does not take.',
    'Push it under a fixed tag, and amend the address.',
  ),
  INVALID_CONTAINER_IMAGE_TAG_FORMAT: refused(
    'An image’s tag is not written as AWS takes it.',
    'Push the image under a tag of the form that AWS’s message gives, and amend the address.',
  ),
  UNSUPPORTED_CONTAINER_IMAGE_URI: refused(
    'An image’s manifest has a format that AWS does not take.',
    'Push the image with a manifest of the format that AWS’s message names; then amend or retry.',
    'unknown',
  ),
  IMAGE_NOT_FOUND: refused(
    'AWS finds no image at a public address.',
    'Check that the address is right and the tag exists; amend the address, or push the image and retry.',
    'unknown',
  ),
  IMAGE_INACCESSIBLE: outside(
    'AWS may not read an image with the access role that was given.',
    'Check the role’s ARN, and let the role pull from the repository; wait some minutes until that takes effect, then retry.',
  ),
  INVALID_ARN: refused('The ARN of the access role is no ARN.', 'Amend it to the ARN of an existing IAM role.'),
  DUPLICATE_REPOSITORY_NAMES: refused('A repository is named twice.', 'Amend: name each repository once.'),
  INVALID_ECR_REPOSITORY_NAME: refused(
    'A repository’s name has a form or length that AWS refuses.',
    'Amend the name, for instance nginx-web-app: 256 characters at most, the seller’s namespace included.',
  ),
  DUPLICATE_ECR_REPOSITORY_NAME: refused(
    'A repository with this name exists already.',
    'Check the product’s Repositories first: an earlier attempt may have taken effect; then resolve. Else amend the name.',
  ),
  MISSING_REPOSITORY_INFORMATION: refused('No repository is named.', 'Amend: name one repository at least.'),
};

const deliveryOptions: KnowledgeByCode = {
  INCOMPATIBLE_SERVICES: refused(
    'The services named do not fit this kind of delivery.',
    'Amend the compatible services: leave out those that AWS’s message names.',
  ),
  NO_SERVICE_SPECIFIED: refused('No compatible service is named.', 'Amend: name one compatible service at least.'),
  DUPLICATE_COMPATIBLE_AWS_SERVICES: refused(
    'A compatible service is named twice.',
    'Amend: name each compatible service once.',
  ),
  INVALID_FULFILLMENT_OPTION_TITLE: refused(
    'The title of a delivery option is too long.',
    'Amend the title: shorter, as AWS’s message says.',
  ),
  INVALID_DETAILS: refused(
    'AWS cannot read the details of the change.',
    'Compare the details with AWS’s guide of the change type, and amend them.',
  ),
  INVALID_DELIVERY_OPTIONS_INPUT: refused(
    'A delivery option is not valid, or has several delivery methods.',
    'Amend: give each delivery option one delivery method.',
  ),
  EMPTY_DELIVERY_OPTION_IDS: refused(
    'The list of delivery option ids is empty.',
    'Amend: add the delivery option ids, as DescribeEntity shows them.',
  ),
  DUPLICATE_DELIVERY_OPTION_IDS: refused(
    'A delivery option id is given twice.',
    'Amend: name each delivery option id once.',
  ),
  EMPTY_RESOURCE_NAME: refused('A deployment resource has no name.', 'Amend: name the deployment resource.'),
  EMPTY_RESOURCE_URL: refused('A deployment resource has no address.', 'Amend: give the resource its address.'),
  INVALID_RESOURCE_NAME: refused(
    'The name of a deployment resource is too long.',
    'Amend the name: fewer than 256 characters.',
  ),
  INVALID_RESOURCE_URL: refused(
    'The address of a deployment resource is too long.',
    'Amend the address: fewer than 256 characters.',
  ),
  INVALID_DELIVERY_OPTIONS_STATUS: refused(
    'A delivery option given is not in the state that this change needs.',
    'Compare the states with DescribeEntity: it may be restricted already; then resolve. Else amend the ids.',
  ),
  INVALID_MINIMUM_PUBLIC_DELIVERY_OPTIONS: refused(
    'The change would restrict every public delivery option.',
    'Amend: restrict fewer; or add a version first, then retry.',
    'canPass',
  ),
  NO_CHANGE_FOUND: refused(
    'The request changes nothing.',
    'Check with DescribeEntity whether it took effect before; then resolve. Else amend what is to change.',
  ),
  MULTIPLE_VERSION_UPDATE: refused(
    'The delivery options to update belong to several versions.',
    'Amend: name delivery options of one version; the others need a change set of their own.',
  ),
};

/** Container products: versions, Helm charts, Amazon EKS add-ons, repositories. */
export const containerCodes: KnowledgeByCode = {
  ...sharedVersionCodes(
    'INCOMPATIBLE_PRODUCT_STATUS',
    'INVALID_VERSION_TITLE',
    'DUPLICATE_VERSION_TITLE',
    'INVALID_RELEASE_NOTES',
    'INVALID_USAGE_INSTRUCTIONS',
    'DUPLICATE_DELIVERY_OPTION_TITLES',
    'INVALID_DELIVERY_OPTION_TITLES',
    'SCAN_ERROR',
    'MISSING_DELIVERY_OPTION_IDS',
    'INVALID_DELIVERY_OPTION_IDS',
    'FIELD_NOT_ALLOWED_TO_CHANGE',
  ),
  ...deliveryOptions,
  ...images,
  ...helmCodes,
  ...addOnCodes,
  ...listingCodes('INVALID_SHORT_DESCRIPTION', 'AUDIT_ERROR'),
};
