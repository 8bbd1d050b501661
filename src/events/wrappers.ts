import { decodeJson, isJsonObject } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** One event out of a message: its bytes, or bytes that are kept as they are, with the reason. */
export type Unwrapped =
  | { readonly kind: 'event'; readonly bytes: Uint8Array }
  | { readonly kind: 'unreadable'; readonly bytes: Uint8Array; readonly reason: string };

/** A notification of SNS in a record, and the list of records: nobody wraps more than twice so. */
const mostWrappers = 6;
/** Records of one message. A pipe sends 10 of a queue; a message has 1 MiB, and each event becomes at least one call. */
const mostRecords = 100;

/** As Amazon's extended client libraries name what stands in the place of a body, in all of their versions. */
const pointerClass =
  /^(?:software\.amazon\.payloadoffloading\.PayloadS3Pointer|com\.amazon\.sqs\.javamessaging\.MessageS3Pointer)$/;
const pointerReason =
  'the body is not in the message: it is a pointer to Amazon S3, as the extended client library makes it, and the steward reads no bucket. Send the event itself';

const confirmationReason =
  'it is no event: Amazon SNS asks to confirm the subscription of the queue. Confirm it with the address in the message';

const bytesOf = (value: JsonValue): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value), 'utf8');

/** The message of an SNS notification, or the body of a record; undefined where the value wraps nothing. */
function contentOf(value: JsonObject): JsonValue | undefined {
  const { Type, TopicArn, Message, Sns, body, eventSource } = value;
  if (Type === 'Notification' && typeof TopicArn === 'string' && typeof Message === 'string') return Message;
  if (isJsonObject(Sns) && typeof Sns['Message'] === 'string') return Sns['Message'];
  const isRecord =
    eventSource === 'aws:sqs' || (typeof value['messageId'] === 'string' && value['receiptHandle'] !== undefined);
  return isRecord && (typeof body === 'string' || isJsonObject(body)) ? body : undefined;
}

/** The records of a list, as a pipe and a function's event source have them; undefined for any other list. */
function recordsOf(value: JsonValue): readonly JsonObject[] | undefined {
  const list = isJsonObject(value) && Object.keys(value).length === 1 ? value['Records'] : value;
  return Array.isArray(list) && list.length > 0 && list.every(isJsonObject) ? list : undefined;
}

function isPointer(value: JsonValue): boolean {
  return Array.isArray(value) && typeof value[0] === 'string' && pointerClass.test(value[0]);
}

const unreadable = (bytes: Uint8Array, reason: string): readonly Unwrapped[] => [{ kind: 'unreadable', bytes, reason }];

function unwrapValue(value: JsonValue, bytes: Uint8Array, wrappers: number): readonly Unwrapped[] {
  if (isPointer(value)) return unreadable(bytes, pointerReason);
  if (isJsonObject(value) && value['Type'] === 'SubscriptionConfirmation') return unreadable(bytes, confirmationReason);
  const records = recordsOf(value);
  const content = records === undefined && isJsonObject(value) ? contentOf(value) : undefined;
  if (records === undefined && content === undefined) return [{ kind: 'event', bytes }];
  if (wrappers >= mostWrappers) {
    return unreadable(bytes, `the event is wrapped more than ${mostWrappers} times`);
  }
  if (records === undefined) return content === undefined ? [] : unwrapContent(content, wrappers + 1);
  if (records.length > mostRecords) {
    return unreadable(bytes, `the message is a list of ${records.length} events; expected at most ${mostRecords}`);
  }
  const opened = records.flatMap((record) => unwrapContent(record, wrappers + 1));
  // Lists in lists multiply.
  if (opened.length <= mostRecords) return opened;
  return unreadable(bytes, `the message holds ${opened.length} events; expected at most ${mostRecords}`);
}

function unwrapContent(content: JsonValue, wrappers: number): readonly Unwrapped[] {
  const bytes = bytesOf(content);
  return typeof content === 'string' ? unwrapText(bytes, wrappers) : unwrapValue(content, bytes, wrappers);
}

function unwrapText(bytes: Uint8Array, wrappers: number): readonly Unwrapped[] {
  const decoded = decodeJson(bytes);
  // What is no JSON is the parser's to describe.
  return decoded.ok ? unwrapValue(decoded.value, bytes, wrappers) : [{ kind: 'event', bytes }];
}

/**
 * The events of a message's body: the envelope of EventBridge itself, one in a notification of SNS, one or several in the
 * records of a pipe or of a function's event source. Bytes that were sent as text stay as they were. Pure, and never
 * throws: what is none of these is one event, which the parser describes; what cannot be an event has its reason.
 */
export function unwrap(body: Uint8Array): readonly Unwrapped[] {
  return unwrapText(body, 0);
}
