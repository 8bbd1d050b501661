import fc from 'fast-check';
import {
  aboutEntityType,
  entityFamily,
  knowledgeOf,
  knownChangeTypes,
  slowestOf,
} from '../../../src/workflows/changeSetRemediation/changeTypes.ts';

/** The change types that AWS documents or shows in its samples, with their classes, written down apart from the data. */
const documented: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AmiProduct: {
    CreateProduct: 'create',
    UpdateInformation: 'set',
    UpdateTargeting: 'set',
    UpdateVisibility: 'reach, withdraw',
    ReleaseProduct: 'reach',
    AddDimensions: 'add',
    UpdateDimensions: 'set',
    RestrictDimensions: 'withdraw',
    AddDeliveryOptions: 'add, reach',
    UpdateDeliveryOptions: 'set',
    RestrictDeliveryOptions: 'withdraw',
    AddRegions: 'add, reach',
    AddInstanceTypes: 'add, reach',
    RestrictRegions: 'withdraw',
    RestrictInstanceTypes: 'withdraw',
    UpdateFutureRegionSupport: 'set, reach',
  },
  ContainerProduct: {
    CreateProduct: 'create',
    UpdateInformation: 'set',
    UpdateTargeting: 'set',
    UpdateVisibility: 'reach, withdraw',
    ReleaseProduct: 'reach',
    AddDimensions: 'add',
    UpdateDimensions: 'set',
    AddDeliveryOptions: 'add, reach',
    UpdateDeliveryOptions: 'set, reach',
    UpdateDeliveryOptionsVisibility: 'reach, withdraw',
    RestrictDeliveryOptions: 'withdraw',
    AddRepositories: 'add',
  },
  SaaSProduct: {
    CreateProduct: 'create',
    UpdateInformation: 'set',
    UpdateTargeting: 'set',
    UpdateVisibility: 'reach, withdraw',
    ReleaseProduct: 'reach',
    AddDimensions: 'add',
    UpdateDimensions: 'set',
    RestrictDimensions: 'withdraw',
    AddDeliveryOptions: 'add, reach',
    UpdateDeliveryOptions: 'set, reach',
    UpdateDeliveryOptionsVisibility: 'reach, withdraw',
  },
  MachineLearningProduct: {
    CreateProduct: 'create',
    UpdateInformation: 'set',
    UpdateTargeting: 'set',
    UpdateVisibility: 'reach, withdraw',
    ReleaseProduct: 'reach',
    AddDeliveryOptions: 'add, reach',
    UpdateDeliveryOptions: 'set',
    RestrictDeliveryOptions: 'withdraw',
  },
  Offer: {
    CreateOffer: 'create',
    CreateOfferUsingResaleAuthorization: 'create',
    CreateReplacementOffer: 'create',
    CreateReplacementOfferUsingResaleAuthorization: 'create',
    ReleaseOffer: 'reach',
    UpdateInformation: 'set',
    UpdateSupportTerms: 'set',
    UpdateTargeting: 'set, reach',
    UpdateAvailability: 'reach, withdraw',
    UpdatePricingTerms: 'reach',
    UpdateMarkup: 'reach',
    UpdateValidityTerms: 'set, reach',
    UpdatePaymentScheduleTerms: 'set',
    UpdateNetPaymentTerms: 'set, reach',
    UpdateLegalTerms: 'set, reach',
    UpdateRenewalTerms: 'set, reach',
    UpdateCustomerVerificationTerms: 'set, reach',
  },
  OfferSet: {
    CreateOfferSet: 'create',
    UpdateInformation: 'set',
    AssociateOffers: 'set',
    DisassociateOffers: 'withdraw',
    AssociateSolution: 'set',
    DisassociateSolution: 'set',
    ReleaseOfferSet: 'reach',
  },
  ResaleAuthorization: {
    CreateResaleAuthorization: 'create',
    ReleaseResaleAuthorization: 'reach',
    RestrictResaleAuthorization: 'withdraw',
    UpdateInformation: 'set',
    UpdateAvailability: 'reach',
    UpdatePricingTerms: 'reach',
    UpdatePaymentScheduleTerms: 'reach',
    UpdateNetPaymentTerms: 'set, reach',
    UpdateBuyerTargetingTerms: 'set, reach',
    UpdateBuyerValidityTerms: 'set, reach',
    UpdateLegalTerms: 'set, reach',
  },
  Solution: {
    CreateSolution: 'create',
    UpdateInformation: 'set',
    UpdateRelatedProducts: 'set, reach',
    UpdateBuyerEngagementOptions: 'set, reach',
    ReleaseSolution: 'reach, withdraw',
    UpdateVisibility: 'reach, withdraw',
  },
  DataProduct: {
    AddRevisions: 'add, reach',
    AddDataSets: 'add, reach',
  },
  Experience: {
    CreateExperience: 'policy, create',
    CreateProcurementPolicy: 'policy, create',
    CreateBrandingSettings: 'policy, create',
    UpdateExperience: 'policy',
    RestrictExperience: 'policy',
    ReviveExperience: 'policy',
    UpdateProcurementPolicy: 'policy, set',
    UpdateBrandingSettings: 'policy, set',
    AllowProductProcurement: 'policy',
    DenyProductProcurement: 'policy',
    AssociateAudience: 'policy',
    DisassociateAudience: 'policy',
  },
  AgentTokenContainer: {
    CreateAgentTokenContainer: 'create, reach',
    RequestExpressPrivateOffer: 'create, reach',
    ExpireToken: 'create, reach',
  },
  ExpressPrivateOfferConfiguration: {
    CreateExpressPrivateOfferConfiguration: 'reach',
    DeleteExpressPrivateOfferConfiguration: 'reach',
  },
};
const triples = Object.entries(documented).flatMap(([entityType, types]) =>
  Object.entries(types).map(([changeType, classes]) => [entityType, changeType, classes] as const),
);
const everyKnown = Object.entries(knownChangeTypes).flatMap(([entityType, types]) =>
  Object.entries(types).map(([changeType, known]) => ({ entityType, changeType, known })),
);

