import { entityFamily } from '../workflows/changeSetRemediation/changeTypes.ts';

/** Fields by change type. A path names no places in lists. */
type FieldsByChangeType = Readonly<Record<string, readonly string[]>>;

const dimension: readonly string[] = ['Key', 'Name', 'Description', 'Types', 'Unit'];
const targetVisibility: readonly string[] = ['TargetVisibility'];

/** What buyers read on the product's page. Not its Sku, which is the seller's own. */
const listing: readonly string[] = [
  'ProductTitle',
  'ShortDescription',
  'LongDescription',
  'Highlights',
  'SearchKeywords',
  'Categories',
  'LogoUrl',
  'VideoUrls',
  'SupportDescription',
  'AdditionalResources.Text',
  'AdditionalResources.Type',
  'AdditionalResources.Url',
  'PromotionalMedia.Title',
  'PromotionalMedia.Description',
  'PromotionalMedia.Type',
  'PromotionalMedia.Url',
];

/** What buyers read of a version. Not images, roles and instructions, which can hold accounts and passwords. */
const version: readonly string[] = [
  'Version.VersionTitle',
  'Version.ReleaseNotes',
  'DeliveryOptions.Id',
  'DeliveryOptions.DeliveryOptionTitle',
  'DeliveryOptions.Visibility',
];

const everyProduct: FieldsByChangeType = {
  CreateProduct: ['ProductTitle'],
  UpdateInformation: listing,
  UpdateVisibility: targetVisibility,
  AddDimensions: dimension,
  UpdateDimensions: dimension,
  RestrictDimensions: dimension,
  AddDeliveryOptions: version,
  UpdateDeliveryOptions: version,
  UpdateDeliveryOptionsVisibility: ['DeliveryOptions.Id', 'DeliveryOptions.TargetVisibility'],
  RestrictDeliveryOptions: ['DeliveryOptionIds'],
  AddRegions: ['Regions'],
  RestrictRegions: ['Regions'],
  AddInstanceTypes: ['InstanceTypes'],
  RestrictInstanceTypes: ['InstanceTypes'],
  UpdateFutureRegionSupport: ['FutureRegionSupport.SupportedRegions'],
};

/** No names and descriptions, which often are a buyer's; no buyers, prices, schedules and agreements. */
const offer: FieldsByChangeType = {
  UpdateAvailability: ['AvailabilityEndDate'],
  UpdateSupportTerms: ['Terms.Type', 'Terms.RefundPolicy'],
  UpdateValidityTerms: ['Terms.Type', 'Terms.AgreementDuration', 'Terms.AgreementStartDate', 'Terms.AgreementEndDate'],
  UpdateRenewalTerms: ['Terms.Type'],
  UpdateLegalTerms: ['Terms.Type', 'Terms.Documents.Type', 'Terms.Documents.Version'],
  UpdatePricingTerms: ['PricingModel', 'Terms.Type'],
  UpdatePaymentScheduleTerms: ['Terms.Type'],
  UpdateNetPaymentTerms: ['Terms.Type'],
  UpdateCustomerVerificationTerms: ['Terms.Type'],
};

const solution: FieldsByChangeType = {
  CreateSolution: ['ProductTitle'],
  UpdateInformation: listing,
  UpdateVisibility: targetVisibility,
};

/**
 * The fields whose values a difference shows, by entity type without its version and by change type: everybody who may
 * open the Web UI reads them, and histories keep them. They are what the listing shows to buyers. Of all else the kind, the
 * length and the digest of a long value are shown, and so of a secret in any field.
 */
export const shownFields: Readonly<Record<string, FieldsByChangeType>> = {
  AmiProduct: everyProduct,
  ContainerProduct: everyProduct,
  SaaSProduct: everyProduct,
  MachineLearningProduct: everyProduct,
  Offer: offer,
  OfferSet: { AssociateOffers: ['OfferIds'], DisassociateOffers: ['OfferIds'] },
  ResaleAuthorization: {
    UpdateAvailability: ['AvailabilityEndDate', 'OffersMaxQuantity'],
    UpdateLegalTerms: ['Terms.Type', 'Terms.Documents.Type', 'Terms.Documents.Version'],
  },
  Solution: solution,
};

/** Which change something is about. */
export interface ChangeKind {
  readonly entityType: string;
  readonly changeType: string;
}

/**
 * Whether the value of a field may be shown.
 * @param fields the names that lead to it, without places in lists.
 */
export function mayBeShown({ entityType, changeType }: ChangeKind, fields: readonly string[]): boolean {
  const family = entityFamily(entityType);
  const byChangeType = Object.hasOwn(shownFields, family) ? shownFields[family] : undefined;
  const listed = byChangeType && Object.hasOwn(byChangeType, changeType) ? byChangeType[changeType] : undefined;
  return listed?.includes(fields.join('.')) === true;
}
