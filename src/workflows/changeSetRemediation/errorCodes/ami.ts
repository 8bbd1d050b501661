import { refused, type KnowledgeByCode } from './knowledge.ts';
import { listingCodes } from './listings.ts';
import { sharedVersionCodes } from './versions.ts';

const versions: KnowledgeByCode = {
  INVALID_AMI_NAME: refused(
    'The beginning of the AMI’s name is not acceptable.',
    'Copy the AMI under a name that begins with your company or brand, and amend its id.',
  ),
  INVALID_PRODUCT: refused(
    'The product’s state does not allow this change.',
    'Check the product’s Visibility: a version needs Limited or Public, a restriction Public. Then retry.',
    'canPass',
  ),
  RECOMMENDED_INSTANCE_TYPE_NOT_AVAILABLE: refused(
    'The recommended instance type is none that the product offers.',
    'Amend it to one of the product’s instance types, or add the instance type first and retry.',
    'canPass',
  ),
  INVALID_SECURITY_GROUP: refused(
    'A recommended security group rule has ports or address ranges that AWS refuses.',
    'Amend ports and address ranges of the security groups as AWS’s message says.',
  ),
  INVALID_SECURITY_GROUP_PROTOCOL: refused(
    'A recommended security group rule has a protocol other than tcp and udp.',
    'Amend the protocol to tcp or udp.',
  ),
  INVALID_CIDR_IP: refused(
    'An address range of a security group is not written as AWS takes it.',
    'Amend the range, for instance 192.0.2.0/24.',
  ),
  INVALID_ACCESS_ENDPOINT_PORT: refused(
    'The port of the access endpoint is missing or not acceptable.',
    'Amend the port as AWS’s message says.',
  ),
  INVALID_ACCESS_ENDPOINT_RELATIVE_PATH: refused(
    'The path of the access endpoint has spaces, or begins with a slash.',
    'Amend the path: no spaces, no slash at its beginning.',
  ),
  INCOMPATIBLE_OPERATING_SYSTEM: refused(
    'The operating system does not fit the instance types.',
    'Amend name and version of the operating system, or the instance types.',
  ),
  INCOMPATIBLE_OPERATING_SYSTEM_NAME: refused(
    'The name of the operating system is too long, or none that AWS takes.',
    'Amend the name of the operating system.',
  ),
  INCOMPATIBLE_OPERATING_SYSTEM_VERSION: refused(
    'The version of the operating system is too long.',
    'Amend the version of the operating system.',
  ),
  INVALID_SCANNING_PORT: refused(
    'The port for AWS’s scan is not acceptable.',
    'Amend the port to the one on which the AMI takes SSH or RDP.',
  ),
  INVALID_AMI_ID: refused(
    'The AMI id is not valid.',
    'Check the id, and that the AMI lies in us-east-1; amend the id.',
  ),
  EXISTING_AMI_PRODUCT_CODE: refused(
    'The AMI carries a product code already.',
    'Build the AMI again from a base without a product code, and amend its id.',
  ),
  INVALID_AMI_ARCHITECTURE: refused(
    'The architecture of the AMI does not fit the product, or the instance types do not fit the architecture.',
    'Read in AWS’s message which architecture is asked for; amend the AMI’s id, or the instance types.',
  ),
  INVALID_AMI_VIRTUALIZATION_TYPE: refused(
    'The AMI’s virtualization type or volumes are not acceptable.',
    'Build another AMI as AWS’s message says, and amend its id.',
  ),
  INCOMPATIBLE_AMI: refused(
    'The AMI’s architecture, virtualization or network support does not fit the product’s instance types.',
    'AWS’s message names the instance types: build another AMI and amend its id, or restrict those types.',
  ),
  MISSING_FPGA_INSTANCE_TYPE: refused(
    'The version has an FPGA image, and the product offers no instance type with FPGA.',
    'Add one by AddInstanceTypes, then retry.',
    'canPass',
  ),
  INVALID_DELIVERY_OPTIONS: refused(
    'The delivery options given belong to several versions.',
    'Amend: name the delivery options of one version only.',
  ),
  INVALID_DELIVERY_OPTION: refused(
    'A delivery option given is not public.',
    'Compare the ids with DescribeEntity: they may be restricted already; then resolve. Else amend the ids.',
  ),
};

const regionsAndInstanceTypes: KnowledgeByCode = {
  INVALID_REGIONS: refused('A region given is not known or not offered.', 'Amend the list of regions.'),
  TOO_MANY_REGIONS: refused(
    'More than one value is given for the support of future regions.',
    'Amend: All, US or None, one of them.',
  ),
  INVALID_INSTANCE_TYPES: refused('An instance type given is not valid.', 'Amend the list of instance types.'),
  INVALID_INSTANCE_VIRTUALIZATION: refused(
    'Instance types given do not support the product’s virtualization.',
    'Amend: leave out the instance types that AWS’s message names.',
  ),
  INVALID_PRODUCT_TYPE: refused('The product is no single-AMI product.', 'Check the product’s id; amend or abandon.'),
  INVALID_ENA_SETTING: refused(
    'Instance types given need ENA, which the product does not support.',
    'Amend: leave out the instance types that AWS’s message names, or publish a version with ENA first.',
  ),
  INVALID_DIMENSIONS: refused(
    'Instance types given have no dimension by which AWS meters them.',
    'Add the dimensions by AddDimensions, then retry; or leave out the instance types.',
    'canPass',
  ),
  MISSING_DIMENSIONS: refused(
    'The product has no pricing dimension.',
    'Add the dimension by AddDimensions, then retry.',
    'canPass',
  ),
  DUPLICATE_INSTANCE_TYPE: refused('An instance type is given twice.', 'Amend: name each instance type once.'),
  UNAVAILABLE_INSTANCE_TYPE: refused(
    'An instance type given is not available.',
    'Compare them with DescribeEntity: it may be restricted already; then resolve. Else amend the list.',
  ),
  RECOMMENDED_INSTANCE_TYPE_RESTRICTED: refused(
    'An instance type given is the recommended one of a delivery option.',
    'Change the recommended instance type by UpdateDeliveryOptions first, then retry.',
    'canPass',
  ),
  DIMENSIONS_NOT_RESTRICTED: refused(
    'Instance types given still have dimensions by which AWS meters them.',
    'Restrict the dimensions by RestrictDimensions first, then retry.',
    'canPass',
  ),
  REGION_NO_INSTANCES: refused(
    'Without these instance types the product could not start in a region.',
    'Amend: restrict fewer instance types.',
  ),
  INCOMPATIBLE_RESTRICTION: refused(
    'Without these instance types the product’s FPGA images would have none to run on.',
    'Amend: leave one instance type with FPGA.',
  ),
};

/** AMI products: their versions, regions and instance types. */
export const amiCodes: KnowledgeByCode = {
  ...versions,
  ...sharedVersionCodes(
    'DUPLICATE_VERSION_TITLE',
    'INVALID_VERSION_TITLE',
    'INVALID_RELEASE_NOTES',
    'INVALID_USAGE_INSTRUCTIONS',
    'INVALID_RECOMMENDED_INSTANCE_TYPE',
    'ASSET_NOT_FOUND',
    'ASSET_ACCESS_EXCEPTION',
    'SCAN_ERROR',
    'MISSING_DELIVERY_OPTION_IDS',
    'INVALID_DELIVERY_OPTION_IDS',
    'ALL_DELIVERY_OPTIONS_RESTRICTED',
    'UPDATE_PRICING_REQUIRED',
  ),
  ...regionsAndInstanceTypes,
  ...listingCodes('INVALID_INPUT'),
};
