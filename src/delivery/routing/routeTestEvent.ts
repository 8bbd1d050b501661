import { defined } from '../../defined.ts';
import type { TestEvent } from '../../events/types.ts';
import {
  testEventArrivedSignal,
  testEventType,
  testEventWorkflowId,
  type TestEventArrival,
  type TestEventInput,
  type TestEventStateName,
} from '../../workflows/testEvent/contract.ts';
import { testEventSubject } from '../../workflows/testEvent/subject.ts';
import { wayOf } from '../../workflows/testEvent/details.ts';
import { plain, readableTime } from '../../workflows/shared/markdown.ts';
import { unaskedPriority } from '../../workflows/shared/priorities.ts';
import type { Delivery } from '../delivery.ts';
import { fitSummary } from './text.ts';

/** To the workflow of this test event, and to no other. */
export function testEventDelivery(test: TestEvent, arrival: TestEventArrival): Delivery {
  const { testId, account, region, sentAt } = test;
  const input: TestEventInput = { version: 1, testId, account, sentAt, ...defined({ region }) };
  return {
    kind: 'testEvent',
    eventId: testId,
    workflowType: testEventType,
    workflowId: testEventWorkflowId(testId),
    input,
    signal: { name: testEventArrivedSignal.name, message: arrival },
    attributes: {
      state: 'arrived' satisfies TestEventStateName,
      account,
      attention: false,
      subject: testEventSubject(account, 'arrived'),
    },
    staticSummary: fitSummary(`Test event of account ${account}, by ${plain(wayOf(arrival))}`),
    staticDetails: [
      `- **Sent:** ${readableTime(sentAt)}`,
      `- **Arrived:** ${readableTime(arrival.arrivedAt)}, by ${plain(wayOf(arrival))}`,
    ].join('\n'),
    afterCompletion: 'reject',
    priority: unaskedPriority,
  };
}
