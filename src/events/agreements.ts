import { defined } from '../defined.ts';
import { detailIdentity } from './identity.ts';
import { agreementCreated } from './schemas/agreements.ts';
import type { AgreementCreated, JsonObject, ReaderResult } from './types.ts';

/**
 * Reads an envelope that says that an agreement was created. The event only stops the reminders of an offer that is
 * watched, so one that names no offer or cannot be read is ignored: kept, it would hold a buyer's account for nothing.
 */
export function readAgreementCreated(body: JsonObject, detail: JsonObject): ReaderResult {
  const parsed = agreementCreated.safeParse(body);
  if (!parsed.success) {
    return {
      outcome: 'nothing',
      reason:
        'an agreement that names no offer and no agreement in the documented form: no offer is taken for accepted',
    };
  }
  const { id, account, time, detail: fields } = parsed.data;
  const event: AgreementCreated = {
    kind: 'agreement.created',
    eventId: detailIdentity('agreement.created', id, detail),
    account,
    occurredAt: time,
    agreementId: fields.agreement.id,
    offerId: fields.offer.id,
    ...defined({
      catalog: fields.catalog,
      acceptorAccountId: fields.acceptor?.accountId,
      proposerAccountId: fields.proposer?.accountId,
    }),
    detail,
    notes: [],
  };
  return { outcome: 'events', events: [event] };
}
