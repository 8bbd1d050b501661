import type { Message } from '@aws-sdk/client-sqs';
import type { Delivery, RouteContext } from '../../../src/delivery/delivery.ts';
import { fanOutDelivery, needsFanOut } from '../../../src/delivery/fanOut.ts';
import { headingDelivery, heldDelivery, sha256Of } from '../../../src/delivery/held.ts';
import { largestBodyBytes, quarantineDelivery } from '../../../src/delivery/quarantine.ts';
import { read, type Reading } from '../../../src/delivery/read.ts';
import { unknownKindHold } from '../../../src/delivery/receiveUnknownKind.ts';
import { testEventDelivery } from '../../../src/delivery/routing/routeTestEvent.ts';
import type { Envelope } from '../../../src/events/parse.ts';
import { eventsOf } from '../../../src/queues/message.ts';
import type { FuzzInput } from '../inputs/make.ts';

/** What the steward makes of one event of an input: everything but the calls. */
export interface Handled {
  readonly reading: Reading;
  /** Every message that would be sent, those of other cases included. */
  readonly deliveries: readonly Delivery[];
}

/** Of a moment that does not matter. */
const receivedAt = '2026-01-01T00:00:00.000Z';

function deliveriesOf(reading: Reading, envelope: Envelope, bytes: Uint8Array, context: RouteContext): Delivery[] {
  const seen = { count: 1, receivedAt, sha256: sha256Of(bytes) };
  switch (reading.outcome) {
    case 'deliver': {
      const { deliveries } = reading;
      const others = deliveries.flatMap(({ unlessOwner }) =>
        unlessOwner === undefined ? [] : [unlessOwner.otherwise],
      );
      const whole = needsFanOut(deliveries) ? [fanOutDelivery(envelope, bytes, deliveries, receivedAt)] : [];
      return [...whole, ...deliveries, ...others];
    }
    case 'quarantine':
      return [quarantineDelivery(envelope, bytes, reading.reason, receivedAt, context)];
    case 'hold':
      return [
        heldDelivery(envelope, bytes, reading.hold, receivedAt, context),
        headingDelivery(reading.hold, seen, context),
      ];
    case 'unknownKind': {
      const hold = unknownKindHold(reading, undefined);
      const kept = reading.keeps ? [heldDelivery(envelope, bytes, hold, receivedAt, context)] : [];
      return [...kept, headingDelivery(hold, seen, context)];
    }
    case 'test':
      return [testEventDelivery(reading.test, { transport: 'http', arrivedAt: receivedAt, isConfigured: true })];
    case 'ignored':
      return [];
  }
}

function messageOf({ way, bytes }: FuzzInput): Message {
  const Body = Buffer.from(bytes).toString('utf8');
  return way === 'sqsPointer' ? { Body, MessageAttributes: { ExtendedPayloadSize: { DataType: 'Number' } } } : { Body };
}

/** Unwraps, parses and routes an input, and makes what would be delivered. Pure. */
export function handle(input: FuzzInput, context: RouteContext): readonly Handled[] {
  const { way, bytes } = input;
  if (way === 'eventbridge' || way === 'webhook') {
    const reading = read(way, bytes, context);
    return [{ reading, deliveries: deliveriesOf(reading, way, bytes, context) }];
  }
  return eventsOf(messageOf(input), largestBodyBytes).map((event) => {
    const reading: Reading =
      event.kind === 'event'
        ? read('eventbridge', event.bytes, context)
        : { outcome: 'quarantine', reason: event.reason };
    return { reading, deliveries: deliveriesOf(reading, 'eventbridge', event.bytes, context) };
  });
}
