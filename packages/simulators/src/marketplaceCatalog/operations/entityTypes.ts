/** What a member of a type's filter accepts. */
export type FilterForm = 'ValueList' | 'WildCardValue' | 'DateRange';

/** What ListEntities can do with one type of entity: keys of EntityTypeFilters and EntityTypeSort, from the model. */
export interface EntityTypeTraits {
  readonly filters: Readonly<Record<string, readonly FilterForm[]>>;
  readonly sortBy: readonly string[];
}

const VALUES = ['ValueList'] as const;
const TEXT = ['ValueList', 'WildCardValue'] as const;
const RANGE = ['DateRange'] as const;
const DATE = ['ValueList', 'DateRange'] as const;

/** Most types are sorted by all that they are filtered by. */
function traits(filters: EntityTypeTraits['filters'], sortBy = Object.keys(filters)): EntityTypeTraits {
  return { filters, sortBy };
}

function productTraits(...moreSorts: string[]): EntityTypeTraits {
  const filters = { EntityId: VALUES, LastModifiedDate: RANGE, ProductTitle: TEXT, Visibility: VALUES };
  return traits(filters, [...Object.keys(filters), ...moreSorts]);
}

const OFFER = traits({
  EntityId: VALUES,
  Name: TEXT,
  ProductId: VALUES,
  ResaleAuthorizationId: VALUES,
  ReleaseDate: RANGE,
  AvailabilityEndDate: RANGE,
  BuyerAccounts: ['WildCardValue'],
  State: VALUES,
  Targeting: VALUES,
  LastModifiedDate: RANGE,
  OfferSetId: VALUES,
  TargetAgreementId: VALUES,
  TargetAgreementIntent: VALUES,
  CreatedBySource: VALUES,
});

const OFFER_SET = traits(
  {
    EntityId: VALUES,
    Name: VALUES,
    State: VALUES,
    ReleaseDate: RANGE,
    AssociatedOfferIds: VALUES,
    SolutionId: VALUES,
    LastModifiedDate: RANGE,
  },
  ['Name', 'State', 'ReleaseDate', 'SolutionId', 'EntityId', 'LastModifiedDate'],
);

const RESALE_AUTHORIZATION = traits({
  EntityId: VALUES,
  Name: TEXT,
  ProductId: TEXT,
  CreatedDate: DATE,
  AvailabilityEndDate: DATE,
  ManufacturerAccountId: TEXT,
  ProductName: TEXT,
  ManufacturerLegalName: TEXT,
  ResellerAccountID: TEXT,
  ResellerLegalName: TEXT,
  Status: VALUES,
  OfferExtendedStatus: VALUES,
  LastModifiedDate: RANGE,
  ResellerRole: VALUES,
  SourceAuthorization: VALUES,
  IssuerAccountId: VALUES,
});

/** Types with filters, sorts and a summary of their own. */
export const ENTITY_TYPE_TRAITS: Readonly<Record<string, EntityTypeTraits>> = {
  AmiProduct: productTraits(),
  ContainerProduct: productTraits('CompatibleAWSServices'),
  DataProduct: productTraits(),
  MachineLearningProduct: productTraits(),
  SaaSProduct: productTraits('DeliveryOptionTypes'),
  Offer: OFFER,
  OfferSet: OFFER_SET,
  ResaleAuthorization: RESALE_AUTHORIZATION,
};

/** Every type that ListEntities takes. */
export const LISTED_ENTITY_TYPES: readonly string[] = [
  ...Object.keys(ENTITY_TYPE_TRAITS),
  'ProcurementPolicy',
  'Experience',
  'Audience',
  'BrandingSettings',
  'Seller',
  'Solution',
  'SubsidiaryAuthorization',
  'ExpressPrivateOfferConfiguration',
];
