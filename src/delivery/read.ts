import { parse, type Envelope } from '../events/parse.ts';
import type { StewardEvent, TestEvent } from '../events/types.ts';
import { messageBytes } from './delivery.ts';
import type { Delivery, Receipt, RouteContext, Routed } from './delivery.ts';
import { reasonOf } from './quarantine.ts';
import { route } from './routing/route.ts';

/**
 * What the messages of one event may have together, in bytes of JSON. They are stored in histories and carried from run to
 * run, of which each payload may have 2 MB; and one event may go to a hundred workflows.
 */
export const largestMessagesBytes = 256 * 1024;

type Ignored = Extract<Receipt, { outcome: 'ignored' }>;

/** What bytes mean, before anything is done about it. */
export type Reading =
  | { readonly outcome: 'deliver'; readonly deliveries: readonly [Delivery, ...Delivery[]] }
  /** It is not routed: whatever it looks like, it has a workflow of its own. */
  | { readonly outcome: 'test'; readonly test: TestEvent }
  | Ignored
  /** `keeps`: its first bodies are kept. */
  | (Omit<Ignored, 'outcome'> & { readonly outcome: 'unknownKind'; readonly keeps: boolean })
  | (Omit<Extract<Routed, { to: 'hold' }>, 'to'> & {
      readonly outcome: 'hold';
      readonly kind: StewardEvent['kind'];
      readonly eventId: string;
    })
  | { readonly outcome: 'quarantine'; readonly reason: string };

/** The names of a set's offers, in bytes: what routing has to clean of addresses, text by text. */
function namesBytes(event: StewardEvent): number {
  if (event.kind !== 'offerSet.released') return 0;
  return event.offers.reduce((sum, { name = '' }) => sum + Buffer.byteLength(name), 0);
}

/**
 * Parses and routes. Pure. An event of which one part has to wait is held as a whole; one whose messages are too large goes
 * to the quarantine as a whole.
 */
export function read(envelope: Envelope, bytes: Uint8Array, context: RouteContext): Reading {
  const parsed = parse(envelope, bytes);
  if (parsed.outcome === 'ignored' || parsed.outcome === 'unknownKind' || parsed.outcome === 'test') return parsed;
  if (parsed.outcome === 'unreadable') return { outcome: 'quarantine', reason: reasonOf(parsed.problems) };
  const deliveries: Delivery[] = [];
  for (const event of parsed.events) {
    const names = namesBytes(event);
    if (names > largestMessagesBytes) {
      return {
        outcome: 'quarantine',
        reason: `the names of its offers have ${names} bytes; expected at most ${largestMessagesBytes}`,
      };
    }
    const routed = route(event, context);
    if (routed.to === 'hold') {
      const { hold, elsewhere } = routed;
      return { outcome: 'hold', hold, elsewhere, kind: event.kind, eventId: event.eventId };
    }
    deliveries.push(...routed.deliveries);
  }
  const [first, ...others] = deliveries;
  if (first === undefined) throw new RangeError('The parser gave an event list without events');
  const bytesInAll = deliveries.reduce((sum, delivery) => sum + messageBytes(delivery), 0);
  if (bytesInAll > largestMessagesBytes) {
    const expected = `at most ${largestMessagesBytes} bytes`;
    return {
      outcome: 'quarantine',
      reason: `the event would be stored as ${bytesInAll} bytes in messages to ${deliveries.length} workflows; expected ${expected}`,
    };
  }
  return { outcome: 'deliver', deliveries: [first, ...others] };
}
