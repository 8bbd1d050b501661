import { outside, refused, type ErrorCodeEntry, type KnowledgeByCode } from './knowledge.ts';

/** The message of AWS may link to the findings; the link is good for 60 days and opens them to anyone who has it. */
const scanError: ErrorCodeEntry = refused(
  'AWS’s security scan found something in the software.',
  'Check the findings in the AWS Marketplace Management Portal; the link in AWS’s message is a secret, so share it with nobody. Publish a fixed build.',
);

const duplicateVersionTitle: ErrorCodeEntry = refused(
  'The product has a version with this title already.',
  'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else amend the title.',
);

const assetNotFound: ErrorCodeEntry = outside(
  'AWS cannot find something that the request names, or the access role may not read it.',
  'Check that the AMI, component or file exists at that address, and what the access role may do; then retry.',
);

const assetAccess: ErrorCodeEntry = outside(
  'AWS found what the request names, but may not read it.',
  'Let the access role and AWS Marketplace read the asset and its snapshot or bucket; wait some minutes until that takes effect, then retry.',
);

/** Versions of AMI products. */
export const amiCodes: KnowledgeByCode = {
  INVALID_AMI_NAME: refused('The name of the AMI is not acceptable.', 'Rename or copy the AMI, and amend its id.'),
  INVALID_PRODUCT: refused(
    'The product’s state does not allow this change.',
    'Check the product’s Visibility: it must be Limited or Public. Then retry.',
    'canPass',
  ),
  DUPLICATE_VERSION_TITLE: duplicateVersionTitle,
  INVALID_VERSION_TITLE: refused(
    'The version title has a length, spaces or characters that AWS refuses.',
    'Amend the title: shorter, no space at its beginning, plain characters.',
  ),
  INVALID_RELEASE_NOTES: refused(
    'The release notes have a length, spaces or characters that AWS refuses.',
    'Amend the release notes: shorter, no space at their beginning, plain characters.',
  ),
  INVALID_USAGE_INSTRUCTIONS: refused(
    'The usage instructions are missing, too long, or hold characters that AWS refuses.',
    'Amend the usage instructions as AWS’s message says.',
  ),
  INVALID_RECOMMENDED_INSTANCE_TYPE: refused(
    'The recommended instance type is none that AWS takes.',
    'Amend it to an instance type that fits the AMI.',
  ),
  INVALID_SECURITY_GROUP: refused(
    'A recommended security group rule is not acceptable.',
    'Amend protocol, ports and address ranges of the security groups.',
  ),
  INVALID_SCANNING_PORT: refused(
    'The port for AWS’s scan is not acceptable.',
    'Amend the port to the one on which the AMI takes SSH or RDP.',
  ),
  INVALID_AMI_ID: refused(
    'The AMI id names no AMI that can be used.',
    'Check the id, and that the AMI lies in us-east-1; amend the id.',
  ),
  INVALID_AMI_ARCHITECTURE: refused(
    'The architecture of the AMI is not taken for this product.',
    'Build the AMI for an architecture that the product’s instance types have, and amend its id.',
  ),
  RECOMMENDED_INSTANCE_TYPE_NOT_AVAILABLE: refused(
    'The recommended instance type is none that the product offers.',
    'Amend it to one of the product’s instance types, or add the instance type first.',
    'canPass',
  ),
  INCOMPATIBLE_AMI: refused(
    'The AMI does not meet AWS’s rules for AMI products.',
    'Read the rule in AWS’s message, build another AMI, and amend its id.',
  ),
  INCOMPATIBLE_OPERATING_SYSTEM: refused(
    'The operating system given does not fit the AMI, or is not taken.',
    'Amend name and version of the operating system, or the AMI.',
  ),
  EXISTING_AMI_PRODUCT_CODE: refused(
    'The AMI carries the product code of another listing.',
    'Build the AMI again from a base without a product code, and amend its id.',
  ),
  ASSET_NOT_FOUND: assetNotFound,
  ASSET_ACCESS_EXCEPTION: assetAccess,
  SCAN_ERROR: scanError,
  MISSING_DELIVERY_OPTION_IDS: refused(
    'The change names no delivery options.',
    'Amend: add the ids, as DescribeEntity shows them.',
  ),
  INVALID_DELIVERY_OPTIONS: refused(
    'A delivery option named does not exist or is not public.',
    'Compare the ids with DescribeEntity: they may be restricted already. Amend the ids.',
  ),
  ALL_DELIVERY_OPTIONS_RESTRICTED: refused(
    'The change would restrict the last public version.',
    'Add a version first, or restrict the whole product by its visibility.',
    'canPass',
  ),
  INVALID_REGIONS: refused('A region given is not known or not offered.', 'Amend the list of regions.'),
  TOO_MANY_REGIONS: refused(
    'More regions are given than one change takes.',
    'Amend: fewer regions, in several change sets.',
  ),
  MISSING_DIMENSIONS: refused(
    'Something for sale has no pricing dimension.',
    'Add the dimension, alone or in the same change set, then retry.',
    'canPass',
  ),
  UPDATE_PRICING_REQUIRED: refused(
    'What is added has no price in the public offer.',
    'Submit it together with UpdatePricingTerms of the offer, as a new change set.',
  ),
};

