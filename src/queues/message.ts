import type { Message } from '@aws-sdk/client-sqs';
import { unwrap, type Unwrapped } from '../events/wrappers.ts';

/** What SQS is asked to say of a message beside its body. */
export const messageFields = {
  system: ['ApproximateReceiveCount', 'SentTimestamp'],
  /** By which the extended client libraries mark a body that is in Amazon S3, in all of their versions. */
  pointers: ['ExtendedPayloadSize', 'SQSLargePayloadSize'],
} as const;

/** Of a message that is too large to be kept whole, in bytes: enough to recognise it by. */
const keptBytes = 64 * 1024;

/** How often SQS has handed the message out, this time included. */
export function receiveCountOf({ Attributes }: Message): number {
  const count = Number(Attributes?.ApproximateReceiveCount);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** From the sending of a message to now, in seconds; undefined where SQS does not say. */
export function delaySecondsOf({ Attributes }: Message, nowMs: number): number | undefined {
  const sentMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
  return Number.isFinite(sentMs) ? Math.max(0, (nowMs - sentMs) / 1_000) : undefined;
}

/**
 * The events of a message, and what of it can be none.
 * @param largest the largest body that the quarantine keeps whole, in bytes.
 */
export function eventsOf({ Body = '', MessageAttributes = {} }: Message, largest: number): readonly Unwrapped[] {
  const bytes = Buffer.from(Body, 'utf8');
  if (bytes.length > largest) {
    const reason = `the message has ${bytes.length} bytes, expected at most ${largest}; its first ${keptBytes} are kept`;
    return [{ kind: 'unreadable', bytes: bytes.subarray(0, keptBytes), reason }];
  }
  const opened = unwrap(bytes);
  const isPointer = messageFields.pointers.some((name) => Object.hasOwn(MessageAttributes, name));
  if (!isPointer || opened.some(({ kind }) => kind === 'unreadable')) return opened;
  const reason = 'the body is in Amazon S3, as an attribute of the message says, and the steward reads no bucket';
  return [{ kind: 'unreadable', bytes, reason }];
}
