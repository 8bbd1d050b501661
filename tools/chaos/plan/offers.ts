import { readFixture, withReplaced } from '@marketplace-steward/testing/fixtures';
import { autoAccount } from './changeSets.ts';
import type { Draws } from './draws.ts';
import { sent, start, type Story, type StoryContext, type StoryEvent } from './story.ts';

const idLength = 13;
const sample = {
  account: '123456789012',
  partner: '987654321098',
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  offerId: 'offer-1234567890123',
  secondOfferId: 'offer-1234567890124',
  offerSetId: 'offerset-1234567890123',
  time: '2023-08-26T00:00:00Z',
  expirationDate: '2025-08-26T00:00:00Z',
  buyers: ['999988887777', '111122223333'],
};
const agreementSample = {
  ids: { proposer: '5c1c1f0a-7d42-4b0e-9a65-0e3f6f6a2b11', manufacturer: '9e0f3b52-1c88-4b7a-8f0d-6d2f4c9a7e20' },
  requestId: 'b4a0e5f6-52d1-4c39-8f8e-2f7f0a1d9c33',
  agreementId: 'agmt-7hq2m9xk4tz0c5vb8n1r3w6yd',
  time: '2026-03-03T09:15:40Z',
};
const farAheadSeconds = 60 * 86_400;

function eventFrom(
  fixture: string,
  workflowId: string,
  identity: string,
  replaced: ReadonlyArray<[string, string]>,
): StoryEvent {
  const body = JSON.stringify(withReplaced(readFixture(fixture), new Map(replaced)));
  return { vendor: 'aws', body, workflowId, identity };
}

/** An offer of an account, and its id at its workflow. */
function newOffer(context: StoryContext, kind = 'offer') {
  const account = autoAccount(context);
  const id = `${kind}-${context.draws.token(idLength)}`;
  return { account, id, workflowId: `offer:${account}:${id}` };
}

type Offer = ReturnType<typeof newOffer>;

function released({ uuid }: Draws, { account, id, workflowId }: Offer, endsAt: string, time = sent(0)): StoryEvent {
  const identity = uuid();
  return eventFrom('offerReleased.isv', workflowId, identity, [
    [sample.account, account],
    [sample.eventId, identity],
    [sample.requestId, uuid()],
    [sample.offerId, id],
    [sample.time, time],
    [sample.expirationDate, endsAt],
  ]);
}

/** The offer as AWS shows it to its seller. */
function shown({ account, id }: Offer, AvailabilityEndDate: string): Required<StoryEvent>['puts'][number] {
  const summary = { State: 'Released', AvailabilityEndDate };
  return {
    vendor: 'aws',
    name: 'entities',
    body: { account, entityId: id, entityType: 'Offer@1.0', name: 'Offer Name', summary },
  };
}

/** An offer that ends long after the run. */
export function offerWatched(context: StoryContext): Story {
  const offer = newOffer(context);
  const endsAt = start(farAheadSeconds);
  const event = { ...released(context.draws, offer, endsAt), puts: [shown(offer, endsAt)] };
  return { events: [event], ends: { [offer.workflowId]: { states: ['watching'] } } };
}

/** Its end, and before that its reminders, come within seconds. When the watch closes is a matter of time. */
export function offerEnding(context: StoryContext): Story {
  const offer = newOffer(context);
  const endsAt = sent(12 + context.draws.below(20));
  const event = { ...released(context.draws, offer, endsAt), puts: [shown(offer, endsAt)] };
  return { events: [event], ends: { [offer.workflowId]: { states: ['watching', 'expired'] } } };
}

/** Every buyer accepts, by either of the two events that there are; the release comes long before. */
export function offerAccepted(context: StoryContext): Story {
  const { draws } = context;
  const offer = newOffer(context);
  const endsAt = start(farAheadSeconds);
  const agreed = sample.buyers.map((buyer, index): StoryEvent => {
    const form = draws.one(['proposer', 'manufacturer']);
    const identity = draws.uuid();
    const event = eventFrom(`agreementCreated.${form}`, offer.workflowId, identity, [
      [agreementSample.ids[form], identity],
      [agreementSample.requestId, draws.uuid()],
      [agreementSample.agreementId, `agmt-${draws.token(25)}`],
      [agreementSample.time, sent(0)],
      ...(form === 'manufacturer' ? ([[sample.account, offer.account]] satisfies Array<[string, string]>) : []),
      [sample.partner, offer.account],
      ...(buyer === sample.buyers[0] ? [] : ([[sample.buyers[0] ?? '', buyer]] satisfies Array<[string, string]>)),
      [sample.offerId, offer.id],
    ]);
    // Where its release is late, no watch is open: then the agreement means nothing to anybody.
    return { ...event, after: 0.2 + 0.05 * index, mayBeIgnored: true };
  });
  const release = { ...released(draws, offer, endsAt), puts: [shown(offer, endsAt)] };
  return { events: [release, ...agreed], ends: { [offer.workflowId]: { states: ['accepted', 'watching'] } } };
}

/** A set has no end date: its watch closes a while after. */
export function offerSet(context: StoryContext): Story {
  const { draws } = context;
  const set = newOffer(context, 'offerset');
  const identity = draws.uuid();
  const event = eventFrom('offerSetReleased', set.workflowId, identity, [
    [sample.account, set.account],
    [sample.eventId, identity],
    [sample.requestId, draws.uuid()],
    [sample.offerSetId, set.id],
    [sample.offerId, `offer-${draws.token(idLength)}`],
    [sample.secondOfferId, `offer-${draws.token(idLength)}`],
    [sample.time, sent(0)],
  ]);
  return { events: [event], ends: { [set.workflowId]: { states: ['noEndDate', 'watching'] } } };
}
