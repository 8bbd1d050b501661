import type { Client } from '@temporalio/client';
import pMap, { pMapStop } from 'p-map';
import { defined } from '../defined.ts';
import { parse, type Envelope } from '../events/parse.ts';
import { deliver, deliverWithinMs } from './deliver.ts';
import type { Delivered, Delivery, DeliveryReceipt, Receipt, RouteContext } from './delivery.ts';
import { quarantineDelivery, reasonOf } from './quarantine.ts';
import { route } from './routing/route.ts';

/** What bytes mean, before anything is done about it. */
export type Reading =
  | { readonly outcome: 'deliver'; readonly deliveries: readonly [Delivery, ...Delivery[]] }
  | Extract<Receipt, { outcome: 'ignored' }>
  | { readonly outcome: 'quarantine'; readonly reason: string; readonly kind?: string; readonly eventId?: string };

/** Deliveries of one event at once: an event can name any number of items. */
const atOnce = 50;

/** Parses and routes. Pure. An event of which one part cannot be routed goes to the quarantine as a whole. */
export function read(envelope: Envelope, bytes: Uint8Array, context: RouteContext): Reading {
  const parsed = parse(envelope, bytes);
  if (parsed.outcome === 'ignored' || parsed.outcome === 'unknownKind') {
    const { kind, reason, eventId } = parsed;
    return { outcome: 'ignored', kind, reason, ...defined({ eventId }) };
  }
  if (parsed.outcome === 'unreadable') return { outcome: 'quarantine', reason: reasonOf(parsed.problems) };
  const deliveries: Delivery[] = [];
  for (const event of parsed.events) {
    const routed = route(event, context);
    if (routed.to === 'quarantine') {
      return { outcome: 'quarantine', reason: routed.reason, kind: event.kind, eventId: event.eventId };
    }
    deliveries.push(...routed.deliveries);
  }
  const [first, ...others] = deliveries;
  if (first === undefined) throw new RangeError('The parser gave an event list without events');
  return { outcome: 'deliver', deliveries: [first, ...others] };
}

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
    if (part.outcome === 'unavailable') return { outcome: 'unavailable', reason: part.reason };
    done.push(part);
  }
  const taken = done.filter(({ outcome }) => outcome !== 'notOpen');
  const [first, ...others] = taken.length > 0 ? taken : done;
  if (first === undefined) throw new RangeError('There was nothing to deliver');
  const outcomes = taken.map(({ outcome }) => outcome);
  const outcome = (['delivered', 'duplicate'] as const).find((each) => outcomes.includes(each)) ?? 'notOpen';
  return { outcome, deliveries: [first, ...others] };
}

/** An event that only matters to open workflows, of which there is none. */
export function ignoredBy([{ kind, eventId, workflowId }]: readonly [Delivered, ...Delivered[]]): Extract<
  Receipt,
  { outcome: 'ignored' }
> {
  return { outcome: 'ignored', kind, eventId, reason: `${workflowId} is not open, so nothing follows from it` };
}

/**
 * The one way in: bytes from an authenticated sender to the workflows that own their subjects. The quarantine keeps whole
 * what cannot be read or routed. Nothing but `unavailable` leaves the event with its sender.
 */
export async function receive(
  client: Client,
  context: RouteContext,
  envelope: Envelope,
  bytes: Uint8Array,
): Promise<Receipt> {
  const reading = read(envelope, bytes, context);
  switch (reading.outcome) {
    case 'ignored':
      return reading;
    case 'deliver': {
      const receipt = await deliverAll(client, reading.deliveries);
      return receipt.outcome === 'notOpen' ? ignoredBy(receipt.deliveries) : receipt;
    }
    case 'quarantine': {
      const { reason, kind, eventId } = reading;
      const delivery = quarantineDelivery(envelope, bytes, reason, new Date().toISOString(), context);
      const kept = await deliver(client, delivery);
      if (kept.outcome === 'unavailable') return { outcome: 'unavailable', reason: kept.reason };
      return { outcome: 'quarantined', reason, workflowId: kept.workflowId, ...defined({ kind, eventId }) };
    }
  }
}
