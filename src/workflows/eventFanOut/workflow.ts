import { carriedOr } from '../shared/carried.ts';
import { readFanOut } from './carried.ts';
import { workflowInfo } from '@temporalio/workflow';
import { ownActivities } from '../shared/activities.ts';
import { retryAtMost15Minutes } from '../shared/activityOptions.ts';
import { onSignal, runCase, type CaseRun, type Carried } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { isBetween, requireTexts } from '../shared/input.ts';
import { instant } from '../shared/reminders.ts';
import {
  eventFanOutContract,
  fanOutArrivedSignal,
  type EventFanOutInput,
  type FanOutActivities,
  type FanOutBytes,
  type FanOutStatus,
} from './contract.ts';
import { fanOutDetails, fanOutStatus } from './details.ts';
import { newFanOut, stateName, type FanOutCase, type FanOutMessage } from './state.ts';
import { fanOutSubject } from './subject.ts';
import { next } from './transitions/next.ts';
import { sleepUntil } from '../shared/timers.ts';

const exampleInput = { version: 1, account: 'merchant', parts: 100, envelope: 'eventbridge', bytesBase64: '…' };
const mostParts = 10_000;

/** No deadline: the event was acknowledged. The missing heartbeat ends an attempt whose worker died. */
const { fanOut } = ownActivities<FanOutActivities>({
  startToCloseTimeout: 5 * minuteMs,
  heartbeatTimeout: minuteMs / 3,
  retry: retryAtMost15Minutes,
});

/** The event was acknowledged: whatever makes the activity give up, such as a bug, it is repeated. */
async function deliverAll(bytes: FanOutBytes, { current, apply }: CaseRun<FanOutCase, FanOutMessage>): Promise<void> {
  for (;;) {
    await sleepUntil(current().repeatAtMs ?? 0, 'time until it is repeated');
    try {
      return apply({ type: 'fannedOut', result: await fanOut(bytes) });
    } catch (error) {
      apply({ type: 'failed', sentence: readFailure(error).sentence });
    }
  }
}

/**
 * Delivers an event of many parts: the ingress gives it over in one call, and acknowledges it. The parts are read from its
 * bytes, with the parser and the routing of the ingress.
 * @returns how it ended.
 */
export async function eventFanOut(input: EventFanOutInput & Carried): Promise<FanOutStatus> {
  requireTexts(input, ['account', 'envelope', 'bytesBase64'], exampleInput);
  const { account, envelope, bytesBase64 } = input;
  const parts = isBetween(input.parts, 1, mostParts) ? input.parts : 1;
  return runCase({
    contract: eventFanOutContract,
    input,
    state: carriedOr(input, readFanOut, () => newFanOut({ workflowId: workflowInfo().workflowId, account, parts })),
    policy: undefined,
    next,
    status: fanOutStatus,
    statusDescription: 'How far the delivery is',
    details: fanOutDetails,
    attributes: (state) => ({
      state: stateName(state),
      account,
      attention: state.phase.name !== 'ended' && state.problem !== undefined,
      subject: fanOutSubject(state.parts, state.problem === undefined ? stateName(state) : 'not delivered yet'),
    }),
    signals: [
      onSignal(fanOutArrivedSignal, 'The event arrived; sent by the ingress', (arrival) =>
        instant(arrival?.receivedAt) === undefined ? undefined : { type: 'arrived', arrival },
      ),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: (_, run) => deliverAll({ envelope, bytesBase64 }, run),
  });
}
