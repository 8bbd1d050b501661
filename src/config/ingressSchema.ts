import { z } from 'zod';
import { address, variableName } from './fields.ts';
import { isLoopback } from './loopback.ts';
import { queuesSchema } from './queueSchema.ts';

/** Where the vendor publishes the keys of its webhook's signatures. Unconfirmed: no document of the vendor names it. */
const buyWithPrimeKeys = 'https://api.buywithprime.amazon.com/jwks.json';

const header = z.strictObject({
  kind: z.literal('header'),
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'the name of an HTTP header')
    .transform((name) => name.toLowerCase()),
  valueVariable: variableName,
});

/** In words. */
export const expectedUsername = 'a user name without a colon or control characters (RFC 7617)';

/** What RFC 7617, section 2, allows as a user-id; an empty one proves nothing. */
export const usernamePattern = /^[^:\p{Cc}]{1,200}$/u;

const basic = z
  .strictObject({
    kind: z.literal('basic'),
    username: z.string(expectedUsername).regex(usernamePattern, expectedUsername).exactOptional(),
    usernameVariable: variableName.exactOptional(),
    passwordVariable: variableName,
  })
  .refine(({ username, usernameVariable }) => (username === undefined) !== (usernameVariable === undefined), {
    path: ['username'],
    error: 'either username or usernameVariable, and not both',
  });

/**
 * Signatures by a private key only. `none` proves nothing, and of HS* the key set would publish the secret
 * (RFC 8725, sections 2.1 and 3.1).
 */
const algorithm = z.enum(
  ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
  'an algorithm that signs with a private key: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
);

/** Anyone who can change the keys on their way can sign as anybody. */
const jwksUrl = address({ carries: 'the keys that senders are known by', isPrivate: true });

const claim = z.string().min(1, 'a text');

const bearer = z.strictObject({
  kind: z.literal('bearer'),
  issuer: claim,
  audience: claim,
  jwksUrl,
  algorithms: z.array(algorithm, 'a list of algorithms').min(1, 'at least one algorithm'),
  scope: z
    .string()
    .regex(/^[!#-[\]-~]{1,200}$/, 'one scope, without spaces and quotes (RFC 6749, section 3.3)')
    .exactOptional(),
  subject: claim.exactOptional(),
  clockToleranceSeconds: z.int().min(0).max(300).default(10),
});

/** Files written before there were kinds have none: a header it is. */
function withKind(credential: unknown): unknown {
  const isMap = typeof credential === 'object' && credential !== null && !Array.isArray(credential);
  return isMap && !Object.hasOwn(credential, 'kind') ? { kind: 'header', ...credential } : credential;
}

const credential = z.preprocess(
  withKind,
  z.discriminatedUnion('kind', [header, basic, bearer], {
    error: ({ code }) => (code === 'invalid_union' ? 'header, basic or bearer' : 'a map that describes a credential'),
  }),
);
/** Ways in which a sender may prove itself; any one of them admits. */
export const credentials = z.array(credential).default([]);

const signature = z.strictObject({ jwksUrl: jwksUrl.default(buyWithPrimeKeys) });

const expectedProxy = 'an IP address, or a network such as 10.0.0.0/8';

/** Who is believed to say who sends. Everybody is nobody: a network has at least one bit. */
const trustedProxy = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], expectedProxy)
  .refine((text) => !text.endsWith('/0'), 'a network that does not hold every address');

const pemFile = z.string('the path of a file').min(1, 'the path of a file').max(4_096);

/** Paths are of the process: relative ones begin at its working directory. */
const tlsFiles = z.strictObject({ certificateFile: pemFile, keyFile: pemFile });

/** Where the ingress listens, how the senders of each envelope prove themselves, and the queues that it takes events from. */
export const ingressSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(8080),
    credentials: z.strictObject({ eventbridge: credentials, webhook: credentials }).prefault({}),
    signatures: z.strictObject({ webhook: signature.exactOptional() }).default({}),
    sqs: queuesSchema,
    tls: tlsFiles.exactOptional(),
    trustedProxies: z.array(trustedProxy, 'a list of addresses and networks').max(100).default([]),
  })
  .refine(
    ({ host, credentials: envelopes, sqs }) =>
      isLoopback(host) || sqs.queues.length > 0 || Object.values(envelopes).some((list) => list.length > 0),
    {
      path: ['credentials'],
      error: 'at least one credential, or a queue, where the host is not loopback: no sender would be admitted',
    },
  )
  .refine((ingress) => !ingress.signatures['webhook'] || ingress.credentials['webhook'].length > 0, {
    path: ['credentials', 'webhook'],
    error: 'at least one credential: a signature is asked for beside it and never in its place',
  });

/** One credential of the file. */
export type CredentialSetting = z.output<typeof credential>;
