import { buyerTerms, creates, done, members, terms, values, whole } from './contents.ts';
import type { KnowledgeByChangeType } from './knowledge.ts';

const resaleAuthorization: KnowledgeByChangeType = {
  CreateResaleAuthorization: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an authorization in status Draft with that name, ProductId and ResellerAccountID',
    namedBy: { entityType: 'ResaleAuthorization', nameKeys: ['Name'] },
  },
  ReleaseResaleAuthorization: {
    classes: ['reach'],
    contents: done,
    partialEffects: 'Status is Active; a repeat is refused with INCOMPATIBLE_STATUS',
  },
  RestrictResaleAuthorization: {
    classes: ['withdraw'],
    contents: done,
    partialEffects: 'Status is Restricted, which is final',
  },
  UpdateInformation: {
    classes: ['set'],
    contents: values,
    partialEffects: 'name and description are the new ones',
  },
  UpdateAvailability: {
    classes: ['reach'],
    contents: values,
    partialEffects: 'the end date is the one given, OffersMaxQuantity is 1 or absent as given',
    goesStale: 'an end date that passed since it was first sent',
  },
  UpdatePricingTerms: {
    classes: ['reach'],
    contents: terms,
    partialEffects: 'the pricing terms hold the wholesale prices that were given',
  },
  UpdatePaymentScheduleTerms: {
    classes: ['reach'],
    contents: terms,
    partialEffects: 'the payment schedule holds the dates and amounts that were given',
    goesStale: 'charge dates that have passed',
  },
  UpdateNetPaymentTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the net payment term holds the days that were given, or is gone as asked',
  },
  UpdateBuyerTargetingTerms: {
    classes: ['set', 'reach'],
    contents: buyerTerms,
    partialEffects: 'the targeting term names the buyers that were given',
  },
  UpdateBuyerValidityTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the validity term for buyers is the one given',
    goesStale: 'dates that have passed',
  },
  UpdateLegalTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the legal terms name the documents that were given',
    goesStale: 'addresses of documents; the version of a standard EULA, of which only the newest is taken',
  },
};

const solution: KnowledgeByChangeType = {
  CreateSolution: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'a solution in state Draft with that name, found by paging through all of them',
    namedBy: { entityType: 'Solution', nameKeys: ['Name'] },
  },
  UpdateInformation: {
    classes: ['set'],
    contents: values,
    partialEffects: 'the fields that were given have the new values',
    goesStale: 'signed addresses of logo, videos, promotional media and additional resources',
  },
  UpdateRelatedProducts: {
    classes: ['set', 'reach'],
    contents: members,
    partialEffects: 'the products are the ones given; refused while the solution is Public',
  },
  UpdateBuyerEngagementOptions: {
    classes: ['set', 'reach'],
    contents: members,
    partialEffects: 'the ways to get in touch are the ones given',
  },
  ReleaseSolution: {
    classes: ['reach', 'withdraw'],
    contents: done,
    partialEffects:
      'Visibility is Limited; it never returns to Draft, and a repeat is refused with INCOMPATIBLE_OPERATION_RELEASE_SOLUTION',
  },
  UpdateVisibility: {
    classes: ['reach', 'withdraw'],
    contents: whole('TargetVisibility'),
    partialEffects: 'Visibility is the one asked for',
    usual: 'review',
  },
};

const expressPrivateOfferConfiguration: KnowledgeByChangeType = {
  CreateExpressPrivateOfferConfiguration: { classes: ['reach'], partialEffects: 'State is ACTIVE' },
  DeleteExpressPrivateOfferConfiguration: { classes: ['reach'], partialEffects: 'State is INACTIVE' },
};

const agentTokenContainer: KnowledgeByChangeType = {
  CreateAgentTokenContainer: { classes: ['create', 'reach'], partialEffects: 'no sign is documented' },
  RequestExpressPrivateOffer: {
    classes: ['create', 'reach'],
    partialEffects: 'no sign is documented',
  },
  ExpireToken: { classes: ['create', 'reach'], partialEffects: 'no sign is documented' },
};

/**
 * Change types between sellers, and of express offers (AWS Marketplace Catalog API guide, pages on resale
 * authorizations and multi-product solutions; AWS's managed policies for the express offers).
 */
export const partneringTypes: Readonly<Record<string, KnowledgeByChangeType>> = {
  ResaleAuthorization: resaleAuthorization,
  Solution: solution,
  ExpressPrivateOfferConfiguration: expressPrivateOfferConfiguration,
  AgentTokenContainer: agentTokenContainer,
};
