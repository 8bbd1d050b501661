import { creates, done, entries, members, terms, values } from './contents.ts';
import type { KnowledgeByChangeType, NamedBy } from './knowledge.ts';

const offerName: NamedBy = { entityType: 'Offer', nameKeys: ['Name'] };

const offer: KnowledgeByChangeType = {
  CreateOffer: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an offer in state Draft with that name on that product',
    goesStale: 'the product, where it was restricted since',
    namedBy: offerName,
  },
  CreateOfferUsingResaleAuthorization: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an offer in state Draft with that ResaleAuthorizationId',
    goesStale: 'the resale authorization: restricted, expired or, where it is for one use, used up',
    namedBy: offerName,
  },
  CreateReplacementOffer: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an offer in state Draft with that TargetAgreementId',
    goesStale: 'the agreement to be replaced, which may have ended',
    namedBy: offerName,
  },
  CreateReplacementOfferUsingResaleAuthorization: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an offer in state Draft with that TargetAgreementId and ResaleAuthorizationId',
    goesStale: 'the agreement, which may have ended; the resale authorization: restricted, expired or used up',
    namedBy: offerName,
  },
  ReleaseOffer: {
    classes: ['reach'],
    contents: done,
    partialEffects:
      'State is Released, with a ReleaseDate; nothing reverts it, and a repeat is refused with INVALID_UPDATE_REQUEST',
  },
  UpdateInformation: {
    classes: ['set'],
    contents: values,
    partialEffects: 'name and description are the new ones',
  },
  UpdateSupportTerms: {
    classes: ['set'],
    contents: terms,
    partialEffects: 'the support term holds the new refund policy',
  },
  UpdateTargeting: {
    classes: ['set', 'reach'],
    contents: members,
    partialEffects: 'Rules name the buyers and countries that were given',
  },
  UpdateAvailability: {
    classes: ['reach', 'withdraw'],
    contents: values,
    partialEffects: 'AvailabilityEndDate is the one given',
    goesStale: 'an end date that passed since it was first sent: a repeat would expire the offer',
  },
  UpdatePricingTerms: {
    classes: ['reach'],
    contents: terms,
    partialEffects: 'the pricing terms hold the prices that were given',
  },
  UpdateMarkup: {
    classes: ['reach'],
    contents: values,
    partialEffects: 'the markup is the one given',
  },
  UpdateValidityTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the validity term holds the length or the dates that were given',
    goesStale: 'an agreement start not after the end of availability; an agreement end that has passed',
  },
  UpdatePaymentScheduleTerms: {
    classes: ['set'],
    contents: terms,
    partialEffects: 'the payment schedule holds the dates and amounts that were given',
    goesStale: 'charge dates: only one may lie on or before the end of the offer',
  },
  UpdateNetPaymentTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the net payment term holds the days that were given, or is gone as asked',
  },
  UpdateLegalTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the legal term names the documents that were given',
    goesStale: 'addresses of documents; the version of a standard EULA, of which only the newest is taken',
  },
  UpdateRenewalTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the renewal term is the one given',
  },
  UpdateCustomerVerificationTerms: {
    classes: ['set', 'reach'],
    contents: terms,
    partialEffects: 'the customer verification term is the one given',
  },
};

const offerSet: KnowledgeByChangeType = {
  CreateOfferSet: {
    classes: ['create'],
    contents: creates,
    partialEffects: 'an offer set in state Draft with that name',
    namedBy: { entityType: 'OfferSet', nameKeys: ['Name'] },
  },
  UpdateInformation: {
    classes: ['set'],
    contents: values,
    partialEffects: 'name and notes for the buyer are the new ones',
  },
  AssociateOffers: {
    classes: ['set'],
    contents: entries(),
    partialEffects: 'AssociatedOfferIds holds the offers; a repeat changes nothing, and is refused after the release',
    goesStale: 'offers that expired since',
  },
  DisassociateOffers: {
    classes: ['withdraw'],
    contents: entries(),
    partialEffects:
      'AssociatedOfferIds no longer holds the offers; a repeat changes nothing, and is refused after the release',
  },
  AssociateSolution: {
    classes: ['set'],
    contents: entries('SolutionId'),
    partialEffects: 'SolutionId is the one given',
    goesStale: 'the solution, where it was restricted since',
  },
  DisassociateSolution: {
    classes: ['set'],
    contents: entries('SolutionId'),
    partialEffects: 'there is no SolutionId any more',
  },
  ReleaseOfferSet: {
    classes: ['reach'],
    contents: done,
    partialEffects:
      'State is Released, with a ReleaseDate; nothing reverts it, and a repeat is refused with INVALID_UPDATE_REQUEST',
  },
};

/** Change types of offers and offer sets (AWS Marketplace Catalog API guide, pages on offers and offer sets). */
export const offerTypes: Readonly<Record<string, KnowledgeByChangeType>> = { Offer: offer, OfferSet: offerSet };
