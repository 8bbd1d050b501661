import { idKinds } from '../ids.ts';
import { account, catalog, idOf, instant, objectOf, opaqueKey, optional } from './fields.ts';

/** The `source` of the events of agreements. */
export const agreementSource = 'aws.agreement-marketplace';

/**
 * The detail-types that say that a buyer has accepted an offer, one for each party of it (AWS Marketplace Seller Guide,
 * “Events for agreements”); the buyer's own, `- Acceptor`, is for another account. New, renewed and replaced agreements all
 * come so: each means that its buyer has accepted the offer.
 */
export const agreementCreatedTypes = [
  'Purchase Agreement Created - Proposer',
  'Purchase Agreement Created - Manufacturer',
] as const;

// Who accepted and who proposed may be missing or of another form: the agreement counts all the same.
const party = optional(objectOf({ accountId: optional(account) })).catch(undefined);

/** Both forms have the same fields. */
export const agreementCreated = objectOf({
  id: opaqueKey,
  account,
  time: instant,
  detail: objectOf({
    catalog: optional(catalog),
    agreement: objectOf({ id: idOf(idKinds.agreement) }),
    offer: objectOf({ id: idOf(idKinds.offer) }),
    acceptor: party,
    proposer: party,
  }),
});
