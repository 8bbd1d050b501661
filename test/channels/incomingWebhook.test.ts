import fc from 'fast-check';
import { createDiscordChannel } from '../../src/channels/discord.ts';
import { createMattermostChannel } from '../../src/channels/mattermost.ts';
import { createSlackChannel } from '../../src/channels/slack.ts';
import { sampleNotice } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver, type ReceiverAnswer } from '@marketplace-steward/testing/receiver';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const kinds = { slack: createSlackChannel, mattermost: createMattermostChannel, discord: createDiscordChannel };
const token = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~+% '.split('')),
  minLength: 16,
  maxLength: 60,
});

async function errorText(send: () => Promise<void>): Promise<string> {
  try {
    await send();
  } catch (error) {
    return `${String(error)} ${JSON.stringify(error)}`;
  }
  throw new Error('it was taken');
}

describe.each(Object.entries(kinds))('%s', (_kind, create) => {
  test('whatever an answer repeats of the address, no error shows its secret parts', async () => {
    await fc.assert(
      fc.asyncProperty(
        token.filter((text) => text.trim() === text && !/^\.+$/.test(text)),
        token.filter((text) => text.trim() === text && !/^\.+$/.test(text)),
        fc.constantFrom(400, 404, 429, 500),
        fc.constantFrom('as it is', 'encoded', 'as JSON', 'the path that was asked for'),
        async (part, key, status, how) => {
          const [sentPart, sentKey] = [encodeURIComponent(part), encodeURIComponent(key)];
          const url = `${new URL(receiver.url).origin}/hooks/${sentPart}?key=${sentKey}`;
          const bodies: Record<string, string> = {
            'as it is': `no hook ${part} ${key}`,
            encoded: `no hook ${sentPart}?key=${sentKey}`,
            'as JSON': JSON.stringify({ url: url.replaceAll('/', '\\/') }),
            'the path that was asked for': new URL(url).pathname + new URL(url).search,
          };
          receiver.answers = [{ status, body: bodies[how] ?? '' }];
          const shown = await errorText(() => create({ name: 'channel', url }).send(sampleNotice));
          for (const secret of [part, key, sentPart, sentKey]) expect(shown).not.toContain(secret);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each<[string, ReceiverAnswer, number | undefined]>([
    ['Retry-After in seconds', { status: 429, headers: { 'retry-after': '65' } }, 65_000],
    ['Retry-After with decimals', { status: 429, headers: { 'retry-after': '0.35' } }, 350],
    ['no delay', { status: 429, body: 'limit exceeded' }, undefined],
  ])('429 with %s', async (_what, answer, nextRetryDelay) => {
    receiver.answers = [answer];
    const channel = create({ name: 'channel', url: receiver.url });
    await expect(channel.send(sampleNotice)).rejects.toMatchObject({ type: 'Throttled', nextRetryDelay });
  });
});

test.each<[string, ReceiverAnswer, number | undefined]>([
  ['its own field, in seconds', { status: 429, body: '{"message":"…","retry_after":64.57,"global":false}' }, 64_570],
  ['both', { status: 429, headers: { 'retry-after': '65' }, body: '{"retry_after":64.57}' }, 65_000],
  ['a field of another kind', { status: 429, body: '{"retry_after":"soon"}' }, undefined],
  ['a delay of years', { status: 429, body: '{"retry_after":1e9}' }, 3_600_000],
])('Discord says when to return: %s', async (_what, answer, nextRetryDelay) => {
  receiver.answers = [answer];
  const channel = createDiscordChannel({ name: 'channel', url: receiver.url });
  await expect(channel.send(sampleNotice)).rejects.toMatchObject({ type: 'Throttled', nextRetryDelay });
});

test('Discord is asked to wait, and a thread in the address stays', async () => {
  receiver.answers = [{ status: 200 }];
  receiver.received.length = 0;
  await createDiscordChannel({ name: 'channel', url: `${receiver.url}?thread_id=7` }).send(sampleNotice);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/path?thread_id=7&wait=true']);
});
