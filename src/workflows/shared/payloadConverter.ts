import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { decode } from '@temporalio/common/lib/encoding.js';

/** What stands in the place of a value that could not be decoded. It has no field that a reader asks for. */
export interface Undecodable {
  /** The encoding that the payload names. */
  readonly undecodable: string;
}

/** In characters: the name is from outside. */
const longestEncoding = 40;

/** True for what the converter gives where it could not decode a payload. */
export function isUndecodable(value: unknown): value is Undecodable {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'undecodable' in value &&
    typeof value.undecodable === 'string'
  );
}

/** The name of a payload's encoding, as one short word. */
function encodingOf({ metadata }: Payload): string {
  const encoding = metadata?.['encoding'];
  const name = encoding ? decode(encoding).replace(/[^\w/.+-]+/g, '') : '';
  return name === '' ? 'unknown' : name.slice(0, longestEncoding);
}

/**
 * The SDK's own converter, but for payloads that nobody can decode: an encoding that is not ours, or broken JSON. The SDK
 * throws for one, and a throw fails the workflow's task again and again: anyone who may send a signal could stop a workflow
 * for good. The readers of signals, updates and inputs refuse the value in its place, as they do any other of a wrong form.
 * Workers, their bundle and clients load it by its file.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) => defaultPayloadConverter.toPayload(value, context),
  fromPayload<T>(payload: Payload) {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      // The caller names the type, and has to check what it gets: anybody may have sent it.
      return { undecodable: encodingOf(payload) } satisfies Undecodable as T;
    }
  },
};
