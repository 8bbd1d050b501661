import type { Envelope } from '../../../src/events/parse.ts';
import { bases } from './bases.ts';
import { makeChange } from './changes.ts';
import { placesOf, putAt, type Json } from './json.ts';
import type { Damage, Plan, Wrapper } from './plan.ts';
import { filling, written } from './text.ts';

/** By which way bytes come in: an endpoint of HTTP, or a queue, with or without the mark of a body in Amazon S3. */
export type Way = Envelope | 'sqs' | 'sqsPointer';

/** The bytes of one event or message. */
export interface FuzzInput {
  readonly way: Way;
  readonly bytes: Uint8Array;
}

/** The largest input, in bytes: a little more than a body of HTTP may have. */
const mostBytes = 1.25 * 1024 * 1024 + 64 * 1024;

const pointer = ['software.amazon.payloadoffloading.PayloadS3Pointer', { s3BucketName: 'b', s3Key: 'k' }];

function wrapped(text: string, wrapper: Wrapper, copies: number): string {
  const record = { messageId: 'm', receiptHandle: 'r', eventSource: 'aws:sqs', body: text };
  const many = <Value>(value: Value): Value[] => Array.from({ length: copies }, () => value);
  switch (wrapper) {
    case 'notification':
      return JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:us-east-1:1:t', Message: text });
    case 'record':
      return JSON.stringify(record);
    case 'records':
      return JSON.stringify({ Records: many(record) });
    case 'snsRecord':
      return JSON.stringify({ Records: many({ EventSource: 'aws:sns', Sns: { Message: text } }) });
    case 'array':
      return `[${many(text).join(',')}]`;
    case 'pointer':
      return JSON.stringify(pointer);
  }
}

function damaged(bytes: Uint8Array, { do: what, at, bytes: others }: Damage): Uint8Array {
  const place = Math.floor(at * bytes.length);
  const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (what) {
    case 'set':
      return Buffer.concat([head, others, tail.subarray(others.length)]);
    case 'insert':
      return Buffer.concat([head, others, tail]);
    case 'cut':
      return head;
    case 'drop':
      return Buffer.concat([head, tail.subarray(others.length)]);
    case 'repeat':
      return Buffer.concat([bytes, tail]);
  }
}

/** Makes the input of a plan; always the same one. */
export function makeInput(plan: Plan): FuzzInput {
  const base = bases[plan.base];
  if (base === undefined) throw new RangeError(`there is no base ${plan.base}`);
  const holder: { value: Json } = { value: structuredClone(base.value) };
  for (const change of plan.changes) makeChange(holder.value, change);
  const fills = plan.fills.flatMap((fill, index) => {
    const places = placesOf(holder.value);
    const offers = fill.shape === 'offers' ? places.find(({ key }) => key === 'associatedOffers') : undefined;
    const place = offers ?? places[fill.at % Math.max(1, places.length)];
    if (place === undefined) return [];
    const mark = `(fill ${index})`;
    putAt(place, mark);
    return [[mark, filling(fill)] as const];
  });
  let text = written(holder.value, plan.style);
  for (const [mark, filled] of fills) text = text.replace(`"${mark}"`, () => filled);
  const { queue } = plan;
  for (const wrapper of queue?.wrappers ?? []) {
    // Wrapping escapes what was wrapped before, which doubles it at worst.
    if (text.length * (queue?.copies ?? 1) > mostBytes / 2) break;
    text = wrapped(text, wrapper, queue?.copies ?? 1);
  }
  let bytes: Uint8Array = Buffer.from(text, 'utf8');
  for (const damage of plan.damages) bytes = damaged(bytes, damage);
  const way = queue === null ? base.envelope : queue.isPointer ? 'sqsPointer' : 'sqs';
  return { way, bytes: bytes.subarray(0, mostBytes) };
}
