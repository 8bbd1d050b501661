import type { Client } from '@temporalio/client';
import pMap, { pMapStop } from 'p-map';
import { defined } from '../defined.ts';
import type { Envelope } from '../events/parse.ts';
import { deliver, deliverWithinMs } from './deliver.ts';
import type { Arrival, Delivered, Delivery, DeliveryReceipt, Receipt, RouteContext, Unavailable } from './delivery.ts';
import { fanOutDelivery, needsFanOut } from './fanOut.ts';
import { createHoldLimit, type HoldLimit } from './holdLimit.ts';
import { createKindTally, type KindTally } from './kindTally.ts';
import { quarantineDelivery } from './quarantine.ts';
import { read } from './read.ts';
import { createRefusalTally, type RefusalTally } from './refusalTally.ts';
import { holdEvent } from './receiveHeld.ts';
import { takeTest } from './receiveTest.ts';
import { takeUnknownKind } from './receiveUnknownKind.ts';
import { createTestLimit, type TestLimit } from './testLimit.ts';

/** Deliveries of one event at once: an event can name any number of items. */
const atOnce = 50;

/**
 * Delivers every part of an event, all within the time that one request has.
 * @returns `unavailable` unless Temporal has every one: the sender repeats the event, and parts that were taken are
 * recognised as repeats.
 */
export async function deliverAll(
  client: Client,
  deliveries: readonly [Delivery, ...Delivery[]],
): Promise<DeliveryReceipt> {
  const untilMs = Date.now() + deliverWithinMs;
  let isAway = false;
  const deliverPart = async (delivery: Delivery) => {
    if (isAway) return pMapStop;
    const { kind, eventId } = delivery;
    const outcome = await deliver(client, delivery, Math.max(0, untilMs - Date.now()));
    isAway ||= outcome.outcome === 'unavailable';
    return { kind, eventId, ...outcome };
  };
  const done: Delivered[] = [];
  for (const part of await pMap(deliveries, deliverPart, { concurrency: atOnce })) {
    if (part.outcome === 'unavailable') return unavailable(part);
    done.push(part);
  }
  const taken = done.filter(({ outcome }) => outcome !== 'notOpen');
  const [first, ...others] = taken.length > 0 ? taken : done;
  if (first === undefined) throw new RangeError('There was nothing to deliver');
  const outcomes = taken.map(({ outcome }) => outcome);
  const outcome = (['delivered', 'duplicate'] as const).find((each) => outcomes.includes(each)) ?? 'notOpen';
  return { outcome, deliveries: [first, ...others] };
}

/** Delivers an event to its workflows, or the whole of it to one that delivers its many parts. */
export function deliverEvent(
  client: Client,
  envelope: Envelope,
  bytes: Uint8Array,
  deliveries: readonly [Delivery, ...Delivery[]],
): Promise<DeliveryReceipt> {
  if (!needsFanOut(deliveries)) return deliverAll(client, deliveries);
  return deliverAll(client, [fanOutDelivery(envelope, bytes, deliveries, new Date().toISOString())]);
}

/** An event that only matters to open workflows, of which there is none. */
export function ignoredBy([{ kind, eventId, workflowId }]: readonly [Delivered, ...Delivered[]]): Extract<
  Receipt,
  { outcome: 'ignored' }
> {
  return { outcome: 'ignored', kind, eventId, reason: `${workflowId} is not open, so nothing follows from it` };
}

/** What a process remembers between two events, to save calls: everything that must not be lost is with Temporal. */
export interface ReceiverMemory {
  readonly tally: KindTally;
  readonly limit: HoldLimit;
  readonly refusals: RefusalTally;
  readonly tests: TestLimit;
}

/** A memory that begins with nothing. */
export function createReceiverMemory(client: Client): ReceiverMemory {
  return {
    tally: createKindTally(),
    limit: createHoldLimit(client),
    refusals: createRefusalTally(),
    tests: createTestLimit(),
  };
}

/**
 * The one way in: bytes from an authenticated sender to the workflows that own their subjects. The quarantine keeps whole
 * what cannot be read; what can be read and has to wait for a configuration is held. Nothing but `unavailable` leaves the
 * event with its sender.
 */
export async function receive(
  client: Client,
  context: RouteContext,
  envelope: Envelope,
  bytes: Uint8Array,
  memory: ReceiverMemory = createReceiverMemory(client),
  arrival: Arrival = { transport: 'cli' },
): Promise<Receipt> {
  const reading = read(envelope, bytes, context);
  switch (reading.outcome) {
    case 'ignored':
      return reading;
    case 'test':
      return takeTest(client, context, reading.test, memory.tests, arrival);
    case 'unknownKind':
      return takeUnknownKind({ client, context, envelope, bytes, ...memory }, reading);
    case 'deliver': {
      const receipt = await deliverEvent(client, envelope, bytes, reading.deliveries);
      return receipt.outcome === 'notOpen' ? ignoredBy(receipt.deliveries) : receipt;
    }
    case 'hold': {
      const [first, ...others] = reading.elsewhere;
      const receipt = first && (await deliverAll(client, [first, ...others]));
      if (receipt?.outcome === 'unavailable') return receipt;
      return holdEvent({ client, context, envelope, bytes, ...memory }, reading);
    }
    case 'quarantine':
      return keepUnreadable(client, context, envelope, bytes, reading.reason);
  }
}

/** Keeps bytes that nobody can read in the quarantine, whole, with the reason. */
export async function keepUnreadable(
  client: Client,
  context: RouteContext,
  envelope: Envelope,
  bytes: Uint8Array,
  reason: string,
): Promise<Receipt> {
  const delivery = quarantineDelivery(envelope, bytes, reason, new Date().toISOString(), context);
  const kept = await deliver(client, delivery);
  const { eventId } = delivery;
  if (kept.outcome === 'unavailable') return unavailable({ ...kept, eventId });
  return { outcome: 'quarantined', reason, workflowId: kept.workflowId, eventId };
}

/** The same of a whole event: which workflow had no room says the reason. */
function unavailable({ outcome, reason, ofEvent, eventId }: Unavailable): Unavailable {
  return { outcome, reason, ...defined({ ofEvent, eventId }) };
}
