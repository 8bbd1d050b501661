import { offerWorkflowId } from '../../../../src/workflows/offerWatch/contract.ts';
import type { OfferRole } from '../../../../src/workflows/offerWatch/contract.ts';
import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { accounts, bytesOf, vendorTime } from './scenario.ts';
import type { Expectation, Scenario, ScenarioContext } from './scenario.ts';

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
const endsInMs = 60 * 86_400_000;
/** For an offer that ends during the start: late enough for all scenarios to have begun, so that its reminders lie ahead. */
const endsSoonMs = 30_000;

function envelope({ uuid, nowMs }: ScenarioContext): Array<[string, string]> {
  return [
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
  ];
}

interface OfferSample {
  readonly name: string;
  readonly fixture: string;
  readonly account: string;
  readonly role: OfferRole;
  readonly offerId: string;
  readonly endsAtMs: number;
  readonly expected: Expectation;
}

const watched: Expectation = { state: 'watching', saying: 'The next reminder goes out at' };
const toItsEnd: Expectation = { state: 'expired', closed: true, saying: 'Reminders sent: ' };

/** Of the partner's offer each party gets an event; both parties are accounts of this demo. */
function offers({ token, nowMs }: ScenarioContext): readonly OfferSample[] {
  const newId = (): string => `offer-${token(idLength)}`;
  const partnersOffer = { offerId: newId(), endsAtMs: nowMs + endsSoonMs, expected: toItsEnd };
  const own = { fixture: 'offerReleased.isv', account: accounts.manufacturer, role: 'ownOffer' } as const;
  return [
    { ...own, name: 'own offer released', offerId: newId(), endsAtMs: nowMs + endsInMs, expected: watched },
    { ...own, name: 'own offer, to its end', offerId: newId(), endsAtMs: nowMs + endsSoonMs, expected: toItsEnd },
    {
      ...partnersOffer,
      name: 'a partner’s offer on an own product, to its end',
      fixture: 'offerReleased.isvProductUsedByPartner',
      account: accounts.manufacturer,
      role: 'partnerOfferOnOwnProduct',
    },
    {
      ...partnersOffer,
      name: 'own offer as channel partner, to its end',
      fixture: 'offerReleased.channelPartner',
      account: accounts.channelPartner,
      role: 'ownOfferAsPartner',
    },
  ];
}

function released(
  { name, fixture, account, role, offerId, endsAtMs, expected }: OfferSample,
  context: ScenarioContext,
): Scenario {
  const replacements = new Map([
    ...envelope(context),
    [sample.offerId, offerId],
    [sample.expirationDate, vendorTime(endsAtMs)],
  ] as const);
  return {
    name,
    group: 'Security, offers, quarantine',
    workflowId: offerWorkflowId(account, offerId),
    expected: { ...expected, facts: { role } },
    events: [
      {
        from: 'sample',
        envelope: 'eventbridge',
        bytes: bytesOf(withReplaced(readFixture(fixture), replacements)),
        answer: 'delivered',
      },
    ],
  };
}

function setReleased(context: ScenarioContext): Scenario {
  const offerSetId = `offerset-${context.token(idLength)}`;
  const replacements = new Map([
    ...envelope(context),
    [sample.offerId, `offer-${context.token(idLength)}`],
    [sample.secondOfferId, `offer-${context.token(idLength)}`],
    [sample.offerSetId, offerSetId],
  ] as const);
  return {
    name: 'offer set released',
    group: 'Security, offers, quarantine',
    workflowId: offerWorkflowId(accounts.manufacturer, offerSetId),
    expected: { state: 'noEndDate' },
    events: [
      {
        from: 'sample',
        envelope: 'eventbridge',
        bytes: bytesOf(withReplaced(readFixture('offerSetReleased'), replacements)),
        answer: 'delivered',
      },
    ],
  };
}

/** An offer that is watched, one in each of the roles that an account can have, to its end, and an offer set. */
export function offerScenarios(context: ScenarioContext): readonly Scenario[] {
  return [...offers(context).map((offer) => released(offer, context)), setReleased(context)];
}