describe('change types', () => {
  test.each(triples)('%s %s is known: %s, and the sign that it partialEffects', (entityType, changeType, classes) => {
    const known = knowledgeOf(`${entityType}@1.0`, changeType);
    expect(known?.classes.join(', ')).toBe(classes);
    expect(knowledgeOf(entityType, changeType)).toBe(known);
    expect(known?.partialEffects).toMatch(/^\w.{5,}[^.\s]$/);
    expect(known?.goesStale ?? 'nothing known').toMatch(/^\w.{5,}[^.\s]$/);
  });

  test('nothing is known that is not documented', () => {
    const known = everyKnown.map(({ entityType, changeType }) => `${entityType} ${changeType}`);
    expect(known.toSorted()).toEqual(
      triples.map(([entityType, changeType]) => `${entityType} ${changeType}`).toSorted(),
    );
  });

  test.each([
    ['Seller', 'UpdateInformation'],
    ['SubsidiaryAuthorization', 'ReleaseSubsidiaryAuthorization'],
    ['ProfessionalServicesProduct', 'UpdateInformation'],
    ['SaaSProduct', 'RestrictDeliveryOptions'],
    ['SaaSProduct', 'AddDimension'],
    ['SaaSProduct', 'CreateOfferOnProduct'],
    ['Offer', 'AssociateWithOfferSet'],
    ['saasproduct', 'UpdateInformation'],
    ['Audience', 'AssociateAudience'],
    ['', ''],
  ])('%s %s is not known', (entityType, changeType) => {
    expect(knowledgeOf(entityType, changeType)).toBeUndefined();
  });

  test('of a subsidiary authorization the states are known, and no change type', () => {
    expect(aboutEntityType('SubsidiaryAuthorization@1.0')).toMatch(
      /draft, active, or restricted.*none of its change types/,
    );
    for (const name of ['Seller', 'Offer@1.0', 'constructor', '__proto__', '']) {
      expect(aboutEntityType(name)).toBeUndefined();
    }
  });

  test('names that only an object’s prototype knows are not known', () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];
    for (const name of names) {
      expect(knowledgeOf(name, 'UpdateInformation')).toBeUndefined();
      expect(knowledgeOf('Offer@1.0', name)).toBeUndefined();
      expect(knowledgeOf(name, name)).toBeUndefined();
    }
  });

  test('whatever text comes, the answer is that of the list', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom(...triples.flat()));
    fc.assert(
      fc.property(name, name, fc.constantFrom('', '@1.0', '@2.0'), (entityType, changeType, version) => {
        const expected = triples.some(([entity, type]) => entity === entityFamily(entityType) && type === changeType);
        expect(knowledgeOf(`${entityType}${version}`, changeType) !== undefined).toBe(expected);
      }),
    );
  });

  test.each([
    ['AmiProduct', 'UpdateInformation', /signed addresses/],
    ['AmiProduct', 'AddDeliveryOptions', /access role/],
    ['ContainerProduct', 'AddDeliveryOptions', /tags that may point elsewhere/],
    ['SaaSProduct', 'UpdateDeliveryOptions', /must answer 200/],
    ['Offer', 'UpdateLegalTerms', /standard EULA/],
    ['Offer', 'UpdateAvailability', /would expire the offer/],
    ['Offer', 'UpdateValidityTerms', /agreement start/],
    ['Offer', 'UpdatePaymentScheduleTerms', /charge dates/],
    ['Experience', 'UpdateBrandingSettings', /logo/],
  ])('%s %s names what goes stale in it', (entityType, changeType, words) => {
    expect(knowledgeOf(entityType, changeType)?.goesStale).toMatch(words);
  });

  test('an entity that is made can be found by its name, among its own kind', () => {
    const named = everyKnown.flatMap(({ entityType, changeType, known }) =>
      known.namedBy === undefined ? [] : [[`${entityType} ${changeType}`, known.namedBy] as const],
    );
    expect(Object.fromEntries(named)).toEqual({
      'AmiProduct CreateProduct': { entityType: 'AmiProduct', nameKeys: ['ProductTitle'] },
      'ContainerProduct CreateProduct': { entityType: 'ContainerProduct', nameKeys: ['ProductTitle'] },
      'SaaSProduct CreateProduct': { entityType: 'SaaSProduct', nameKeys: ['ProductTitle'] },
      'MachineLearningProduct CreateProduct': { entityType: 'MachineLearningProduct', nameKeys: ['ProductTitle'] },
      'Offer CreateOffer': { entityType: 'Offer', nameKeys: ['Name'] },
      'Offer CreateOfferUsingResaleAuthorization': { entityType: 'Offer', nameKeys: ['Name'] },
      'Offer CreateReplacementOffer': { entityType: 'Offer', nameKeys: ['Name'] },
      'Offer CreateReplacementOfferUsingResaleAuthorization': { entityType: 'Offer', nameKeys: ['Name'] },
      'OfferSet CreateOfferSet': { entityType: 'OfferSet', nameKeys: ['Name'] },
      'ResaleAuthorization CreateResaleAuthorization': { entityType: 'ResaleAuthorization', nameKeys: ['Name'] },
      'Solution CreateSolution': { entityType: 'Solution', nameKeys: ['Name'] },
    });
  });
});

