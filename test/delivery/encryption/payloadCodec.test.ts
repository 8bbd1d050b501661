import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { encryptedBy } from '@marketplace-steward/testing/encryption';
import {
  createPayloadCodec,
  reportOnce,
  type UnreadablePayload,
} from '../../../src/delivery/encryption/payloadCodec.ts';
import { payloadConverter } from '../../../src/workflows/shared/payloadConverter.ts';

const buyer = 'Rosalind Franklin';
const plain = payloadConverter.toPayload({ buyer });
const textOf = ({ metadata, data }: Payload) =>
  Buffer.concat([...Object.values(metadata ?? {}), data ?? new Uint8Array()]).toString('latin1');
const unreadable: UnreadablePayload[] = [];
const codecOf = (...ids: readonly [string, ...string[]]) =>
  createPayloadCodec(encryptedBy(...ids), (one) => unreadable.push(one));
beforeEach(() => {
  unreadable.length = 0;
});

async function encryptedWith(id: string): Promise<Payload> {
  const [payload] = await codecOf(id).encode([plain]);
  if (payload === undefined) throw new Error('nothing was encoded');
  return payload;
}

test('any payload comes back, and twice the same is never the same outside', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const payload = fc.record({ metadata: fc.dictionary(fc.string(), bytes), data: bytes });
  const codec = codecOf('a');
  await fc.assert(
    fc.asyncProperty(fc.array(payload, { maxLength: 4 }), async (payloads) => {
      const once = await codec.encode(payloads);
      const again = await codec.encode(payloads);
      const decoded = await codec.decode(once);
      const bare = (list: readonly Payload[]) =>
        list.map(({ metadata, data }) => ({
          metadata: Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
          data: Buffer.from(data ?? []).toString('hex'),
        }));
      expect(bare(decoded)).toEqual(bare(payloads));
      once.forEach(({ data }, index) => expect(data).not.toEqual(again[index]?.data));
    }),
  );
});

test('outside stand the encoding and the key’s id, and nothing of the value', async () => {
  const payload = await encryptedWith('2026-11');
  expect(Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()])).toEqual([
    ['encoding', 'binary/encrypted'],
    ['encryption-key-id', '2026-11'],
  ]);
  expect(textOf(plain)).toContain(buyer);
  expect(textOf(payload)).not.toContain(buyer);
  expect(textOf(payload)).not.toContain('json/plain');
});

test('every key decrypts and the first encrypts, so that keys can be rotated', async () => {
  const old = await encryptedWith('old');
  const rotated = codecOf('new', 'old');
  const [now] = await rotated.encode([plain]);
  expect(textOf(now ?? {})).toContain('new');
  const decoded = await rotated.decode([old, now ?? {}, plain]);
  expect(decoded.map((one) => payloadConverter.fromPayload(one))).toEqual([{ buyer }, { buyer }, { buyer }]);
  expect(unreadable).toEqual([]);
});

test('where nothing is to be encrypted any more, what is encrypted is read', async () => {
  const codec = createPayloadCodec({ ...encryptedBy('a'), encrypts: false });
  expect(await codec.encode([plain])).toEqual([plain]);
  const [decoded] = await codec.decode([await encryptedWith('a')]);
  expect(payloadConverter.fromPayload(decoded ?? {})).toEqual({ buyer });
});

test('without its key a payload stays as it is, becomes a marker that names the key, and is reported', async () => {
  const payload = await encryptedWith('lost');
  const [left] = await codecOf('a').decode([payload]);
  expect(left).toEqual(payload);
  expect(payloadConverter.fromPayload(left ?? {})).toEqual({ undecodable: 'binary/encrypted', keyId: 'lost' });
  expect(unreadable).toEqual([{ keyId: 'lost', key: 'missing' }]);
});

test('another key of the same id, another id, and any changed byte are told apart', async () => {
  const payload = await encryptedWith('a');
  const relabelled = { ...payload, metadata: { ...payload.metadata, 'encryption-key-id': Buffer.from('b') } };
  const twin = encryptedBy('a').keys.map(({ key }) => ({ id: 'b', key }));
  const codec = createPayloadCodec({ encrypts: true, keys: [...encryptedBy('a').keys, ...twin] }, (one) =>
    unreadable.push(one),
  );
  expect(await codec.decode([relabelled])).toEqual([relabelled]);
  const data = Buffer.from(payload.data ?? []);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: data.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = Buffer.from(data);
      changed[at] = (changed[at] ?? 0) ^ flip;
      const broken = { ...payload, data: changed };
      expect(await codec.decode([broken])).toEqual([broken]);
    }),
  );
  const cut = { ...payload, data: data.subarray(0, 27) };
  expect(await codec.decode([cut, { metadata: payload.metadata ?? {} }])).toEqual([
    cut,
    { metadata: payload.metadata ?? {} },
  ]);
  expect(new Set(unreadable.map(({ key }) => key))).toEqual(new Set(['wrong']));
});

test('a missing key is logged once in ten minutes, and made-up ids do not fill the memory', () => {
  let nowMs = 0;
  const logged: string[] = [];
  const report = reportOnce(
    ({ keyId }) => logged.push(keyId),
    () => nowMs,
  );
  for (let count = 0; count < 3; count += 1) report({ keyId: 'lost', key: 'missing' });
  expect(logged).toEqual(['lost']);
  nowMs = 10 * 60_000;
  report({ keyId: 'lost', key: 'missing' });
  expect(logged).toEqual(['lost', 'lost']);
  for (let count = 0; count < 1_000; count += 1) report({ keyId: `made-up-${count}`, key: 'missing' });
  expect(logged).toHaveLength(2 + 99);
});
