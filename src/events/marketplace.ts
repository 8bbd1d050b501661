import { defined } from '../defined.ts';
import { calendarNotes } from './calendarDates.ts';
import { changeSetIdentity, detailIdentity } from './identity.ts';
import { unreadableFrom } from './problems.ts';
import { marketplaceEvent } from './schemas/marketplace.ts';
import type { MarketplaceEnvelope, OfferFields, PartyFields } from './schemas/marketplace.ts';
import type {
  ChangeSetFinished,
  JsonObject,
  Offered,
  OfferReleased,
  OfferSetReleased,
  ReaderResult,
  Party,
  SecurityReportCreated,
  StewardEvent,
} from './types.ts';

type EnvelopeOf<DetailType extends MarketplaceEnvelope['detail-type']> = Extract<
  MarketplaceEnvelope,
  { 'detail-type': DetailType }
>;

/** Reads an envelope whose source is the Marketplace Catalog API, with its detail as it was sent. */
export function readMarketplaceEvent(body: JsonObject, detail: JsonObject): ReaderResult {
  const parsed = marketplaceEvent.safeParse(body);
  if (!parsed.success) return unreadableFrom(parsed.error, body);
  return { outcome: 'events', events: [eventOf(parsed.data, detail)] };
}

function eventOf(envelope: MarketplaceEnvelope, detail: JsonObject): StewardEvent {
  switch (envelope['detail-type']) {
    case 'Change Set Succeeded':
    case 'Change Set Failed':
    case 'Change Set Cancelled':
      return changeSetFinished(envelope, detail);
    case 'Offer Released':
      return offerReleased(envelope, detail);
    case 'OfferSet Released':
      return offerSetReleased(envelope, detail);
    case 'Products Security Report Created':
      return securityReportCreated(envelope, detail);
  }
}

const outcomes = {
  'Change Set Succeeded': 'SUCCEEDED',
  'Change Set Failed': 'FAILED',
  'Change Set Cancelled': 'CANCELLED',
} as const;

function changeSetFinished(envelope: EnvelopeOf<keyof typeof outcomes>, detail: JsonObject): ChangeSetFinished {
  const fields = envelope.detail;
  const outcome = outcomes[envelope['detail-type']];
  return defined({
    kind: 'changeSet.finished',
    eventId: changeSetIdentity(fields.ChangeSetId, outcome),
    account: envelope.account,
    occurredAt: envelope.time,
    outcome,
    catalog: fields.Catalog,
    changeSetId: fields.ChangeSetId,
    changeSetName: fields.ChangeSetName,
    startTime: fields.StartTime,
    endTime: fields.EndTime,
    failureCode: fields.FailureCode,
    detail,
    notes: [],
  });
}

function offerReleased(envelope: EnvelopeOf<'Offer Released'>, detail: JsonObject): OfferReleased {
  const { catalog, offer, product, manufacturer, sellerOfRecord, targetedBuyerAccountIds } = envelope.detail;
  return defined({
    kind: 'offer.released',
    eventId: detailIdentity('offer.released', envelope.id, detail),
    account: envelope.account,
    occurredAt: envelope.time,
    catalog,
    offer: offerOf(offer),
    product: product && defined({ id: product.id, arn: product.arn, title: product.title }),
    manufacturer: manufacturer && partyOf(manufacturer),
    sellerOfRecord: sellerOfRecord && partyOf(sellerOfRecord),
    targetedBuyerAccountIds: targetedBuyerAccountIds ?? [],
    detail,
    notes: calendarNotes(detail, [['offer', 'expirationDate']]),
  });
}

function offerSetReleased(envelope: EnvelopeOf<'OfferSet Released'>, detail: JsonObject): OfferSetReleased {
  const { catalog, offerSet, associatedOffers = [] } = envelope.detail;
  const offers = associatedOffers.map(({ offer }) => offerOf(offer));
  return {
    kind: 'offerSet.released',
    eventId: detailIdentity('offerSet.released', envelope.id, detail),
    account: envelope.account,
    occurredAt: envelope.time,
    catalog,
    offerSet: offerOf(offerSet),
    offers,
    detail,
    notes: calendarNotes(detail, [
      ['offerSet', 'expirationDate'],
      ...offers.map((_, index) => ['associatedOffers', index, 'offer', 'expirationDate']),
    ]),
  };
}

function securityReportCreated(
  envelope: EnvelopeOf<'Products Security Report Created'>,
  detail: JsonObject,
): SecurityReportCreated {
  const report = envelope.detail;
  return defined({
    kind: 'securityReport.created',
    eventId: detailIdentity('securityReport.created', envelope.id, detail),
    account: envelope.account,
    occurredAt: envelope.time,
    numberOfProductsWithIssues: report.numberOfProductsWithIssues,
    numberOfVersionsWithIssues: report.numberOfVersionsWithIssues,
    numberOfLatestVersionsWithIssues: report.numberOfLatestVersionsWithIssues,
    newIssuesFound: report.newIssuesFound,
    upcomingResolutionDueDate: report.upcomingResolutionDueDate,
    detail,
    notes: calendarNotes(detail, [['upcomingResolutionDueDate']]),
  });
}

function offerOf<Id>({ id, arn, name, expirationDate }: OfferFields & { readonly id: Id }): Offered<Id> {
  return { id, ...defined({ arn, name, expirationDate }) };
}

function partyOf({ accountId, name }: PartyFields): Party {
  return defined({ accountId, name });
}
