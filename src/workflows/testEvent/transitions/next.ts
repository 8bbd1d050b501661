import { isObject } from '../../shared/input.ts';
import { instant } from '../../shared/reminders.ts';
import { stay, type Transition } from '../../shared/transition.ts';
import type { TestEventArrival } from '../contract.ts';
import type { TestEventCase, TestEventMessage } from '../state.ts';

const transports: readonly TestEventArrival['transport'][] = ['http', 'sqs', 'cli'];
/** A queue behind an address of somebody's own may be called anything. */
const queueForm = /^[!-~]{1,300}$/;

/** Reads a signal's payload, which anybody may have typed. Gives a sentence where it is no arrival. */
export function readArrival(value: unknown): TestEventArrival | string {
  const { transport, queue, arrivedAt, isConfigured } = isObject(value) ? value : {};
  const known = transports.find((one) => one === transport);
  const hasQueue = typeof queue === 'string' && queueForm.test(queue);
  const isRight = known !== undefined && (queue === undefined || hasQueue) && typeof isConfigured === 'boolean';
  if (isRight && typeof arrivedAt === 'string' && instant(arrivedAt) !== undefined) {
    return { transport: known, ...(hasQueue && { queue }), arrivedAt, isConfigured };
  }
  return 'Ignored an arrival: it needs "transport" (http, sqs or cli), "arrivedAt" (an ISO 8601 time) and "isConfigured".';
}

/** The state after a message: pure and total. The first arrival counts, and nothing is ever sent. */
export function next(before: TestEventCase, message: TestEventMessage): Transition<TestEventCase> {
  switch (message.type) {
    case 'arrived':
      return stay(before.arrival === undefined ? { ...before, arrival: message.arrival } : before);
    case 'cancelled':
      return stay(before);
  }
}
