import type { Payload } from '@temporalio/common';
import { z } from 'zod';

/** Of one request. A page of a history has a hundred events. */
const mostPayloads = 1_000;
const mostMetadata = 20;

/** Strict base64 (RFC 4648, section 4), as the JSON form of protocol buffers has bytes. */
const base64 = z
  .string()
  .refine((text) => Buffer.from(text, 'base64').toString('base64') === text)
  .transform((text) => Buffer.from(text, 'base64'));

/** Payloads as JSON, as the codec server protocol has them (docs.temporal.io, Codec Server). */
const requestShape = z.object({
  payloads: z
    .array(
      z.object({
        metadata: z
          .record(z.string().max(100), base64)
          .refine((entries) => Object.keys(entries).length <= mostMetadata)
          .nullish(),
        data: base64.nullish(),
      }),
    )
    .max(mostPayloads),
});

/** The payloads of a request; undefined where it has another form. */
export function payloadsOf(body: unknown): Payload[] | undefined {
  const { data } = requestShape.safeParse(body);
  return data?.payloads.map((payload) => ({ metadata: payload.metadata ?? {}, data: payload.data ?? Buffer.alloc(0) }));
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** The answer, in the same form. */
export function answerOf(payloads: readonly Payload[]): { readonly payloads: readonly object[] } {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, textOf(bytes)])),
      ...(data && data.length > 0 && { data: textOf(data) }),
    })),
  };
}
