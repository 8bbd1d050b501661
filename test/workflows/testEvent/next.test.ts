import fc from 'fast-check';
import { readTestEvent } from '../../../src/workflows/testEvent/carried.ts';
import { testEventDetails, testEventStatus } from '../../../src/workflows/testEvent/details.ts';
import { newTestEvent } from '../../../src/workflows/testEvent/state.ts';
import { next, readArrival } from '../../../src/workflows/testEvent/transitions/next.ts';

const sentAt = '2026-12-01T09:00:00.000Z';
const fresh = newTestEvent({ version: 1, testId: 'one', account: '111122223333', region: 'us-east-1', sentAt });
const arrival = {
  transport: 'sqs',
  queue: '111122223333/marketplace-steward',
  arrivedAt: '2026-12-01T09:01:00.000Z',
  isConfigured: true,
} as const;
const arrived = (values: object = {}) => next(fresh, { type: 'arrived', arrival: { ...arrival, ...values } }).state;

test('it says where the event arrived, and nothing is sent', () => {
  const { state, notices } = next(fresh, { type: 'arrived', arrival });
  expect(notices).toEqual([]);
  expect(testEventStatus(readTestEvent(state))).toEqual({
    state: 'arrived',
    testId: 'one',
    account: '111122223333',
    region: 'us-east-1',
    sentAt,
    arrival,
    notes: [],
    nextStep: 'Nothing to do. A test event changes nothing.',
  });
  const details = testEventDetails(state);
  expect(details).toContain('sent:** 2026-12-01 09:00 UTC');
  expect(details).toContain('arrived:** 2026-12-01 09:01 UTC, by sqs, queue 111122223333/marketplace-steward');
});

test('the first arrival counts, and a cancellation finds nothing to do', () => {
  const before = arrived();
  const again = next(before, { type: 'arrived', arrival: { ...arrival, transport: 'http' } });
  expect(again).toEqual({ state: before, notices: [] });
  expect(next(before, { type: 'cancelled' })).toEqual({ state: before, notices: [] });
});

test('an account that is not configured is the next step; an event over HTTP has no queue', () => {
  expect(testEventStatus(arrived({ isConfigured: false })).nextStep).toContain('Add accounts.111122223333');
  const { queue: _queue, ...overHttp } = { ...arrival, transport: 'http' as const };
  expect(testEventDetails(next(fresh, { type: 'arrived', arrival: overHttp }).state)).toMatch(/by http$/m);
  expect(testEventDetails(fresh)).toContain('no event has arrived');
});

test('an arrival is read as the ingress sends it, and nothing else is one', () => {
  expect(readArrival({ ...arrival, more: 'of a newer version' })).toEqual(arrival);
  const wrong = [
    { ...arrival, transport: 'pigeon' },
    { ...arrival, arrivedAt: 'today' },
    { ...arrival, queue: 'two words' },
    { ...arrival, isConfigured: 'yes' },
    { transport: 'sqs' },
    [arrival],
    null,
  ];
  for (const value of wrong) expect(readArrival(value)).toContain('Ignored an arrival');
  fc.assert(fc.property(fc.jsonValue(), (value) => typeof readArrival(value) === 'string'));
});
