import { refused, type KnowledgeByCode } from './knowledge.ts';

/**
 * Helm charts of container products. AWS does not say whether a chart may be pushed again under its tag, so whether an
 * unchanged request can pass is unknown.
 */
export const helmCodes: KnowledgeByCode = {
  INVALID_HELM_CHART_URI: refused(
    'The address of the Helm chart is not taken.',
    'Amend it: the chart’s repository, and a tag that is a semantic version.',
  ),
  INCOMPATIBLE_HELM_OBJECTS: refused(
    'The Helm chart uses release objects, hooks or lookup functions that AWS does not allow.',
    'Take what AWS’s message names out of the chart, push it, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_OBJECTS: refused(
    'The Helm chart uses objects that AWS does not allow.',
    'Take the objects that AWS’s message names out of the chart, push it, then amend or retry.',
    'unknown',
  ),
  INVALID_DEPENDENT_HELM_CHARTS: refused(
    'The Helm chart takes dependent charts from elsewhere.',
    'Put the charts that AWS’s message names into the chart’s own folder, push it, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_SENSITIVE_CONFIG: refused(
    'The configuration schema of the Helm chart asks for secrets.',
    'Take the parameters that AWS’s message names out of the configuration schema, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_UNDECLARED_IMAGES: refused(
    'The Helm chart uses images that the delivery option does not name.',
    'Amend: add the images that AWS’s message names to the delivery option.',
  ),
  INVALID_HELM_CHART_IMAGES: refused(
    'The Helm chart refers to images outside the product’s repositories.',
    'Point the images that AWS’s message names to repositories that AddRepositories created; push the chart, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_LINT: refused(
    'The Helm chart does not pass helm lint.',
    'Run helm lint yourself, fix and push the chart, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_TEMPLATE: refused(
    'The Helm chart does not pass helm template.',
    'Run helm template yourself, fix and push the chart, then amend or retry.',
    'unknown',
  ),
  INVALID_HELM_CHART: refused(
    'The Helm chart does not follow AWS’s rules for Helm charts.',
    'Compare it with the seller guide’s requirements for container products, push it, then amend or retry.',
    'unknown',
  ),
  NO_LICENSE_SECRET_KEYS: refused(
    'No override parameter holds the license secret, which Amazon EKS Anywhere needs.',
    'Amend: add an override parameter with the default value that AWS’s message gives (AWSMP_LICENSE_SECRET).',
  ),
  NO_SERVICE_ACCOUNT_CONFIGURATION: refused(
    'No override parameter holds the service account, which a paid product needs.',
    'Amend: add an override parameter with the default value that AWS’s message gives (AWSMP_SERVICE_ACCOUNT).',
  ),
  OVERRIDE_PARAMETER_KEYS_CONTAINS_SPECIAL_CHARS: refused(
    'The key of an override parameter has characters that AWS refuses.',
    'Amend the keys that AWS’s message names.',
  ),
  OVERRIDE_PARAMETER_KEYS_CONTAINS_RESERVED_PARAMETER_KEYS: refused(
    'The key of an override parameter is reserved.',
    'Amend the key: AWS’s message names those that are reserved.',
  ),
  DUPLICATE_OVERRIDE_PARAMETER_KEYS: refused(
    'Two override parameters have the same key.',
    'Amend: give each override parameter a key of its own.',
  ),
  INVALID_NAMESPACE: refused(
    'A Helm namespace is not written as AWS takes it.',
    'Amend the namespaces that AWS’s message names.',
  ),
  INVALID_RELEASE_NAME: refused(
    'A Helm release name is not written as AWS takes it.',
    'Amend the release names that AWS’s message names.',
  ),
};

/** Amazon EKS add-ons, a delivery option of container products. */
export const addOnCodes: KnowledgeByCode = {
  DUPLICATE_ADDON_NAME: refused('Another product uses this name for its add-on.', 'Amend the add-on’s name.'),
  DUPLICATE_ADDON_VERSION: refused(
    'The add-on has a version with this title already.',
    'Check the product’s versions first: an earlier attempt may have taken effect; then resolve. Else amend the add-on’s version.',
  ),
  INVALID_ADDON_TYPE: refused(
    'The type of the add-on is none that AWS takes.',
    'Amend it to one of the types that AWS’s message lists.',
  ),
  INVALID_ADDON_NAME: refused(
    'The name of the add-on is not written as AWS takes it.',
    'Amend the name by the pattern in AWS’s message.',
  ),
  INVALID_ADDON_NAME_PATTERN: refused(
    'The name of the add-on has characters other than letters, digits and hyphens.',
    'Amend the name: a letter or digit first, then letters, digits and hyphens.',
  ),
  INVALID_ADDON_NAMESPACE: refused(
    'The namespace of the add-on is not written as AWS takes it.',
    'Amend the add-on’s namespace, for instance namespace-test.',
  ),
  INVALID_ADDON_VERSION_PATTERN: refused(
    'The version of the add-on is not of the form 1.2.3.',
    'Amend the version: major, minor and patch number.',
  ),
  INVALID_KUBERNETES_VERSION: refused(
    'A Kubernetes version given is none that AWS takes.',
    'Amend: choose from the versions that AWS’s message lists.',
  ),
  DUPLICATE_KUBERNETES_VERSIONS: refused(
    'A Kubernetes version is given twice.',
    'Amend: name each Kubernetes version once.',
  ),
  INVALID_ARCHITECTURE: refused(
    'An architecture given is none that Amazon EKS takes.',
    'Amend: choose from the architectures that AWS’s message lists.',
  ),
  DUPLICATE_SUPPORTED_ARCHITECTURES: refused('An architecture is given twice.', 'Amend: name each architecture once.'),
  INVALID_VISIBILITY_STATE: refused(
    'An add-on’s delivery option cannot have the visibility asked for.',
    'Amend it: a new one begins as Limited, and an update goes to Public.',
  ),
  INVALID_ENVIRONMENT_OVERRIDE_PARAMETER_VALUE: refused(
    'An environment override parameter has a value that AWS does not take.',
    'Amend: choose from the values that AWS’s message lists.',
  ),
  DUPLICATE_ENVIRONMENT_OVERRIDE_PARAMETER_KEY: refused(
    'Two environment override parameters have the same key.',
    'Amend: give each environment override parameter a key of its own.',
  ),
  TOO_MANY_EKS_ADDON_DELIVERY_OPTIONS: refused(
    'The version has several delivery options for an Amazon EKS add-on.',
    'Amend: leave one of them.',
  ),
  INCOMPATIBLE_ADDON_NAME: refused(
    'The name of the add-on differs from that of the product’s other versions.',
    'Amend: use the name that the public version has.',
  ),
  INCOMPATIBLE_ADDON_TYPE: refused(
    'The type of the add-on differs from that of the product’s other versions.',
    'Amend: use the type that the public version has.',
  ),
  INCOMPATIBLE_ADDON_NAMESPACE: refused(
    'The namespace of the add-on differs from that of the product’s other versions.',
    'Amend: use the namespace that the public version has.',
  ),
  INVALID_DELIVERY_OPTION_TYPE: refused(
    'The delivery option is no Amazon EKS add-on, and only those change their visibility.',
    'Check the delivery option’s type with DescribeEntity; amend its id.',
  ),
};