describe('how long AWS usually takes', () => {
  const of = (entityType: string, changeType: string) => ({ entityType, changeType });
  const [hour, day] = [3_600_000, 86_400_000];
  test.each([
    ['an offer', of('Offer@1.0', 'CreateOffer'), hour],
    ['an offer set', of('OfferSet@1.0', 'ReleaseOfferSet'), hour],
    ['a product', of('SaaSProduct@1.0', 'UpdateInformation'), 6 * hour],
    ['a version of a container, which is scanned', of('ContainerProduct@1.0', 'AddDeliveryOptions'), 6 * hour],
    ['a version of an AMI, which is ingested', of('AmiProduct@1.0', 'AddDeliveryOptions'), day],
    ['a review for the public', of('AmiProduct@1.0', 'UpdateVisibility'), 37 * day],
    ['a solution that goes public', of('Solution@1.0', 'UpdateVisibility'), 37 * day],
    ['an unknown change type', of('Offer@1.0', 'Teleport'), hour],
    ['an unknown entity type', of('Starship@1.0', 'UpdateInformation'), 6 * hour],
    ['a type that only an object’s prototype knows', of('constructor', 'toString'), 6 * hour],
  ])('%s', (_, change, usualMs) => {
    expect(slowestOf([change])).toEqual({ slowest: change, usualMs });
  });

  test('the slowest change decides, wherever it stands; without changes it is a product’s time', () => {
    const [slow, quick] = [of('AmiProduct@1.0', 'UpdateVisibility'), of('Offer@1.0', 'CreateOffer')];
    expect(slowestOf([quick, slow, quick]).slowest).toBe(slow);
    expect(slowestOf([])).toEqual({ usualMs: 6 * hour });
  });

  test.each(everyKnown)('of $entityType $changeType nothing is late before an hour', ({ entityType, changeType }) => {
    expect(slowestOf([of(entityType, changeType)]).usualMs).toBeGreaterThanOrEqual(hour);
  });
});
