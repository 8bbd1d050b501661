import type { Payload, PayloadCodec } from '@temporalio/common';
import { encode as bytesOf } from '@temporalio/common/lib/encoding.js';
// The module has no exports that Node finds by name.
import protocol from '@temporalio/proto';
import type { Encryption } from '../../config/encryption.ts';
import { encryptedEncoding, keyIdMetadata, keyIdOf } from '../../workflows/shared/payloadConverter.ts';
import { createCipher, type Cipher } from './cipher.ts';

/** An encrypted payload that this process cannot read. */
export interface UnreadablePayload {
  readonly keyId: string;
  /** `missing`: no key has this id. `wrong`: the key with this id is another, or the bytes were changed. */
  readonly key: 'missing' | 'wrong';
}

const { Payload: wire } = protocol.temporal.api.common.v1;

/**
 * Encrypts payloads with the first key, and decrypts those of every key. The whole payload is encrypted, metadata included;
 * outside stand the encoding `binary/encrypted` and the key's id, as in Temporal's own samples. It gives back as they are
 * what is not encrypted, and what it cannot read: the payload converter makes a marker of that.
 * @param report gets what cannot be read.
 */
export function createPayloadCodec(
  { keys, encrypts }: Encryption,
  report: (unreadable: UnreadablePayload) => void = () => undefined,
): PayloadCodec {
  const ciphers = new Map(keys.map(({ id, key }) => [id, createCipher(id, key)]));
  const [first] = keys;
  const writing = encrypts && first !== undefined ? encrypting(first.id, ciphers) : undefined;
  return {
    async encode(payloads) {
      return writing === undefined ? payloads : payloads.map(writing);
    },
    async decode(payloads) {
      return payloads.map((payload) => {
        const keyId = keyIdOf(payload);
        if (keyId === undefined) return payload;
        const cipher = ciphers.get(keyId);
        const decrypted = cipher && decryptedBy(cipher, payload);
        if (decrypted === undefined) report({ keyId, key: cipher === undefined ? 'missing' : 'wrong' });
        return decrypted ?? payload;
      });
    },
  };
}

function encrypting(keyId: string, ciphers: ReadonlyMap<string, Cipher>): (payload: Payload) => Payload {
  const metadata = { encoding: bytesOf(encryptedEncoding), [keyIdMetadata]: bytesOf(keyId) };
  return (payload) => {
    const cipher = ciphers.get(keyId);
    if (cipher === undefined) throw new Error(`There is no key ${keyId}`);
    return { metadata, data: cipher.encrypt(wire.encode(payload).finish()) };
  };
}

function decryptedBy(cipher: Cipher, { data }: Payload): Payload | undefined {
  try {
    const { metadata, data: plain } = wire.decode(cipher.decrypt(data ?? new Uint8Array()));
    return { metadata, data: plain };
  } catch {
    return undefined;
  }
}

/** Different ids in one process; anybody may make them up. */
const mostReported = 100;
const reportedEveryMs = 10 * 60_000;

/** A log that names each missing key every ten minutes at most: a history has hundreds of payloads. */
export function reportOnce(
  log: (unreadable: UnreadablePayload) => void,
  nowMs: () => number = () => performance.now(),
): (unreadable: UnreadablePayload) => void {
  const reportedAtMs = new Map<string, number>();
  return (unreadable) => {
    const name = `${unreadable.key} ${unreadable.keyId}`;
    const lastMs = reportedAtMs.get(name);
    if (lastMs === undefined ? reportedAtMs.size >= mostReported : nowMs() < lastMs + reportedEveryMs) return;
    reportedAtMs.set(name, nowMs());
    log(unreadable);
  };
}

/** What an operator has to know, and to do. */
export function unreadableText({ keyId, key }: UnreadablePayload): string {
  return key === 'missing'
    ? `A payload is encrypted with key ${keyId}, which this process does not have. Add that key to encryption.keys.`
    : `A payload names key ${keyId} and cannot be decrypted with it: encryption.keys has another key of that id, or the payload was changed.`;
}
