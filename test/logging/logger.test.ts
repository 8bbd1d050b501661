import { MarketplaceCatalogServiceException } from '@aws-sdk/client-marketplace-catalog';
import { ServiceError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, RetryState } from '@temporalio/common';
import fc from 'fast-check';
import { z } from 'zod';
import { Secret } from '../../src/config/secret.ts';
import { createLogger } from '../../src/logging/logger.ts';

/** What a logger writes. */
function written(log: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  log(createLogger({ name: 'test', destination: { write: (line: string) => void lines.push(line) } }));
  return lines.join('');
}

/** Like a key or a password of a machine: no word. */
const credential = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9+/_-]{15,40}$/), fc.constantFrom('7', 'Q4', '0x'))
  .map(([text, end]) => `k${text}${end}`);

const requestWith = (secret: string) => ({
  method: 'POST',
  headers: { Authorization: `Bearer ${secret}`, 'X-Api-Key': secret, 'x-amz-security-token': secret },
  body: JSON.stringify({ password: secret }),
  path: `/v1?token=${secret}`,
});

const addressWith = (secret: string) => `https://user:${secret}@host.example.com/a/${secret}?X-Amz-Signature=${secret}`;

/** Errors as libraries make them, with a credential wherever one may be. */
const shapes: Record<string, (secret: string) => unknown> = {
  'an error of the AWS SDK, with its request and answer': (secret) => {
    const error = new MarketplaceCatalogServiceException({
      name: 'AccessDeniedException',
      $fault: 'client',
      message: `not authorized for ${addressWith(secret)}`,
      $metadata: { httpStatusCode: 403, requestId: 'request-1' },
      $response: { statusCode: 403, headers: { 'set-cookie': secret }, body: Buffer.from(secret) },
    });
    return Object.assign(error, { config: { credentials: { secretAccessKey: secret } }, request: requestWith(secret) });
  },
  'a connection that failed, by undici': (secret) =>
    new TypeError('fetch failed', {
      cause: Object.assign(new Error(`connect ECONNREFUSED ${addressWith(secret)}`), {
        code: 'ECONNREFUSED',
        opts: requestWith(secret),
        headers: ['authorization', secret],
      }),
    }),
  'a failure of gRPC, with its metadata': (secret) =>
    new ServiceError('Failed to signal', {
      cause: Object.assign(new Error(`16 UNAUTHENTICATED: authorization: Bearer ${secret}`), {
        code: 16,
        details: `api_key=${secret}`,
        metadata: { internalRepr: new Map([['authorization', [`Bearer ${secret}`]]]) },
      }),
    }),
  'a failure of an activity, with details': (secret) =>
    new ActivityFailure(
      'Activity task failed',
      'sendNotice',
      '1',
      RetryState.TIMEOUT,
      'worker',
      ApplicationFailure.create({
        message: `the answer was {"access_token":"${secret}"}`,
        details: [requestWith(secret)],
      }),
    ),
  'a problem of a schema, with what was given': (secret) =>
    z
      .object({ password: z.string().max(3), config: z.strictObject({}) })
      .safeParse({ password: secret, config: { secret } }, { reportInput: true }).error,
  'several errors in one': (secret) =>
    new AggregateError([new Error(`Set-Cookie: session=a; user=${secret}; path=/`)], `client_secret: "${secret}"`),
};

/** Ways to log a value. */
const uses: Record<string, (logger: ReturnType<typeof createLogger>, value: unknown) => void> = {
  'as err': (logger, err) => logger.error({ err }, 'failed'),
  alone: (logger, value) => logger.error(value),
  'under another name, deep': (logger, value) => logger.warn({ call: { attempts: [{ problem: value }] } }, 'failed'),
  'as a mark of a child': (logger, value) => logger.child({ problem: value }).child({ part: 'a' }).info('failed'),
  'in the text': (logger, value) =>
    logger.error(`failed: ${value instanceof Error ? `${value.message} ${String(value.cause)}` : String(value)}`),
  'its stack': (logger, value) => logger.fatal({ stack: value instanceof Error ? value.stack : '' }, 'uncaught error'),
};

describe.each(Object.entries(shapes))('%s', (_shape, make) => {
  test.each(Object.entries(uses))('shows no credential: %s', (_use, log) => {
    fc.assert(
      fc.property(credential, (secret) => {
        const bytes = written((logger) => log(logger, make(secret)));
        expect(bytes).not.toContain(secret);
        expect(bytes.length).toBeLessThan(20_000);
        expect(JSON.parse(bytes)).toMatchObject({ name: 'test' });
      }),
      { numRuns: 20 },
    );
  });
});

