import { digestOf } from '../events/json.ts';
import type { Envelope } from '../events/parse.ts';
import {
  eventFanOutType,
  eventFanOutWorkflowId,
  fanOutArrivedSignal,
  type EventFanOutInput,
  type FanOutArrival,
  type FanOutStateName,
} from '../workflows/eventFanOut/contract.ts';
import { fanOutSubject } from '../workflows/eventFanOut/subject.ts';
import { plain, readableTime } from '../workflows/shared/markdown.ts';
import type { Delivery } from './delivery.ts';
import { fitSummary } from './routing/text.ts';

/** Parts that a request delivers itself: each is a call, and all have to be done before the sender's time-out. */
const mostPartsDirectly = 5;

/**
 * Whether an event goes to a workflow that delivers its parts. The event of an agreement does not, however many accounts there
 * are: it only matters to watches that are open, and mostly none is.
 */
export function needsFanOut(deliveries: readonly [Delivery, ...Delivery[]]): boolean {
  return deliveries.length > mostPartsDirectly && deliveries[0].kind !== 'agreement.created';
}

/**
 * The whole event to one workflow, which delivers its parts. Its id is made of the identities of all parts: the same event again
 * is a repeat, and an event that shares a key with another but names other items is none.
 * @param receivedAt ISO 8601.
 */
export function fanOutDelivery(
  envelope: Envelope,
  bytes: Uint8Array,
  deliveries: readonly [Delivery, ...Delivery[]],
  receivedAt: string,
): Delivery {
  const [first] = deliveries;
  const { account } = first.attributes;
  const parts = deliveries.length;
  const input: EventFanOutInput = {
    version: 1,
    account,
    parts,
    envelope,
    bytesBase64: Buffer.from(bytes).toString('base64'),
  };
  const message: FanOutArrival = { receivedAt };
  return {
    kind: 'fanOut',
    eventId: first.eventId,
    workflowType: eventFanOutType,
    workflowId: eventFanOutWorkflowId(digestOf(deliveries.map(({ eventId }) => eventId))),
    input,
    signal: { name: fanOutArrivedSignal.name, message },
    attributes: {
      state: 'delivering' satisfies FanOutStateName,
      account,
      attention: false,
      subject: fanOutSubject(parts, 'delivering'),
    },
    staticSummary: fitSummary(`Event for ${parts} workflows of ${plain(account)}`),
    staticDetails: `- **Parts:** ${parts}\n- **Received:** ${readableTime(receivedAt)}, by ${envelope}`,
    afterCompletion: 'reject',
  };
}
