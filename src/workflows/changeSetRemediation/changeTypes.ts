/**
 * What a change does to the catalog, and so how a repeat could hurt: `create` makes an entity, `set` replaces a value,
 * `add` adds to a list, `reach` widens who can buy or what they get, `withdraw` takes something away, `policy` governs
 * what a company's people may procure.
 */
export type ChangeClass = 'create' | 'set' | 'add' | 'reach' | 'withdraw' | 'policy';

type ClassesByChangeType = Readonly<Record<string, readonly ChangeClass[]>>;

const product: ClassesByChangeType = {
  CreateProduct: ['create'],
  UpdateInformation: ['set'],
  UpdateTargeting: ['set'],
  UpdateVisibility: ['reach', 'withdraw'],
  ReleaseProduct: ['reach'],
};

/**
 * The classes of every change type that is known, by entity type without its version (AWS Marketplace Catalog API
 * guide and AWS's public samples). What is not here is unknown, and never repeated without a person.
 */
const changeClasses: Readonly<Record<string, ClassesByChangeType>> = {
  AmiProduct: {
    ...product,
    AddDimensions: ['add'],
    UpdateDimensions: ['set'],
    RestrictDimensions: ['withdraw'],
    AddDeliveryOptions: ['add', 'reach'],
    UpdateDeliveryOptions: ['set'],
    RestrictDeliveryOptions: ['withdraw'],
    AddRegions: ['add', 'reach'],
    AddInstanceTypes: ['add', 'reach'],
    RestrictRegions: ['withdraw'],
    RestrictInstanceTypes: ['withdraw'],
    UpdateFutureRegionSupport: ['set', 'reach'],
  },
  ContainerProduct: {
    ...product,
    AddDimensions: ['add'],
    UpdateDimensions: ['set'],
    AddDeliveryOptions: ['add', 'reach'],
    UpdateDeliveryOptions: ['set', 'reach'],
    UpdateDeliveryOptionsVisibility: ['reach', 'withdraw'],
    RestrictDeliveryOptions: ['withdraw'],
    AddRepositories: ['add'],
  },
  SaaSProduct: {
    ...product,
    AddDimensions: ['add'],
    UpdateDimensions: ['set'],
    RestrictDimensions: ['withdraw'],
    AddDeliveryOptions: ['add', 'reach'],
    UpdateDeliveryOptions: ['set', 'reach'],
    UpdateDeliveryOptionsVisibility: ['reach', 'withdraw'],
  },
  MachineLearningProduct: {
    ...product,
    AddDeliveryOptions: ['add', 'reach'],
    UpdateDeliveryOptions: ['set'],
    RestrictDeliveryOptions: ['withdraw'],
  },
  Offer: {
    CreateOffer: ['create'],
    CreateOfferUsingResaleAuthorization: ['create'],
    CreateReplacementOffer: ['create'],
    CreateReplacementOfferUsingResaleAuthorization: ['create'],
    ReleaseOffer: ['reach'],
    UpdateInformation: ['set'],
    UpdateSupportTerms: ['set'],
    UpdateTargeting: ['set', 'reach'],
    UpdateAvailability: ['reach', 'withdraw'],
    UpdatePricingTerms: ['reach'],
    UpdateMarkup: ['reach'],
    UpdateValidityTerms: ['set', 'reach'],
    UpdatePaymentScheduleTerms: ['set'],
    UpdateLegalTerms: ['set', 'reach'],
    UpdateRenewalTerms: ['set', 'reach'],
    UpdateCustomerVerificationTerms: ['set', 'reach'],
  },
  OfferSet: {
    CreateOfferSet: ['create'],
    UpdateInformation: ['set'],
    AssociateOffers: ['set'],
    DisassociateOffers: ['withdraw'],
    AssociateSolution: ['set'],
    DisassociateSolution: ['set'],
    ReleaseOfferSet: ['reach'],
  },
  ResaleAuthorization: {
    CreateResaleAuthorization: ['create'],
    ReleaseResaleAuthorization: ['reach'],
    RestrictResaleAuthorization: ['withdraw'],
    UpdateInformation: ['set'],
    UpdateAvailability: ['reach'],
    UpdatePricingTerms: ['reach'],
    UpdatePaymentScheduleTerms: ['reach'],
    UpdateBuyerTargetingTerms: ['set', 'reach'],
    UpdateBuyerValidityTerms: ['set', 'reach'],
    UpdateLegalTerms: ['set', 'reach'],
  },
  Solution: {
    CreateSolution: ['create'],
    UpdateInformation: ['set'],
    UpdateRelatedProducts: ['set', 'reach'],
    UpdateBuyerEngagementOptions: ['set', 'reach'],
    ReleaseSolution: ['reach', 'withdraw'],
    UpdateVisibility: ['reach', 'withdraw'],
  },
  DataProduct: {
    AddRevisions: ['add', 'reach'],
    AddDataSets: ['add', 'reach'],
  },
  Experience: {
    CreateExperience: ['policy', 'create'],
    CreateProcurementPolicy: ['policy', 'create'],
    CreateBrandingSettings: ['policy', 'create'],
    UpdateExperience: ['policy'],
    RestrictExperience: ['policy'],
    ReviveExperience: ['policy'],
    UpdateProcurementPolicy: ['policy', 'set'],
    UpdateBrandingSettings: ['policy', 'set'],
    AllowProductProcurement: ['policy'],
    DenyProductProcurement: ['policy'],
    AssociateAudience: ['policy'],
    DisassociateAudience: ['policy'],
  },
  ExpressPrivateOfferConfiguration: {
    CreateExpressPrivateOfferConfiguration: ['reach'],
    DeleteExpressPrivateOfferConfiguration: ['reach'],
  },
  AgentTokenContainer: {
    CreateAgentTokenContainer: ['create', 'reach'],
    RequestExpressPrivateOffer: ['create', 'reach'],
    ExpireToken: ['create', 'reach'],
  },
};

/** The entity type without its version: `SaaSProduct@1.0` is `SaaSProduct`. */
export function entityFamily(entityType: string): string {
  return entityType.split('@')[0] ?? entityType;
}

/**
 * The classes of one change.
 * @returns undefined where the entity type or the change type is not known.
 */
export function classesOf(entityType: string, changeType: string): readonly ChangeClass[] | undefined {
  const family = entityFamily(entityType);
  if (!Object.hasOwn(changeClasses, family)) return undefined;
  const byChangeType = changeClasses[family];
  return byChangeType && Object.hasOwn(byChangeType, changeType) ? byChangeType[changeType] : undefined;
}
