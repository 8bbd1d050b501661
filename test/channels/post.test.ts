import { createDiscordChannel } from '../../src/channels/discord.ts';
import { createMattermostChannel } from '../../src/channels/mattermost.ts';
import { createPagerDutyChannel } from '../../src/channels/pagerDuty.ts';
import { createSlackChannel } from '../../src/channels/slack.ts';
import { createWebhookChannel } from '../../src/channels/webhook.ts';
import { failureTypeOf } from '../../src/failures.ts';
import type { NoticeChannel } from '../../src/channels/port.ts';
import { sampleNotice, signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver, type ReceiverAnswer } from '@marketplace-steward/testing/receiver';

const routingKey = 'R0UT1NGKEY0123456789abcdefABCDEF';
const secretPath = 'T000-B000-secretpath';

interface Made {
  readonly make: (url: string, timeoutMs?: number) => NoticeChannel;
  /** What no error may show. */
  readonly secret: string;
}

const timed = (timeoutMs: number | undefined) => (timeoutMs === undefined ? {} : { timeoutMs });
const kinds: Record<string, Made> = {
  webhook: {
    make: (url, timeoutMs) =>
      createWebhookChannel({ name: 'channel', url, secrets: [signingKey('one')], ...timed(timeoutMs) }),
    secret: signingKey('one'),
  },
  slack: {
    make: (url, timeoutMs) => createSlackChannel({ name: 'channel', url: `${url}/${secretPath}`, ...timed(timeoutMs) }),
    secret: secretPath,
  },
  mattermost: {
    make: (url, timeoutMs) =>
      createMattermostChannel({ name: 'channel', url: `${url}/hooks/${secretPath}`, ...timed(timeoutMs) }),
    secret: secretPath,
  },
  discord: {
    make: (url, timeoutMs) =>
      createDiscordChannel({ name: 'channel', url: `${url}/api/webhooks/1/${secretPath}`, ...timed(timeoutMs) }),
    secret: secretPath,
  },
  pagerDuty: {
    make: (url, timeoutMs) => createPagerDutyChannel({ name: 'channel', url, routingKey, ...timed(timeoutMs) }),
    secret: routingKey,
  },
};

describe.each(Object.entries(kinds))('a notice by %s', (_kind, { make, secret }) => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  /** What an attempt ends with. */
  async function errorOf(channel: NoticeChannel): Promise<unknown> {
    try {
      await channel.send(sampleNotice);
    } catch (error) {
      return error;
    }
    throw new Error('it was taken');
  }

  test.each([200, 202, 204])('is taken with status %i, by one request', async (status) => {
    receiver.answers = [{ status, ...(status === 204 ? { body: '' } : {}) }];
    await expect(make(receiver.url).send(sampleNotice)).resolves.toBeUndefined();
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
  });

  test('is taken where the answer comes slowly', async () => {
    receiver.answers = [{ slowly: 'ok' }];
    const sending = make(receiver.url).send(sampleNotice);
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve));
    receiver.release();
    await expect(sending).resolves.toBeUndefined();
    expect(receiver.received).toHaveLength(1);
  });

  test.each([400, 401, 403, 404, 410, 302])('is refused with status %i, for good', async (status) => {
    receiver.answers = [{ status, headers: { location: receiver.url }, body: `no_service ${secret}` }];
    const error = await errorOf(make(receiver.url));
    expect(error).toMatchObject({ type: 'NoticeRefused', nonRetryable: true });
    expect(String(error)).toMatch(new RegExp(`status ${status}.*no_service.*not tried again. Check`));
    expect(String(error)).not.toContain(secret);
    // A redirect is not followed.
    expect(receiver.received).toHaveLength(1);
  });

  test.each<[string, ReceiverAnswer, string, number | undefined]>([
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '7' } }, 'Throttled', 7_000],
    ['429 without', { status: 429 }, 'Throttled', undefined],
    ['500', { status: 500, body: '<html>' }, 'ServiceFault', undefined],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '120' } }, 'ServiceFault', 120_000],
    ['408', { status: 408 }, 'ServiceFault', undefined],
    ['an answer that breaks off', 'halfOfIt', 'MalformedAnswer', undefined],
  ])('is worth another try after %s', async (_name, answer, type, retryAfterMs) => {
    receiver.answers = [answer];
    const error = await errorOf(make(receiver.url));
    expect(failureTypeOf(error)).toBe(type);
    expect(error).toMatchObject({ nonRetryable: false });
    expect((error as { nextRetryDelay?: unknown }).nextRetryDelay).toBe(retryAfterMs);
    expect(receiver.received).toHaveLength(1);
  });

  test('is worth another try where nothing is answered', async () => {
    receiver.answers = ['nothing'];
    expect(await errorOf(make(receiver.url, 300))).toMatchObject({ type: 'Unreachable', nonRetryable: false });
  });

  test('is worth another try where nobody is there; the error shows no address', async () => {
    await receiver.close();
    const error = await errorOf(make(receiver.url));
    expect(error).toMatchObject({ type: 'Unreachable', nonRetryable: false });
    expect(String(error)).toContain('ECONNREFUSED');
    expect(String(error)).not.toContain('127.0.0.1');
    expect(String(error)).not.toContain(secret);
    receiver = await startReceiver();
  });

  test('carries its identity and its link; a repeat has the same identity', async () => {
    const channel = make(receiver.url);
    await channel.send(sampleNotice);
    await channel.send(sampleNotice);
    for (const { body } of receiver.received) {
      expect(body).toContain(JSON.stringify(sampleNotice.id).slice(1, -1));
      expect(body).toContain(sampleNotice.link);
    }
  });

  test('shows buyers’ lines where it is given any', async () => {
    await make(receiver.url).send(sampleNotice);
    await make(receiver.url).send({ ...sampleNotice, buyerLines: ['Buyer 999900001111'] });
    expect(receiver.received.map(({ body }) => body.includes('Buyer 999900001111'))).toEqual([false, true]);
  });
});
