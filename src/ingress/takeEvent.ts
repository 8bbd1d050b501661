import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { defined } from '../defined.ts';
import type { Receipt, RouteContext } from '../delivery/delivery.ts';
import type { KindTally } from '../delivery/kindTally.ts';
import { sha256Of } from '../delivery/held.ts';
import { createReceiverMemory, keepUnreadable, receive } from '../delivery/receive.ts';
import { inSpan, type Span } from '../spans.ts';
import type { Envelope } from '../events/parse.ts';
import type { IngressMetrics, Transport } from './metrics.ts';

/** An event as a transport has it. */
interface ArrivedEvent {
  readonly transport: Transport;
  /** `{account}/{name}` of the queue that brought it. */
  readonly queue?: string;
  readonly envelope: Envelope;
  readonly bytes: Uint8Array;
  /** Why these bytes can be no event, where the transport knows it: they are kept, and not read. */
  readonly unreadable?: string;
  /** True for one that is held and tried again: that Temporal does not take it was logged before. */
  readonly isRepeated?: true;
}

/**
 * Takes an event, whatever its transport: delivers it, and says so in the log.
 * @param logger has the marks of the transport and of the request.
 * @returns what became of it; nothing but `unavailable` leaves it with its sender.
 */
export type TakeEvent = (event: ArrivedEvent, logger: Logger) => Promise<Receipt>;

/**
 * What a log line says of an event: never a header, never the body. Of an ignored one it says how many of its kind this
 * process has ignored.
 */
function logLines(receipt: Receipt, tally: KindTally): ReadonlyArray<Readonly<Record<string, unknown>>> {
  switch (receipt.outcome) {
    case 'delivered':
    case 'duplicate':
      return receipt.deliveries.map(({ outcome, kind, eventId, workflowId }) => ({
        outcome,
        kind,
        eventId,
        workflowId,
      }));
    case 'ignored':
      return [{ ...receipt, counter: 'eventsIgnored', count: tally.count(receipt.kind) }];
    case 'held':
    case 'quarantined':
      return [receipt];
    case 'unavailable': {
      const { outcome, reason, eventId } = receipt;
      return [defined({ outcome, reason, eventId })];
    }
  }
}

/** The span of an event, at whose end it says what became of it. */
function traced(transport: Transport, envelope: Envelope, take: () => Promise<Receipt>): Promise<Receipt> {
  const kind = transport === 'http' ? 'server' : 'consumer';
  const attributes: Span['attributes'] = { 'steward.transport': transport, 'steward.envelope': envelope };
  return inSpan({ name: `ingress ${transport} ${envelope}`, kind, attributes }, async () => {
    const receipt = await take();
    attributes['steward.outcome'] = receipt.outcome;
    attributes['steward.event_id'] = 'deliveries' in receipt ? receipt.deliveries[0].eventId : receipt.eventId;
    return receipt;
  });
}

const warned: ReadonlySet<Receipt['outcome']> = new Set(['unavailable', 'quarantined', 'held']);

/** Makes the one way in of a process: its transports share what it remembers between two events. */
export function createTakeEvent(client: Client, context: RouteContext, metrics: IngressMetrics): TakeEvent {
  const memory = createReceiverMemory(client);
  return async ({ transport, queue, envelope, bytes, unreadable, isRepeated }, logger) => {
    const begunMs = performance.now();
    const ended = metrics.began(transport, envelope);
    const taking = (): Promise<Receipt> =>
      unreadable === undefined
        ? receive(client, context, envelope, bytes, memory, { transport, ...defined({ queue }) })
        : keepUnreadable(client, context, envelope, bytes, unreadable);
    const receipt = await traced(transport, envelope, taking).catch((error: unknown) => {
      ended('failed');
      throw error;
    });
    ended(receipt.outcome);
    const milliseconds = Math.ceil(performance.now() - begunMs);
    const isKnown = isRepeated === true && receipt.outcome === 'unavailable';
    const level = isKnown ? 'debug' : warned.has(receipt.outcome) ? 'warn' : 'info';
    for (const line of logLines(receipt, memory.tally)) {
      // What names no event is known by its bytes, as the quarantine knows them.
      const known = 'eventId' in line ? {} : { eventId: sha256Of(bytes) };
      logger[level]({ ...line, ...known, transport, milliseconds }, 'event');
    }
    return receipt;
  };
}
