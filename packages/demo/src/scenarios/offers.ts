import { offerWorkflowId } from '../../../../src/workflows/offerWatch/contract.ts';
import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import { accounts, posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

const sample = {
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  offerId: 'offer-1234567890123',
  secondOfferId: 'offer-1234567890124',
  offerSetId: 'offerset-1234567890123',
  time: '2023-08-26T00:00:00Z',
  expirationDate: '2025-08-26T00:00:00Z',
};
const idLength = 13;
const endsLateMs = 60 * 86_400_000;
/** For an offer that ends during the start: late enough for all scenarios to have begun, so that its reminders lie ahead. */
const endsSoonMs = 30_000;

function released(
  { uuid, nowMs }: ScenarioContext,
  fixture: string,
  story: Pick<Scenario, 'name' | 'expected' | 'workflowId'>,
  replacements: ReadonlyArray<readonly [string, string]>,
): Scenario {
  const envelope = [
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
  ] as const;
  return {
    ...story,
    group: 'Security, offers, quarantine',
    events: [posted(fixture, [...envelope, ...replacements])],
  };
}

interface OfferSample {
  readonly name: string;
  readonly fixture: 'isv' | 'isvProductUsedByPartner' | 'channelPartner';
  readonly account?: string;
  readonly role: OfferRole;
  readonly offerId: string;
  readonly endsInMs?: number;
}

/** An offer that is watched, one in each of the roles that an account can have, to its end, and an offer set. */
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
      const expected = { ...(endsInMs === endsSoonMs ? ends : watched), facts: { role } };
      return released(
        context,
        `offerReleased.${fixture}`,
        { name, workflowId: offerWorkflowId(account, offerId), expected },
        [
          [sample.offerId, offerId],
          [sample.expirationDate, vendorTime(context.nowMs + endsInMs)],
        ],
      );
    },
  );
  const workflowId = offerWorkflowId(accounts.manufacturer, offerSetId);
  const set = { name: 'offer set released', workflowId, expected: { state: 'noEndDate' } };
  return [
    ...offers,
    released(context, 'offerSetReleased', set, [
      [sample.offerId, newId()],
      [sample.secondOfferId, newId()],
      [sample.offerSetId, offerSetId],
    ]),
  ];
}
