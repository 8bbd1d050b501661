import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the converter of payloads is, of the sources and of what is compiled from them. */
export const payloadConverterPath = fileURLToPath(
  new URL(`../workflows/shared/payloadConverter${extname(import.meta.url)}`, import.meta.url),
);

/** The conversion of payloads that every client and worker uses: none of them fails over a payload that it cannot decode. */
export const dataConverter = { payloadConverterPath };
