import { offerWorkflowId } from '../../../../src/workflows/offerWatch/contract.ts';
import { endsLateMs, endsSoonMs, idLength, released, sample, shown } from './offerParts.ts';
import { accounts, posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent } from './scenario.ts';

/** Of the events of an agreement; the buyers are those of the sample of an offer. */
const agreementSample = {
  eventIds: {
    proposer: '5c1c1f0a-7d42-4b0e-9a65-0e3f6f6a2b11',
    manufacturer: '9e0f3b52-1c88-4b7a-8f0d-6d2f4c9a7e20',
  },
  requestId: 'b4a0e5f6-52d1-4c39-8f8e-2f7f0a1d9c33',
  agreementId: 'agmt-7hq2m9xk4tz0c5vb8n1r3w6yd',
  buyer: '999988887777',
  proposer: '987654321098',
  time: '2026-03-03T09:15:40Z',
};

/** A buyer accepts the manufacturer's own offer, which is its proposer too: by either of the two events that it gets. */
function accepted(
  { uuid, token, nowMs }: ScenarioContext,
  offerId: string,
  form: keyof typeof agreementSample.eventIds,
  buyer: string,
): ScenarioEvent {
  return posted(`agreementCreated.${form}`, [
    [agreementSample.eventIds[form], uuid()],
    [agreementSample.requestId, uuid()],
    [agreementSample.time, vendorTime(nowMs)],
    [agreementSample.agreementId, `agmt-${token(idLength)}`],
    [agreementSample.proposer, accounts.manufacturer],
    [agreementSample.buyer, buyer],
    [sample.offerId, offerId],
  ]);
}

/** What becomes of an own offer after its release: its end moves, it is withdrawn, its buyers accept it. */
export function ownOfferStories(context: ScenarioContext): readonly Scenario[] {
  const { manufacturer } = accounts;
  const soon = vendorTime(context.nowMs + endsSoonMs);
  const late = vendorTime(context.nowMs + endsLateMs);
  const own = (
    name: string,
    expected: Scenario['expected'],
    expirationDate: string,
    afterwards: (offerId: string) => readonly ScenarioEvent[],
  ): Scenario => {
    const offerId = `offer-${context.token(idLength)}`;
    const story = { name, expected, workflowId: offerWorkflowId(manufacturer, offerId) };
    return released(
      context,
      'offerReleased.isv',
      { ...story, prepare: shown(manufacturer, offerId, expirationDate) },
      [
        [sample.offerId, offerId],
        [sample.expirationDate, expirationDate],
      ],
      afterwards(offerId),
    );
  };
  const inTheConsole = (offerId: string, ends: string): readonly ScenarioEvent[] => [
    { from: 'console', once: { state: 'watching' }, works: shown(manufacturer, offerId, ends) },
  ];
  return [
    own(
      'own offer, its end moved in the console',
      { state: 'watching', facts: { expiresAt: new Date(late).toISOString() }, saying: 'The next reminder goes' },
      soon,
      (offerId) => inTheConsole(offerId, late),
    ),
    own(
      'own offer, withdrawn in the console',
      { state: 'withdrawn', closed: true, saying: 'AWS shows an end that is past' },
      soon,
      (offerId) => inTheConsole(offerId, '2023-01-01'),
    ),
    own(
      'own offer, accepted by both buyers',
      { state: 'accepted', saying: 'Every buyer that the offer is targeted at has accepted it' },
      late,
      (offerId) => [
        accepted(context, offerId, 'proposer', '999988887777'),
        accepted(context, offerId, 'manufacturer', '111122223333'),
      ],
    ),
  ];
}
