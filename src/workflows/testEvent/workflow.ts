import { carriedOr } from '../shared/carried.ts';
import { onSignal, runCase, type Carried } from '../shared/case.ts';
import { requireTexts } from '../shared/input.ts';
import { readTestEvent } from './carried.ts';
import { testEventArrivedSignal, testEventContract, type TestEventInput, type TestEventStatus } from './contract.ts';
import { testEventDetails, testEventStatus } from './details.ts';
import { newTestEvent } from './state.ts';
import { testEventSubject } from './subject.ts';
import { next, readArrival } from './transitions/next.ts';

const exampleInput = {
  version: 1,
  testId: '0b8f7c1e-5d5a-4d0e-9a55-6c1f2f6f8f10',
  account: '111122223333',
  sentAt: '2026-12-01T09:00:00Z',
};

/**
 * Records where a test event arrived, and ends at once. It makes no call, sends no notice and waits for nothing: somebody
 * who forges test events gets workflows like this one, and no more of them than the ingress lets through.
 * @returns by which way the event came.
 */
export async function testEvent(input: TestEventInput & Carried): Promise<TestEventStatus> {
  requireTexts(input, ['testId', 'account', 'sentAt'], exampleInput);
  return runCase({
    contract: testEventContract,
    input,
    state: carriedOr(input, readTestEvent, () => newTestEvent(input)),
    policy: undefined,
    next,
    status: testEventStatus,
    statusDescription: 'Where the test event arrived',
    details: testEventDetails,
    attributes: ({ phase, account }) => ({
      state: phase.end,
      account,
      attention: false,
      subject: testEventSubject(account, phase.end),
    }),
    signals: [
      onSignal(testEventArrivedSignal, 'The event arrived; sent by the ingress', (payload: unknown) => {
        const arrival = readArrival(payload);
        return typeof arrival === 'string' ? arrival : { type: 'arrived', arrival };
      }),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: () => Promise.resolve(),
  });
}
