import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { createWebhookChannel, webhookId } from '../../src/channels/webhook.ts';
import { sampleNotice, signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';

const [newKey, oldKey, otherKey] = [signingKey('new'), signingKey('old'), signingKey('other')] as const;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.received.splice(0));
afterAll(() => receiver.close());

function headersOf(index = 0): Record<string, string> {
  const { headers = {} } = receiver.received[index] ?? {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

test('a receiver verifies it with the new secret and with the old one, and with no other', async () => {
  await createWebhookChannel({ name: 'ops', url: receiver.url, secrets: [newKey, oldKey] }).send(sampleNotice);
  const { body = '' } = receiver.received[0] ?? {};
  for (const key of [newKey, oldKey]) {
    expect(new Webhook(key).verify(body, headersOf())).toEqual({
      type: 'notice.reminder',
      data: sampleNotice,
    });
  }
  expect(() => new Webhook(otherKey).verify(body, headersOf())).toThrow('No matching signature');
  expect(() => new Webhook(newKey).verify(`${body} `, headersOf())).toThrow('No matching signature');
});

test('an attempt has a time stamp of its own; the identity stays', async () => {
  const channel = createWebhookChannel({ name: 'ops', url: receiver.url, secrets: [newKey] });
  await channel.send(sampleNotice);
  await channel.send(sampleNotice);
  const [first, second] = [headersOf(0), headersOf(1)];
  expect(first['webhook-id']).toBe('security:111122223333:2026-03-01T00:00:00%2E000Z:before-7d');
  expect(second['webhook-id']).toBe(first['webhook-id']);
  // The library refuses time stamps that are five minutes off.
  for (const [index, headers] of [first, second].entries()) {
    expect(() => new Webhook(newKey).verify(receiver.received[index]?.body ?? '', headers)).not.toThrow();
  }
});

test('any identity fits the header, holds no full stop, and can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      expect(webhookId(id)).toMatch(/^[A-Za-z0-9%:_~!*'()-]+$/);
      expect(decodeURIComponent(webhookId(id))).toBe(id);
    }),
  );
  // Half a character, as a vendor's JSON may hold it, is no reason to fail.
  expect(webhookId('a\ud800')).toBe('a%EF%BF%BD');
});

test('an identity of any characters arrives and verifies', async () => {
  const id = 'item:“é”\n.x';
  await createWebhookChannel({ name: 'ops', url: receiver.url, secrets: [newKey] }).send({ ...sampleNotice, id });
  const verified = new Webhook(newKey).verify(receiver.received[0]?.body ?? '', headersOf());
  expect(verified).toMatchObject({ data: { id } });
  expect(decodeURIComponent(headersOf()['webhook-id'] ?? '')).toBe(id);
});
