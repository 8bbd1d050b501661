import type { Message } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import type { Receipt, Unavailable } from '../delivery/delivery.ts';
import { largestBodyBytes } from '../delivery/quarantine.ts';
import type { Unwrapped } from '../events/wrappers.ts';
import { eventsOf } from './message.ts';

/** The one way in, which the queues share with HTTP. It never throws for what Temporal answers. */
export type TakeEvent = (event: Unwrapped, marks: MessageMarks) => Promise<Receipt>;

/** What a log line says of a message. */
export interface MessageMarks {
  readonly queue: string;
  readonly messageId?: string;
  /** True where the message is held and tried again. */
  readonly isRepeated?: true;
}

/** Events of one message at once. */
const atOnce = 5;

/**
 * Delivers all that a message holds.
 * @returns undefined once Temporal has every event: only then may the message be deleted. Events that were taken are
 * recognised when the message comes again.
 */
export async function takeMessage(
  message: Message,
  take: TakeEvent,
  marks: MessageMarks,
): Promise<Unavailable | undefined> {
  const receipts = await pMap(eventsOf(message, largestBodyBytes), (event) => take(event, marks), {
    concurrency: atOnce,
  });
  const refused = receipts.filter((receipt) => receipt.outcome === 'unavailable');
  // Temporal that is away says more than one full workflow.
  return refused.find(({ ofEvent }) => ofEvent !== true) ?? refused[0];
}
