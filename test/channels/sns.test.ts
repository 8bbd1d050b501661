import { createSnsChannel } from '../../src/channels/sns.ts';
import { startLocalTopic, type LocalTopic } from '@marketplace-steward/testing/localTopic';
import { failureTypeOf } from '../../src/failures.ts';
import type { NoticeChannel } from '../../src/channels/port.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver, type ReceiverAnswer } from '@marketplace-steward/testing/receiver';

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret-access-key' };

async function errorOf(channel: NoticeChannel): Promise<unknown> {
  try {
    await channel.send(sampleNotice);
  } catch (error) {
    return error;
  }
  throw new Error('it was taken');
}

describe('to a topic', () => {
  let topic: LocalTopic;
  beforeAll(async () => {
    topic = await startLocalTopic();
  });
  afterAll(() => topic.close());

  const channelTo = (topicArn: string) =>
    createSnsChannel({ name: 'topic', topicArn, endpoint: topic.endpoint, credentials });

  test('a FIFO topic drops repeats of an identity, and subscribers can filter by its attributes', async () => {
    const channel = channelTo(topic.topicArn);
    const long = {
      ...sampleNotice,
      id: `item:${'é'.repeat(100)}`,
      title: '“Änderung” – 2\nlines',
      severity: 'critical',
    } as const;
    for (const notice of [sampleNotice, sampleNotice, long, long]) await channel.send(notice);
    expect(await topic.received()).toEqual([
      {
        subject: sampleNotice.title,
        text: expect.stringContaining(`Next: Fix them\nMore: ${sampleNotice.link}`),
        attributes: { identity: sampleNotice.id, severity: 'warning', kind: 'reminder', account: '111122223333' },
      },
      {
        subject: '"Anderung"  2 lines',
        text: expect.any(String),
        attributes: { identity: long.id, severity: 'critical', kind: 'reminder', account: '111122223333' },
      },
    ]);
  });

  test('a topic that does not exist refuses it for good', async () => {
    const error = await errorOf(channelTo('arn:aws:sns:us-east-1:000000000000:no-such'));
    expect(error).toMatchObject({ type: 'NoticeRefused', nonRetryable: true });
    expect(String(error)).toContain('Check the topic in the configuration');
  });

  test('the server can be reached from this machine only', () => {
    expect(new URL(topic.endpoint).hostname).toBe('127.0.0.1');
  });
});

describe('to a service that answers otherwise', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const channel = (timeoutMs?: number) =>
    createSnsChannel({
      name: 'topic',
      topicArn: 'arn:aws:sns:eu-west-1:000000000000:notices',
      endpoint: receiver.url,
      credentials,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  const refusal = (status: number, code: string, headers: Record<string, string> = {}): ReceiverAnswer => ({
    status,
    headers: { 'content-type': 'text/xml', ...headers },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  });

  test.each<[string, ReceiverAnswer, string, boolean]>([
    ['throttling', refusal(400, 'Throttling'), 'Throttled', false],
    ['429', refusal(429, 'TooMany'), 'Throttled', false],
    ['its own fault', refusal(500, 'InternalError'), 'ServiceFault', false],
    ['an expired token', refusal(403, 'ExpiredTokenException'), 'CredentialsRejected', false],
    ['a missing permission', refusal(403, 'AuthorizationError'), 'AccessDenied', false],
    ['a refusal', refusal(400, 'InvalidParameter'), 'NoticeRefused', true],
    ['half an answer', 'halfOfIt', 'MalformedAnswer', false],
  ])('%s', async (_name, answer, type, nonRetryable) => {
    receiver.answers = [answer];
    const error = await errorOf(channel());
    expect(failureTypeOf(error)).toBe(type);
    expect(error).toMatchObject({ nonRetryable });
    expect(String(error)).not.toContain(credentials.secretAccessKey);
    // The server repeats the activity; the SDK does not.
    expect(receiver.received).toHaveLength(1);
  });

  test('Retry-After is kept', async () => {
    receiver.answers = [refusal(503, 'ServiceUnavailable', { 'retry-after': '9' })];
    expect(await errorOf(channel())).toMatchObject({ type: 'ServiceFault', nextRetryDelay: 9_000 });
  });

  test('nothing in time, and nobody there', async () => {
    receiver.answers = ['nothing'];
    expect(await errorOf(channel(300))).toMatchObject({ type: 'Unreachable', nonRetryable: false });
    await receiver.close();
    expect(await errorOf(channel())).toMatchObject({
      type: 'Unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    receiver = await startReceiver();
  });

  test('is taken where the answer comes slowly; the region is the topic’s', async () => {
    const taken = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
    receiver.answers = [{ slowly: taken }];
    const sending = channel().send(sampleNotice);
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
    receiver.release();
    await expect(sending).resolves.toBeUndefined();
    expect(receiver.received[0]?.headers['authorization']).toContain('/eu-west-1/sns/');
  });
});
