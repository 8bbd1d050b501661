import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import type { Encryption } from '../config/encryption.ts';
import { createPayloadCodec, type UnreadablePayload } from './encryption/payloadCodec.ts';

/** Of the sources, and of what is compiled from them. */
const fileOf = (path: string): string => fileURLToPath(new URL(`${path}${extname(import.meta.url)}`, import.meta.url));

/** Where the converter of payloads is. */
export const payloadConverterPath = fileOf('../workflows/shared/payloadConverter');

/**
 * The conversion of payloads that every client, worker and replay uses: none of them fails over a payload that it cannot
 * decode. With keys it encrypts and decrypts, messages and stacks of failures included.
 * @param encryption undefined where nothing is encrypted.
 * @param report gets the encrypted payloads that cannot be read.
 */
export function dataConverterOf(
  encryption: Encryption | undefined,
  report?: (unreadable: UnreadablePayload) => void,
): DataConverter {
  if (encryption === undefined) return { payloadConverterPath };
  return {
    payloadConverterPath,
    payloadCodecs: [createPayloadCodec(encryption, report)],
    ...(encryption.encrypts && { failureConverterPath: fileOf('encryption/failureConverter') }),
  };
}
