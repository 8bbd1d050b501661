import { posted, vendorTime } from './scenario.ts';
import type { Scenario, ScenarioContext, ScenarioEvent, SimulatorControls } from './scenario.ts';

/** What the vendor's samples of offers hold. */
export const sample = {
  eventId: '01234567-0123-0123-0123-0123456789ab',
  requestId: '3d4c9f9b-b809-4f5e-9fac-a9ae98b05cbb',
  offerId: 'offer-1234567890123',
  secondOfferId: 'offer-1234567890124',
  offerSetId: 'offerset-1234567890123',
  time: '2023-08-26T00:00:00Z',
  expirationDate: '2025-08-26T00:00:00Z',
};
export const idLength = 13;
export const endsLateMs = 60 * 86_400_000;
/** For an offer that ends during the start: late enough for all scenarios to have begun, so that its reminders lie ahead. */
export const endsSoonMs = 30_000;

/** An offer that is released, by one of the vendor's samples with other texts in it, and what happens afterwards. */
export function released(
  { uuid, nowMs }: ScenarioContext,
  fixture: string,
  story: Pick<Scenario, 'name' | 'expected' | 'afterReset' | 'workflowId' | 'prepare'>,
  replacements: ReadonlyArray<readonly [string, string]>,
  afterwards: readonly ScenarioEvent[] = [],
): Scenario {
  const envelope = [
    [sample.eventId, uuid()],
    [sample.requestId, uuid()],
    [sample.time, vendorTime(nowMs)],
  ] as const;
  return {
    ...story,
    group: 'Security, offers, quarantine',
    events: [posted(fixture, [...envelope, ...replacements]), ...afterwards],
  };
}

/** The offer as the simulated vendor shows it to the seller of record, who made it. */
export function shown(account: string, entityId: string, AvailabilityEndDate: string) {
  return ({ catalog }: SimulatorControls): void => {
    const summary = { State: 'Released', AvailabilityEndDate };
    catalog.putEntity({ account, entityId, entityType: 'Offer@1.0', name: 'Offer Name', summary });
  };
}
