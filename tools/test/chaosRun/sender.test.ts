import { createVerify, type JsonWebKeyInput } from 'node:crypto';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { startReceiver, type Receiver, type ReceiverAnswer } from '@marketplace-steward/testing/receiver';
import type { SentLine } from '../../chaos/records.ts';
import { madeByVendor } from '../../chaos/run/madeByVendor.ts';
import { newSecrets } from '../../chaos/run/secrets.ts';
import { createSender, type Departure } from '../../chaos/run/sender.ts';

const secrets = newSecrets(['123456789012']);
const event: Departure = { key: 'event-1', way: 'http', vendor: 'aws', body: '{"detail-type":"x"}', copy: 0 };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

async function sent(answers: readonly ReceiverAnswer[], departure: Departure = event): Promise<readonly SentLine[]> {
  receiver.answers = [...answers];
  const lines: SentLine[] = [];
  const sender = createSender({
    seed: 1,
    ingresses: [new URL(receiver.url).origin],
    secrets,
    queue: { url: 'none', client: {} as SQSClient },
    write: (line) => lines.push(line),
    signal: new AbortController().signal,
  });
  await sender.send(departure);
  return lines;
}
const statuses = (lines: readonly SentLine[]) => lines.map((line) => (line.kind === 'end' ? line.end : line.status));

test('repeats what EventBridge repeats until it is acknowledged', async () => {
  const answers = [401, 429, 503].map((status) => ({ status }));
  expect(statuses(await sent([...answers, { status: 202 }]))).toEqual([401, 429, 503, 202, 'acknowledged']);
});

test('takes a cut connection for no answer, and repeats', async () => {
  receiver.answers = ['halfOfIt', { status: 202 }];
  expect(statuses(await sent(receiver.answers))).toEqual([undefined, 202, 'acknowledged']);
});

test.each([400, 403, 404, 413, 301])('drops the event at the answer %i', async (status) => {
  expect(statuses(await sent([{ status }]))).toEqual([status, 'dropped']);
});

test('an event that nobody sends is lost', async () => {
  expect(statuses(await sent([], { ...event, way: 'none' }))).toEqual(['lost']);
  expect(receiver.received).toEqual([]);
});

test('a webhook of Buy with Prime has its own path, its credential and a signature over its bytes', async () => {
  const body = '{"eventDescriptor":"BUYABILITY_CHANGED"}';
  await sent([{ status: 202 }], { ...event, vendor: 'buyWithPrime', body });
  const [request] = receiver.received;
  const headers = request?.headers ?? {};
  expect(request?.path).toBe('/v1/events/webhook');
  const basic = Buffer.from(`buy-with-prime:${secrets.webhookPassword}`).toString('base64');
  expect(headers.authorization).toBe(`Basic ${basic}`);
  const [key] = (secrets.webhookKeySet as { keys: readonly JsonWebKeyInput['key'][] }).keys;
  const verifying = createVerify('sha384').update(body);
  expect(verifying.verify({ key: key ?? {}, format: 'jwk' }, String(headers['x-amzn-signature']), 'base64')).toBe(true);
});

test('an event that a vendor makes is lost or doubled by the name of its change set, in every run of the seed alike', () => {
  const bodies = Array.from({ length: 300 }, (_, index) =>
    JSON.stringify({ id: index, ChangeSetName: `Set ${index}` }),
  );
  const fates = (seed: number, id: string) =>
    bodies.map((body) => madeByVendor(seed).departuresOf(body.replace('{', `{"id2":"${id}",`)));
  const ways = fates(5, 'a').map((copies) => copies.map(({ way }) => way).join());
  expect(fates(5, 'b').map((copies) => copies.map(({ way }) => way).join())).toEqual(ways);
  expect(new Set(ways)).toEqual(new Set(['http', 'none', 'http,http']));
});
