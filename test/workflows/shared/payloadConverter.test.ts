import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import { isUndecodable, payloadConverter } from '../../../src/workflows/shared/payloadConverter.ts';

const payload = (encoding: string | Uint8Array, data: string | Uint8Array) => ({
  metadata: { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});

test.each([
  ['an encoding that is not ours', payload('binary/encrypted', 'AAA'), 'binary/encrypted'],
  ['broken JSON', payload('json/plain', '{"eventId":'), 'json/plain'],
  ['JSON that is no UTF-8', payload('json/plain', Uint8Array.of(0xff, 0xfe)), 'json/plain'],
  ['no encoding', { metadata: {}, data: Buffer.from('{}') }, 'unknown'],
  ['no metadata', { data: Buffer.from('{}') }, 'unknown'],
  ['a name that is no word', payload('\u001B[31m evil <b>', 'x'), '31mevilb'],
  ['a name that is too long', payload('x'.repeat(1_000), 'x'), 'x'.repeat(40)],
])('%s gives a marker in the place of a value', (_what, given, undecodable) => {
  expect(() => defaultPayloadConverter.fromPayload(given)).toThrow(/./);
  const value = payloadConverter.fromPayload(given);
  expect(value).toEqual({ undecodable });
  expect(isUndecodable(value)).toBe(true);
});

test('no bytes make it throw', () => {
  const encoding = fc.oneof(
    fc.constantFrom('json/plain', 'json/protobuf', 'binary/plain', 'binary/null'),
    fc.string(),
    fc.uint8Array(),
  );
  fc.assert(
    fc.property(encoding, fc.oneof(fc.uint8Array(), fc.string()), (name, data) => {
      expect(() => payloadConverter.fromPayload(payload(name, data))).not.toThrow();
    }),
  );
});

test('what can be decoded is what the SDK makes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const sent = payloadConverter.toPayload(value);
      expect(sent).toEqual(defaultPayloadConverter.toPayload(value));
      expect(payloadConverter.fromPayload(sent)).toEqual(defaultPayloadConverter.fromPayload(sent));
    }),
  );
  expect(payloadConverter.fromPayload(payloadConverter.toPayload(undefined))).toBeUndefined();
});

test('a payload of a missing key gives a marker with the key’s id, and in an activity the task waits for the key', () => {
  const encrypted = {
    metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('2026-05') },
    data: Buffer.from('AAA'),
  };
  const marker = { undecodable: 'binary/encrypted', keyId: '2026-05' };
  const place = { namespace: 'default', workflowId: 'item:1' };
  expect(payloadConverter.fromPayload(encrypted, { type: 'workflow', ...place })).toEqual(marker);
  expect(isUndecodable(marker)).toBe(true);
  expect(() => payloadConverter.fromPayload(encrypted, { type: 'activity', isLocal: false, ...place })).toThrow(
    'encrypted with key 2026-05',
  );
  // What no key would help, anybody may have sent.
  const broken = payload('json/plain', '{');
  expect(payloadConverter.fromPayload(broken, { type: 'activity', isLocal: false, ...place })).toEqual({
    undecodable: 'json/plain',
  });
});

test.each([{ undecodable: 1 }, { undecodable: 'x', keyId: 1 }, { keyId: 'x' }, { undecodable: 'x', more: 'x' }, {}])(
  '%j is no marker',
  (value) => {
    expect(isUndecodable(value)).toBe(false);
  },
);
