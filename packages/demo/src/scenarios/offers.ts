import { offerWorkflowId } from '../../../../src/workflows/offerWatch/contract.ts';
import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import { endsLateMs, endsSoonMs, idLength, released, sample, shown } from './offerParts.ts';
import { ownOfferStories } from './ownOffers.ts';
import { accounts, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

interface OfferSample {
  readonly name: string;
  readonly fixture: 'isv' | 'isvProductUsedByPartner' | 'channelPartner';
  readonly account?: string;
  readonly role: OfferRole;
  readonly offerId: string;
  readonly endsInMs?: number;
}

/**
 * An offer that is watched, one in each of the roles that an account can have, to its end, one of which each thing becomes
 * that can become of it, and an offer set.
 */
export function offerScenarios(context: ScenarioContext): readonly Scenario[] {
  const newId = (kind = 'offer'): string => `${kind}-${context.token(idLength)}`;
  // Of the partner's offer each party gets an event; both parties are accounts of this demo.
  const [partnersOffer, offerSetId] = [newId(), newId('offerset')];
  const samples: readonly OfferSample[] = [
    { name: 'own offer released', fixture: 'isv', role: 'ownOffer', offerId: newId(), endsInMs: endsLateMs },
    { name: 'own offer, to its end', fixture: 'isv', role: 'ownOffer', offerId: newId() },
    {
      name: 'a partner’s offer on an own product, to its end',
      fixture: 'isvProductUsedByPartner',
      role: 'partnerOfferOnOwnProduct',
      offerId: partnersOffer,
    },
    {
      name: 'own offer as channel partner, to its end',
      fixture: 'channelPartner',
      account: accounts.channelPartner,
      role: 'ownOfferAsPartner',
      offerId: partnersOffer,
    },
  ];
  const offers = samples.map(
    ({ name, fixture, account = accounts.manufacturer, role, offerId, endsInMs = endsSoonMs }) => {
      const ends = { state: 'expired', closed: true, saying: 'Reminders sent: ' } as const;
      const watched = { state: 'watching', saying: 'The next reminder goes out at' };
      const endDate = vendorTime(context.nowMs + endsInMs);
      // The manufacturer does not see the partner's offer: its reminders say so.
      const seller = role === 'ownOffer' ? account : accounts.channelPartner;
      const expected = { ...(endsInMs === endsSoonMs ? ends : watched), facts: { role } };
      const afterReset = endsInMs === endsSoonMs ? [{ ...expected, saying: 'The offer has ended.' }] : [];
      return released(
        context,
        `offerReleased.${fixture}`,
        {
          name,
          workflowId: offerWorkflowId(account, offerId),
          expected,
          afterReset,
          prepare: shown(seller, offerId, endDate),
        },
        [
          [sample.offerId, offerId],
          [sample.expirationDate, endDate],
        ],
      );
    },
  );
  const workflowId = offerWorkflowId(accounts.manufacturer, offerSetId);
  const set = { name: 'offer set released', workflowId, expected: { state: 'noEndDate' } };
  return [
    ...offers,
    ...ownOfferStories(context),
    released(context, 'offerSetReleased', set, [
      [sample.offerId, newId()],
      [sample.secondOfferId, newId()],
      [sample.offerSetId, offerSetId],
    ]),
  ];
}