test.each<[string, (secret: string) => object]>([
  ['headers', (secret) => ({ headers: { authorization: secret, cookie: [secret], 'X-Steward-Key': secret } })],
  ['raw headers', (secret) => ({ rawHeaders: ['Host', 'a', 'Authorization', secret] })],
  ['headers by name and value', (secret) => ({ sent: [{ name: 'x-api-key', value: secret }] })],
  ['headers of fetch', (secret) => ({ sent: new Map([['proxy-authorization', secret]]) })],
  [
    'an address',
    (secret) => ({ url: addressWith(secret).replace(`/a/${secret}`, '/a'), to: new URL(`http://a.b/?q=${secret}`) }),
  ],
  ['a request', (secret) => ({ request: { method: 'POST', originalUrl: `/v1/events?key=${secret}` } })],
  [
    'an AWS client',
    (secret) => ({ client: { config: { credentials: { accessKeyId: secret, sessionToken: secret } } } }),
  ],
  ['bytes', (secret) => ({ body: Buffer.from(secret), raw: new TextEncoder().encode(secret) })],
  ['JSON within JSON', (secret) => ({ reason: JSON.stringify(JSON.stringify({ password: `a ${secret}` })) })],
  ['a command', (secret) => ({ reason: `ran curl -H 'x-api-key: ${secret}' -u user:${secret}@host.example.com` })],
  [
    'a token of the web in a text',
    (secret) => ({ reason: `got eyJhbGciOiJIUzI1NiJ9.${secret.replaceAll(/[+/]/g, '_')}.x` }),
  ],
])('a member shows no credential: %s', (_name, members) => {
  fc.assert(
    fc.property(credential, (secret) => {
      const bytes = written((logger) => logger.child(members(secret)).info(members(secret), 'words'));
      expect(bytes).not.toContain(secret);
      expect(bytes).not.toContain(secret.replaceAll(/[+/]/g, '_'));
      expect(bytes).not.toContain(Buffer.from(secret).toString('base64'));
    }),
    { numRuns: 50 },
  );
});

test('a secret of the configuration is in no line, whatever it looks like and wherever it stands', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 60, unit: 'grapheme' }), (value) => {
      fc.pre(!/^\d*$/.test(value) && value.trim().length >= 8);
      const bare = new Secret('SECRET', value).reveal();
      const bytes = written((logger) => {
        logger.child({ mark: bare }).info({ words: `a ${bare} b`, [`name ${bare}`]: 1, list: [bare] }, `text ${bare}`);
        logger.error(new Error(`x${bare}x`, { cause: { [bare]: bare } }));
      });
      for (const line of bytes.trim().split('\n')) {
        expect(JSON.stringify(JSON.parse(line))).not.toContain(JSON.stringify(bare).slice(1, -1));
      }
    }),
  );
});

test('what is no secret stays as it is', () => {
  const members = {
    outcome: 'delivered',
    kind: 'changeSet.finished',
    eventId: '2f1e9a52-79cd-4d0a-9f7f-c1b0a7d1a0e1',
    workflowId: 'change-set:76yesvf8y165pa4f98td2crtg',
    transport: 'http',
    milliseconds: 12,
    url: 'http://127.0.0.1:8080',
    link: 'http://127.0.0.1:8233/namespaces/default/workflows/change-set%3Aa/1/user-metadata',
    arn: 'arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/ChangeSet/a',
    reason: 'bearer token: the issuer differs; the token has no key id',
    valueVariable: 'STEWARD_EVENTBRIDGE_KEY',
    hasToken: true,
    alarm: 'DescribeEntity:CredentialsRejected:2026-11-30T02:18:04.482Z',
    missing: null,
    lines: ['Due at 2026-12-01T09:00:00.000Z.', 'See https://aws.amazon.com/marketplace/management/requests/'],
  };
  const line = JSON.parse(written((logger) => logger.info(members, 'event'))) as object;
  expect(line).toEqual({
    level: 30,
    time: expect.any(Number),
    pid: expect.any(Number),
    hostname: expect.any(String),
    name: 'test',
    ...members,
    msg: 'event',
  });
});

test('an error is its name, words, code and place, and those of its causes', () => {
  const cause = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH', extra: 'x' });
  const line = JSON.parse(written((logger) => logger.error({ err: new RangeError('outer', { cause }) }, 'failed'))) as {
    readonly err: { readonly stack: string };
  };
  expect(line).toMatchObject({
    err: { name: 'RangeError', message: 'outer', cause: { name: 'Error', message: 'no route', code: 'EHOSTUNREACH' } },
    msg: 'failed',
  });
  expect(line.err.stack).toMatch(/^\s+at .*logger\.test\.ts/);
  expect(JSON.stringify(line)).not.toContain('extra');
});

function circle(): unknown {
  const round: { itself?: unknown } = {};
  round.itself = round;
  return round;
}

const throwing = {
  get member(): string {
    throw new Error('no');
  },
};

test.each<[string, () => unknown]>([
  ['a circle', circle],
  ['a getter that throws', () => throwing],
  ['many members', () => Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`m${at}`, 'x'.repeat(50)]))],
  ['a long text', () => 'https://a.b/'.repeat(200_000)],
  ['a long line of names', () => 'password:'.repeat(20_000)],
  ['a deep list', () => JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown],
])('a line is made and bounded, whatever is logged: %s', (_name, make) => {
  const bytes = written((logger) => logger.info({ value: make() }, 'words'));
  expect(JSON.parse(bytes)).toMatchObject({ msg: 'words' });
  expect(bytes.length).toBeLessThan(50_000);
});
