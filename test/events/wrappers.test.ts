import fc from 'fast-check';
import { parse } from '../../src/events/parse.ts';
import { unwrap } from '../../src/events/wrappers.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';

const text = fixture('changeSetFailed').toString('utf8');
const partner = fixture('buyabilityChanged.eventBridge').toString('utf8');
const meaning = (body: string) => parse('eventbridge', Buffer.from(body));
const opened = (body: string | object) => unwrap(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
const texts = (body: string | object) =>
  opened(body).map((one) => (one.kind === 'event' ? Buffer.from(one.bytes).toString('utf8') : one.reason));

/** As SNS wraps a message for a queue (Amazon SNS, "Amazon SNS message and JSON formats"). */
const sns = (message: string) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:us-east-1:111122223333:topic',
  Subject: 'a subject',
  Message: message,
  Timestamp: '2026-05-02T00:54:06.655Z',
  SignatureVersion: '1',
  Signature: 'c2lnbmVk',
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/cert.pem',
  UnsubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
});

/** As a pipe and a function's event source have a message of SQS. */
const record = (body: unknown) => ({
  messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
  receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1545082649183' },
  messageAttributes: {},
  md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:queue',
  awsRegion: 'us-east-1',
});

test('an envelope of EventBridge is one event, with its bytes as they were', () => {
  expect(texts(text)).toEqual([text]);
  expect(texts(partner)).toEqual([partner]);
});

test.each<[string, object]>([
  ['SNS', sns(text)],
  ['a record of a pipe', record(text)],
  ['a record of a pipe, in a list', [record(text)]],
  ['records of a function', { Records: [record(text)] }],
  ['a notification in a record', [record(JSON.stringify(sns(text)))]],
  ['a record of a function that SNS calls', { Records: [{ EventSource: 'aws:sns', Sns: sns(text) }] }],
  ['a record in a notification', sns(JSON.stringify([record(text)]))],
])('wrapped by %s: the same event, with its bytes as they were sent', (_name, body) => {
  expect(texts(body)).toEqual([text]);
});

test('a list of envelopes, and records whose bodies are objects, have all their events in order', () => {
  const both = [text, partner].map((one) => JSON.parse(one) as object);
  for (const body of [
    both,
    both.map(record),
    { Records: both.map(record) },
    both.map((one) => record(JSON.stringify(one))),
  ]) {
    expect(texts(body).map(meaning)).toEqual([meaning(text), meaning(partner)]);
  }
});

test.each([['software.amazon.payloadoffloading.PayloadS3Pointer'], ['com.amazon.sqs.javamessaging.MessageS3Pointer']])(
  'a pointer to Amazon S3 (%s) has its reason, and says no bucket and no key',
  (name) => {
    const pointer = [name, { s3BucketName: 'my-bucket', s3Key: 'my-key' }];
    for (const body of [pointer, sns(JSON.stringify(pointer)), [record(JSON.stringify(pointer))]]) {
      const [only, ...others] = opened(body);
      expect(others).toEqual([]);
      expect(only).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('Amazon S3') });
      expect(JSON.stringify(only?.kind === 'unreadable' && only.reason)).not.toMatch(/my-(bucket|key)/);
    }
  },
);

test('the question of SNS whether a queue wants its topic has its reason', () => {
  const question = { Type: 'SubscriptionConfirmation', Token: 'token', TopicArn: 'arn', SubscribeURL: 'https://x' };
  expect(opened(question)).toMatchObject([{ kind: 'unreadable', reason: expect.stringContaining('subscription') }]);
});

test('100 records are taken, and 101 are kept as they came; so are wrappers in wrappers without an end', () => {
  const many = (count: number) => Array.from({ length: count }, () => record(text));
  expect(opened(many(100))).toHaveLength(100);
  expect(opened(many(101))).toMatchObject([{ kind: 'unreadable', reason: expect.stringContaining('101') }]);
  const nested = [record(JSON.stringify(many(60))), record(JSON.stringify(many(60)))];
  expect(opened(nested)).toMatchObject([{ kind: 'unreadable', reason: expect.stringContaining('120') }]);
  const deep = Array.from({ length: 6 }).reduce<object>((inner) => sns(JSON.stringify(inner)), sns('{}'));
  expect(opened(deep)).toMatchObject([{ kind: 'unreadable' }]);
});

test.each([
  '',
  'no json',
  '[]',
  '[1,2]',
  '{"Records":[]}',
  '{"Records":["a"]}',
  '"text"',
  'null',
  '{"Type":"Notification"}',
])('what wraps nothing is one event, as it came, which the parser describes: %s', (body) => {
  expect(texts(body)).toEqual([body]);
  expect(meaning(body).outcome).toBe('unreadable');
});

describe('for whatever comes', () => {
  const wrapped = fc.letrec<{ body: string; leaf: string }>((tie) => ({
    leaf: fc.oneof(fc.constant(text), fc.constant(partner), fc.string(), fc.json()),
    body: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      tie('body').map((one) => JSON.stringify(sns(one))),
      fc.array(tie('body'), { maxLength: 4 }).map((all) => JSON.stringify(all.map(record))),
      fc.array(tie('body'), { maxLength: 4 }).map((all) => JSON.stringify({ Records: all.map(record) })),
    ),
  })).body;

  test('nothing is thrown, and every message gives at least one event or reason, and at most 100', () => {
    fc.assert(
      fc.property(fc.oneof(wrapped, fc.uint8Array()), (body) => {
        const found = unwrap(typeof body === 'string' ? Buffer.from(body) : body);
        expect(found.length).toBeGreaterThan(0);
        expect(found.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 1_000 },
    );
  });

  test('an event means the same in every wrapper', () => {
    const wrap = fc.constantFrom<(one: string) => object>(
      sns,
      (one) => [record(one)],
      (one) => ({ Records: [record(one)] }),
    );
    fc.assert(
      fc.property(fc.constantFrom(text, partner), fc.array(wrap, { maxLength: 2 }), (event, wrappers) => {
        const body = wrappers.reduce((inner, by) => JSON.stringify(by(inner)), event);
        expect(texts(body).map(meaning)).toEqual([meaning(event)]);
      }),
    );
  });
});
