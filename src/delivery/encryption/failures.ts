import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { decode, decodeFailure } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { keyIdOf } from '../../workflows/shared/payloadConverter.ts';

type Failure = temporal.api.failure.v1.IFailure;

/**
 * The message of a failure as the server gives it, decrypted where it is encrypted.
 * @returns undefined where it has none.
 */
export async function failureMessage(
  client: Pick<Client, 'options'>,
  failure: Failure | null | undefined,
): Promise<string | undefined> {
  if (!failure) return undefined;
  const { payloadCodecs, payloadConverter, failureConverter } = client.options.loadedDataConverter;
  const [attributes] = failure.encodedAttributes ? await decode(payloadCodecs, [failure.encodedAttributes]) : [];
  const keyId = attributes && keyIdOf(attributes);
  if (keyId !== undefined) return `encrypted with key ${keyId}, which is not here or is another`;
  const decoded = await decodeFailure(payloadCodecs, failure);
  return failureConverter.failureToError(decoded, payloadConverter).message || undefined;
}
