import type { Message } from '@aws-sdk/client-sqs';
import { delaySecondsOf, eventsOf, receiveCountOf } from '../../src/queues/message.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';

const event = fixture('changeSetFailed').toString('utf8');
const largest = 2_000;

test('a message of the largest size is taken, and of a larger one the first bytes are kept, with the reason', () => {
  const fits = `${event}${' '.repeat(largest - Buffer.byteLength(event))}`;
  expect(eventsOf({ Body: fits }, largest)).toMatchObject([{ kind: 'event', bytes: Buffer.from(fits) }]);
  const [only, ...others] = eventsOf({ Body: 'é'.repeat(100_000) }, largest);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    kind: 'unreadable',
    reason: 'the message has 200000 bytes, expected at most 2000; its first 65536 are kept',
  });
  expect(only?.bytes).toHaveLength(65_536);
});

test.each(['ExtendedPayloadSize', 'SQSLargePayloadSize'])(
  'a body that is elsewhere, by the attribute %s, is kept with its reason, whatever form the pointer has',
  (name) => {
    const MessageAttributes = { [name]: { DataType: 'Number', StringValue: '300000' } };
    for (const Body of ['["a.class.of.tomorrow",{"s3BucketName":"b"}]', 'text', event]) {
      expect(eventsOf({ Body, MessageAttributes }, largest)).toMatchObject([
        { kind: 'unreadable', bytes: Buffer.from(Body), reason: expect.stringContaining('Amazon S3') },
      ]);
    }
  },
);

test('a message without a body is one event, which the parser describes', () => {
  expect(eventsOf({}, largest)).toMatchObject([{ kind: 'event', bytes: Buffer.alloc(0) }]);
});

test.each<[Message['Attributes'], number, number | undefined]>([
  [{ ApproximateReceiveCount: '3', SentTimestamp: '1000' }, 3, 2.5],
  [{ ApproximateReceiveCount: 'many', SentTimestamp: 'now' }, 1, undefined],
  // The clocks of two machines differ.
  [{ ApproximateReceiveCount: '0', SentTimestamp: '9000' }, 1, 0],
  [undefined, 1, undefined],
])('of the attributes %j the count is %d and the delay %d', (Attributes, count, delay) => {
  const message = Attributes === undefined ? {} : { Attributes };
  expect([receiveCountOf(message), delaySecondsOf(message, 3_500)]).toEqual([count, delay]);
});
