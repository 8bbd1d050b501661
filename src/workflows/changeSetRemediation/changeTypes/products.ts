import { creates, done, entries, made, members, parts, values, whole, type ContentsRule } from './contents.ts';
import type { KnowledgeByChangeType } from './knowledge.ts';

/** A dimension is found by its key and types. */
const dimensionParts = parts({ '': { fields: ['Key', 'Types'] } });

const deliveryOptionParts = parts({ DeliveryOptions: { fields: ['Id'] } });

const addedOptions = { fields: ['DeliveryOptionTitle'], kindIn: ['Details', 'DetailsDocument'] };

/** A version is known by its title; what it delivers by a title, or by the kind of delivery. */
const version: ContentsRule = made({ DeliveryOptions: addedOptions }, 'Version.VersionTitle');

/** SaaS products have one fulfilment option of each kind. */
const fulfilment: ContentsRule = made({ DeliveryOptions: addedOptions });

const restrictDimensions: KnowledgeByChangeType = {
  RestrictDimensions: {
    classes: ['withdraw'],
    contents: dimensionParts,
    partialEffects:
      'the dimension, found by key and types, is restricted or gone; a repeat is refused with INVALID_DIMENSION',
  },
};

const dimensions: KnowledgeByChangeType = {
  AddDimensions: {
    classes: ['add'],
    contents: dimensionParts,
    partialEffects: 'the dimensions are there, by key and types; a repeat is refused with INVALID_DIMENSION',
  },
  UpdateDimensions: {
    classes: ['set'],
    contents: dimensionParts,
    partialEffects: 'the dimension, found by key and types, has the new name and description',
  },
};

const deliveryOptionsVisibility: KnowledgeByChangeType = {
  UpdateDeliveryOptionsVisibility: {
    classes: ['reach', 'withdraw'],
    contents: deliveryOptionParts,
    partialEffects: 'the delivery options show the visibility asked for',
    goesStale: 'delivery option ids that no longer exist',
  },
};

const restrictDeliveryOptions: KnowledgeByChangeType = {
  RestrictDeliveryOptions: {
    classes: ['withdraw'],
    contents: entries(),
    partialEffects:
      'the delivery options are no longer public; a repeat is refused with INVALID_DELIVERY_OPTION (AMI), INVALID_DELIVERY_OPTIONS_STATUS (container) or INVALID_DELIVERY_OPTION_STATUS (machine learning)',
    goesStale: 'delivery option ids that no longer exist',
  },
};

function everyProduct(entityType: string): KnowledgeByChangeType {
  return {
    CreateProduct: {
      classes: ['create'],
      contents: creates,
      partialEffects: 'a product in state Draft with that title; without a title only its LastModifiedDate shows it',
      namedBy: { entityType, nameKeys: ['ProductTitle'] },
    },
    UpdateInformation: {
      classes: ['set'],
      contents: values,
      partialEffects: 'the fields that were given have the new values; the others are left alone',
      goesStale: 'signed addresses of logo, videos, promotional media and additional resources',
    },
    UpdateTargeting: {
      classes: ['set'],
      contents: members,
      partialEffects: 'the allow list equals the one given; a repeat is then refused at the call, which proves it',
    },
    UpdateVisibility: {
      classes: ['reach', 'withdraw'],
      contents: whole('TargetVisibility'),
      partialEffects: 'Visibility is the one asked for',
      usual: 'review',
      goesStale: 'the id of the replacement product',
    },
    ReleaseProduct: {
      classes: ['reach'],
      contents: done,
      partialEffects: 'Visibility is Limited, no longer Draft',
    },
  };
}

const amiReach: KnowledgeByChangeType = {
  AddRegions: {
    classes: ['add', 'reach'],
    contents: entries(),
    partialEffects: 'RegionAvailability lists the regions',
  },
  AddInstanceTypes: {
    classes: ['add', 'reach'],
    contents: entries(),
    partialEffects: 'Compatibility lists the instance types',
  },
  RestrictRegions: {
    classes: ['withdraw'],
    contents: entries(),
    partialEffects: 'RegionAvailability no longer offers the regions',
  },
  RestrictInstanceTypes: {
    classes: ['withdraw'],
    contents: entries(),
    partialEffects: 'Compatibility no longer offers the instance types',
  },
  UpdateFutureRegionSupport: {
    classes: ['set', 'reach'],
    contents: values,
    partialEffects: 'RegionAvailability shows the future region support asked for',
  },
};

