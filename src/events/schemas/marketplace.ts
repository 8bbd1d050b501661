import { z } from 'zod';
import { idKinds } from '../ids.ts';
import {
  account,
  arrayOf,
  catalog,
  count,
  deadline,
  idOf,
  instant,
  objectOf,
  opaqueKey,
  optional,
  text,
  textOf,
} from './fields.ts';

/** The `source` of every event of the Marketplace Catalog API. */
export const marketplaceCatalogSource = 'aws.marketplacecatalog';

/** ChangeSetName of the Marketplace Catalog API: 1 to 100 characters. */
const changeSetName = textOf(100);
/** Resources that an envelope names; nothing is read from them. */
const mostResources = 1_000;
/** Offers of a set: AWS documents seven. */
const mostOffers = 1_000;
const mostBuyers = 10_000;

const envelope = {
  version: optional(text),
  id: opaqueKey,
  source: z.literal(marketplaceCatalogSource, { error: marketplaceCatalogSource }),
  account,
  time: instant,
  region: optional(text),
  resources: optional(arrayOf(text, mostResources)),
};

const changeSetDetail = objectOf({
  requestId: optional(text),
  Catalog: catalog,
  ChangeSetId: idOf(idKinds.changeSet),
  ChangeSetName: optional(changeSetName),
  StartTime: instant,
  EndTime: instant,
  FailureCode: optional(text),
});

const offeredFields = { arn: optional(text), name: optional(text), expirationDate: optional(deadline) };
const offer = objectOf({ id: idOf(idKinds.offer), ...offeredFields });

// Who or what has no id is as good as missing.
const party = objectOf({ accountId: optional(account), name: optional(text) }).transform(({ accountId, ...others }) =>
  accountId === undefined ? undefined : { accountId, ...others },
);
const product = objectOf({ id: optional(idOf(idKinds.product)), arn: optional(text), title: optional(text) }).transform(
  ({ id, ...others }) => (id === undefined ? undefined : { id, ...others }),
);

const offerDetail = objectOf({
  requestId: optional(text),
  catalog,
  offer,
  product: optional(product),
  manufacturer: optional(party),
  sellerOfRecord: optional(party),
  targetedBuyerAccountIds: optional(arrayOf(text, mostBuyers)),
});

const offerSetDetail = objectOf({
  requestId: optional(text),
  catalog,
  offerSet: objectOf({ id: idOf(idKinds.offerSet), ...offeredFields }),
  // An offer set that is released before its offers names none.
  associatedOffers: optional(arrayOf(objectOf({ offer }), mostOffers)),
});

const securityReportDetail = objectOf({
  requestId: optional(text),
  numberOfProductsWithIssues: count,
  numberOfVersionsWithIssues: count,
  numberOfLatestVersionsWithIssues: count,
  newIssuesFound: z.boolean({ error: 'true or false' }),
  upcomingResolutionDueDate: optional(deadline),
}).superRefine((report, context) => {
  const issues =
    report.numberOfProductsWithIssues + report.numberOfVersionsWithIssues + report.numberOfLatestVersionsWithIssues;
  if (issues === 0 || report.upcomingResolutionDueDate !== undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['upcomingResolutionDueDate'],
    message: 'an ISO 8601 date and time, as the report counts issues',
  });
});

const changeSetTypes = ['Change Set Succeeded', 'Change Set Failed', 'Change Set Cancelled'] as const;
const otherTypes = ['Offer Released', 'OfferSet Released', 'Products Security Report Created'] as const;
const [offerReleased, offerSetReleased, securityReportCreated] = otherTypes;

/** The detail-types of the Marketplace Catalog API that the service acts on. */
export const marketplaceCatalogTypes = [...changeSetTypes, ...otherTypes] as const;

/**
 * Every event of the Marketplace Catalog API that the service acts on, told apart by `detail-type`. Optional is what
 * the vendor's samples show but real events may omit, or give as null.
 */
export const marketplaceEvent = z.discriminatedUnion(
  'detail-type',
  [
    objectOf({ ...envelope, 'detail-type': z.literal(changeSetTypes), detail: changeSetDetail }),
    objectOf({ ...envelope, 'detail-type': z.literal(offerReleased), detail: offerDetail }),
    objectOf({ ...envelope, 'detail-type': z.literal(offerSetReleased), detail: offerSetDetail }),
    objectOf({ ...envelope, 'detail-type': z.literal(securityReportCreated), detail: securityReportDetail }),
  ],
  { error: `one of: ${marketplaceCatalogTypes.join(', ')}` },
);

/** A parsed Marketplace envelope. */
export type MarketplaceEnvelope = z.output<typeof marketplaceEvent>;
/** What a parsed offer and a parsed offer set have beside their ids. */
export type OfferFields = Pick<z.output<typeof offer>, keyof typeof offeredFields>;
/** A parsed party. */
export type PartyFields = NonNullable<z.output<typeof party>>;