/** Versions of container products; `INVALID_HELM_…` that are not listed are explained by their beginning. */
export const containerCodes: KnowledgeByCode = {
  INCOMPATIBLE_PRODUCT_STATUS: refused(
    'The product’s status does not take a version yet.',
    'Release the product to Limited first, then retry.',
    'canPass',
  ),
  INCOMPATIBLE_SERVICES: refused(
    'The services named do not fit this kind of delivery.',
    'Amend the compatible services, for instance ECS, EKS or EKS Anywhere.',
  ),
  MISSING_CONTAINER_IMAGES: refused('No container image is given.', 'Amend: name one image at least.'),
  TOO_MANY_CONTAINER_IMAGES: refused(
    'More container images are given than AWS takes.',
    'Amend: fewer images, or several delivery options.',
  ),
  DUPLICATE_CONTAINER_IMAGES: refused('A container image is named twice.', 'Amend: name each image once.'),
  INVALID_CONTAINER_IMAGES: refused(
    'A container image given is no image address.',
    'Amend the addresses: registry, repository and tag.',
  ),
  INVALID_CONTAINER_IMAGE_URI: refused(
    'An image lies outside the repositories of this product.',
    'Push it to a repository that AddRepositories created, and amend the address.',
  ),
  INVALID_CONTAINER_IMAGE_TAG: refused(
    'An image’s tag is not taken; latest never is.',
    'Push it under a fixed tag, and amend the address.',
  ),
  IMAGE_NOT_FOUND: refused(
    'AWS finds no image at an address.',
    'Check that the tag was pushed and still exists; amend the address, or push and retry.',
    'canPass',
  ),
  IMAGE_INACCESSIBLE: outside(
    'AWS may not read an image.',
    'Let the access role pull from the repository; wait some minutes until that takes effect, then retry.',
  ),
  INVALID_ARN: refused('The ARN of the access role is no ARN.', 'Amend it to the ARN of an existing IAM role.'),
  INVALID_HELM_CHART_IMAGES: refused(
    'The Helm chart refers to images outside the product’s repositories.',
    'Point every image of the chart, its defaults included, to the product’s repositories; push it, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_CHART_URI: refused(
    'The address of the Helm chart is not taken.',
    'Amend it: the chart’s repository, and a tag that is a semantic version.',
  ),
  INVALID_HELM_OBJECTS: refused(
    'The Helm chart uses objects that AWS does not allow.',
    'Take the objects named in AWS’s message out of the chart, push it, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_SENSITIVE_CONFIG: refused(
    'The configuration of the Helm chart asks for secrets.',
    'Take the parameters named in AWS’s message out of the configuration schema, then amend or retry.',
    'unknown',
  ),
  DUPLICATE_VERSION_TITLE: duplicateVersionTitle,
  SCAN_ERROR: scanError,
};

/** Image Builder components of AMI products. */
export const imageBuilderCodes: KnowledgeByCode = {
  ASSET_NOT_FOUND: assetNotFound,
  ASSET_ACCESS_EXCEPTION: assetAccess,
  SCAN_ERROR: scanError,
  DUPLICATE_VERSION_TITLE: duplicateVersionTitle,
  FAILED_LAUNCH_TEST: refused(
    'An instance with the component did not start as it should.',
    'Build and start an image with the component yourself, fix it, then amend its ARN.',
  ),
  SSHAuthFailedForUserAndKeypair: refused(
    'AWS could not log in to the test instance with the user name of its operating system.',
    'Make sure that the component leaves the default user and its SSH key alone, then amend.',
  ),
  INVALID_IMAGE_BUILDER_COMPONENT_PACKAGE: refused(
    'What the component downloads is too big or takes too long.',
    'Make the component’s downloads smaller or nearer, then amend or retry.',
    'canPass',
  ),
  INCOMPLETE_SELLER_PUBLIC_PROFILE: refused(
    'The seller’s public profile has gaps.',
    'Complete the public profile in the AWS Marketplace Management Portal, then retry.',
    'canPass',
  ),
};
