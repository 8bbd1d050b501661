import { z } from 'zod';
import { address, variableName } from './fields.ts';
import { credentials } from './ingressSchema.ts';

const origin = address(
  { carries: 'decrypted payloads, tokens of operators', isPrivate: true },
  (url, text) => url.origin === text,
  'the origin of a Web UI as browsers write it: scheme, host and port alone, without a slash at its end; one',
);

/** Where the codec server listens, and who gets its answers. */
export const codecServerSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(8081),
    /** Pages that browsers let read the answers. */
    origins: z.array(origin).max(20, 'at most 20 origins').default([]),
    credentials,
    /** A page where an operator signs in, for Web UIs that have no token to pass on. */
    signIn: z.strictObject({ passwordVariable: variableName }).exactOptional(),
  })
  .refine(({ credentials: list, signIn }) => list.length > 0 || signIn !== undefined, {
    path: ['credentials'],
    error: 'at least one credential, or signIn: anybody could decrypt otherwise',
  });

/** The section `codecServer` of the file. */
export type FileCodecServer = z.output<typeof codecServerSchema>;
