import { refused, type KnowledgeByCode } from './knowledge.ts';
import { sharedVersionCodes } from './versions.ts';

/** Image Builder components of AMI products. */
export const imageBuilderCodes: KnowledgeByCode = {
  ...sharedVersionCodes('ASSET_NOT_FOUND', 'ASSET_ACCESS_EXCEPTION', 'SCAN_ERROR'),
  DUPLICATE_COMPONENT_NAME: refused(
    'The version, or another product, has a component with this name already.',
    'Create the component under another name, and amend its ARN.',
  ),
  DUPLICATE_COMPONENT_ARN: refused(
    'The component’s ARN is used by another delivery option or version of this product.',
    'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else amend the ARN.',
  ),
  INVALID_IMAGE_BUILDER_COMPONENT_PACKAGE: refused(
    'What the component downloads is too big or takes too long.',
    'Make the component’s downloads smaller, then amend; where they only took too long, retry.',
    'unknown',
  ),
  TOO_MANY_IMAGE_BUILDER_COMPONENTS: refused(
    'The product would have more than five component names.',
    'Restrict a delivery option with another component first, then retry.',
    'canPass',
  ),
  INCOMPLETE_SELLER_PUBLIC_PROFILE: refused(
    'The seller’s public profile has gaps.',
    'Complete the public profile in the AWS Marketplace Management Portal, then retry.',
    'canPass',
  ),
  INVALID_DESCRIPTION: refused(
    'The component has no description, or one that is too long.',
    'Create the component again with a description of fewer than 1,024 characters, and amend its ARN.',
  ),
  INVALID_COMPONENT_NAME: refused(
    'The component’s name is too long.',
    'Create the component under a shorter name, and amend its ARN.',
  ),
  INVALID_SUPPORTED_OS_VERSION: refused(
    'The component names no version of an operating system.',
    'Create the component again with a supported version, and amend its ARN.',
  ),
  INVALID_PATH_FORMAT: refused(
    'A step that installs an MSI names a web or S3 address.',
    'Let the step that AWS’s message names use a local path, and amend the component’s ARN.',
  ),
  INCOMPATIBLE_OS_TYPE: refused(
    'The component’s operating system does not fit the base image.',
    'Create the component for the platform of the base image, and amend its ARN.',
  ),
  INVALID_IB_COMPONENT_BUILD_VERSION: refused(
    'The component’s ARN has another build version than 1.',
    'Create a new version of the component, whose build version is 1, and amend its ARN.',
  ),
  INVALID_IB_COMPONENT_PARAMETER: refused(
    'A parameter of the component cannot be read, or has no default value.',
    'Correct the parameter that AWS’s message names, in the component or in the request; then amend.',
  ),
  MISSING_IB_COMPONENT_PARAMETER: refused(
    'The component has no such parameter as the request gives.',
    'Compare the parameters with the component’s, and amend them.',
  ),
  INVALID_IB_COMPONENT: refused(
    'The component has no build phase.',
    'Create the component again with a build phase, and amend its ARN.',
  ),
  FAILED_LAUNCH_TEST: refused(
    'AWS’s launch test of the component failed.',
    'AWS’s message says how. Start an image with the component yourself, fix it, then amend its ARN.',
  ),
  SSHAuthFailedForUserAndKeypair: refused(
    'AWS could not log in to the test instance with the user name of its operating system.',
    'Make sure that the component leaves the default user and its SSH key alone, then amend.',
  ),
  ...sharedVersionCodes(
    'DUPLICATE_VERSION_TITLE',
    'INVALID_VERSION_TITLE',
    'INVALID_RELEASE_NOTES',
    'INVALID_USAGE_INSTRUCTIONS',
    'DUPLICATE_DELIVERY_OPTION_TITLES',
    'INVALID_DELIVERY_OPTION_TITLES',
  ),
};
