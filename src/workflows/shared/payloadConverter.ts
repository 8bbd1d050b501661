import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding.js';

/** The encoding that an encrypted payload names. */
export const encryptedEncoding = 'binary/encrypted';
/** The metadata of an encrypted payload that has the id of its key, as in Temporal's own samples. */
export const keyIdMetadata = 'encryption-key-id';

/** What stands in the place of a value that could not be decoded. It has no field that a reader asks for. */
export interface Undecodable {
  /** The encoding that the payload names. */
  readonly undecodable: string;
  /** The id of the key that the payload is encrypted with, where it is. */
  readonly keyId?: string;
}

/** In characters: the names are from outside. */
const longest = { encoding: 40, keyId: 64 };

/** True for what the converter gives where it could not decode a payload. */
export function isUndecodable(value: unknown): value is Undecodable {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, held]) => /^(undecodable|keyId)$/.test(name) && typeof held === 'string') &&
    'undecodable' in value
  );
}

/** A text of the metadata as one short word; undefined where there is none. */
function shortName(bytes: Uint8Array | null | undefined, longestName: number): string | undefined {
  const name = bytes ? decode(bytes.subarray(0, 200)).replace(/[^\w/.+-]+/g, '') : '';
  return name === '' ? undefined : name.slice(0, longestName);
}

/** The id of the key that a payload is encrypted with; undefined where it is not, or names none. */
export function keyIdOf({ metadata }: Payload): string | undefined {
  const isEncrypted = shortName(metadata?.['encoding'], longest.encoding) === encryptedEncoding;
  return isEncrypted ? shortName(metadata?.[keyIdMetadata], longest.keyId) : undefined;
}

function markerOf(payload: Payload): Undecodable {
  const undecodable = shortName(payload.metadata?.['encoding'], longest.encoding) ?? 'unknown';
  const keyId = keyIdOf(payload);
  return keyId === undefined ? { undecodable } : { undecodable, keyId };
}

/** What is the matter with a payload, as the end of a sentence. */
export function undecodableText({ undecodable, keyId }: Undecodable): string {
  return keyId === undefined
    ? `its payload has the encoding ${undecodable}, or is broken, and cannot be decoded`
    : `its payload is encrypted with key ${keyId}, which the worker does not have, or cannot be decrypted with it`;
}

/**
 * Stops over a value of our own that is encrypted with a key that this worker does not have. It throws what fails the
 * workflow's task: the server repeats the task, and the workflow goes on unharmed once the worker has the key.
 */
export function requireKey(value: unknown, what: string): void {
  if (!isUndecodable(value) || value.keyId === undefined) return;
  throw new Error(
    `${what} cannot be read: ${undecodableText(value)}. Add that key to encryption.keys of the worker's configuration; the workflow then goes on automatically.`,
  );
}

/**
 * The SDK's own converter, but for payloads that nobody can decode: an encoding that is not ours, broken JSON, or a key that
 * is missing. The SDK throws for one, and a throw fails the workflow's task again and again: anyone who may send a signal
 * could stop a workflow for good. The readers of signals, updates and inputs refuse the value in its place, as they do any
 * other of a wrong form. What an activity takes and gives is our own; without its key the task waits for the key.
 * Workers, their bundle and clients load it by its file.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) => defaultPayloadConverter.toPayload(value, context),
  fromPayload<T>(payload: Payload, context?: Parameters<PayloadConverter['fromPayload']>[1]) {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload, context);
    } catch {
      const marker = markerOf(payload);
      if (context?.type === 'activity') requireKey(marker, 'What an activity takes or gives');
      // The caller names the type, and has to check what it gets: anybody may have sent it.
      return marker as T;
    }
  },
};