const ami: KnowledgeByChangeType = {
  ...everyProduct('AmiProduct'),
  ...dimensions,
  ...restrictDimensions,
  AddDeliveryOptions: {
    classes: ['add', 'reach'],
    contents: version,
    usual: 'scan',
    partialEffects: 'a version with that title is there; a repeat is refused with DUPLICATE_VERSION_TITLE',
    goesStale:
      'AMI and AFI ids and the access role, which may be gone; addresses of the CloudFormation template and diagram',
  },
  UpdateDeliveryOptions: {
    classes: ['set'],
    contents: deliveryOptionParts,
    partialEffects: 'the delivery option, found by its id, has the new texts',
    goesStale: 'delivery option ids; AMI id and access role; addresses of the CloudFormation template and diagram',
  },
  ...restrictDeliveryOptions,
  ...amiReach,
};

const container: KnowledgeByChangeType = {
  ...everyProduct('ContainerProduct'),
  ...dimensions,
  AddDeliveryOptions: {
    classes: ['add', 'reach'],
    contents: version,
    partialEffects: 'a version with that title is there; a repeat is refused with DUPLICATE_VERSION_TITLE',
    goesStale:
      'image and chart tags that may point elsewhere today; addresses of deployment resources; the access role',
  },
  UpdateDeliveryOptions: {
    classes: ['set', 'reach'],
    contents: deliveryOptionParts,
    partialEffects: 'the delivery option, found by its id, names the new images, charts and texts',
    goesStale: 'delivery option ids; image and chart tags that may point elsewhere today; the access role',
  },
  ...deliveryOptionsVisibility,
  ...restrictDeliveryOptions,
  AddRepositories: {
    classes: ['add'],
    contents: entries(),
    partialEffects: 'Repositories lists the names; a repeat is refused with DUPLICATE_ECR_REPOSITORY_NAME',
  },
};

const saas: KnowledgeByChangeType = {
  ...everyProduct('SaaSProduct'),
  ...dimensions,
  ...restrictDimensions,
  AddDeliveryOptions: {
    classes: ['add', 'reach'],
    contents: fulfilment,
    partialEffects:
      'the fulfilment option is there, one of each type; a repeat is refused with DUPLICATE_DELIVERY_OPTIONS',
    goesStale: 'fulfilment and endpoint addresses, which must answer 200; schema, launch and template addresses',
  },
  UpdateDeliveryOptions: {
    classes: ['set', 'reach'],
    contents: deliveryOptionParts,
    partialEffects: 'the fulfilment option, found by its id, has the new addresses',
    goesStale:
      'delivery option ids; fulfilment and endpoint addresses, which must answer 200; schema and launch addresses',
  },
  ...deliveryOptionsVisibility,
};

const machineLearning: KnowledgeByChangeType = {
  ...everyProduct('MachineLearningProduct'),
  AddDeliveryOptions: {
    classes: ['add', 'reach'],
    contents: version,
    usual: 'scan',
    partialEffects: 'a version with that title is there',
    goesStale: 'the ARN of the model package or algorithm; the access role; the address of the sample notebook',
  },
  UpdateDeliveryOptions: {
    classes: ['set'],
    contents: deliveryOptionParts,
    partialEffects: 'the delivery option, found by its id, has the new texts',
    goesStale: 'delivery option ids; the address of the sample notebook',
  },
  ...restrictDeliveryOptions,
};

const dataProduct: KnowledgeByChangeType = {
  AddRevisions: {
    classes: ['add', 'reach'],
    contents: entries('DataSetArn'),
    partialEffects: 'AWS Data Exchange shows the revisions, by ARN, as part of the product',
    goesStale: 'ARNs of data sets and revisions that were removed or revoked since',
  },
  AddDataSets: {
    classes: ['add', 'reach'],
    contents: entries(),
    partialEffects: 'AWS Data Exchange shows the data sets, by ARN, as part of the product',
    goesStale: 'ARNs of data sets that were removed since',
  },
};

/** Change types of products (AWS Marketplace Catalog API guide, product pages; AWS Data Exchange guide). */
export const productTypes: Readonly<Record<string, KnowledgeByChangeType>> = {
  AmiProduct: ami,
  ContainerProduct: container,
  SaaSProduct: saas,
  MachineLearningProduct: machineLearning,
  DataProduct: dataProduct,
};
