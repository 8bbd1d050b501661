import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, SignJWT, type CryptoKey } from 'jose';
import type { BearerCredential } from '../../src/config/ingressCredentials.ts';
import {
  audience,
  claims,
  issuer,
  newSigningKey,
  nowSeconds,
  otherIssuer,
  passSeconds,
  signToken,
  startBareIngress,
  tokenPart,
  useTokenWorld,
} from '@marketplace-steward/testing/jwks';

const world = useTokenWorld();

/** The public key as text, as somebody who mistakes it for a shared secret would sign with it. */
async function hmacByPublicKey(): Promise<string> {
  const signed = `${tokenPart({ alg: 'HS256', kid: world.key.kid })}.${tokenPart(claims())}`;
  const pem = await exportSPKI((await importJWK(world.key.jwk, 'RS256', { extractable: true })) as CryptoKey);
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
}

test('a right token is let in on both envelopes, and its key is fetched once', async () => {
  for (const envelope of ['webhook', 'eventbridge']) {
    expect((await world.post(await signToken(world.key, claims()), envelope)).status).toBe(415);
  }
  const several = await Promise.all(Array.from({ length: 20 }, () => signToken(world.key, claims())));
  const answers = await Promise.all(several.map((token) => world.statusOf(token)));
  expect(new Set(answers)).toEqual(new Set([415]));
  expect([world.keys.requests, world.otherKeys.requests]).toEqual([1, 0]);
});

test('the audience may be one of several', async () => {
  expect(await world.statusOf(await signToken(world.key, claims({ aud: ['https://x.example.com', audience] })))).toBe(
    415,
  );
});

test('a token without a key id is judged by the one key that it can be, and refused where there are two', async () => {
  const token = await signToken(world.key, claims(), { kid: undefined });
  expect(await world.statusOf(token)).toBe(415);
  const other = await newSigningKey('RS256', 'key-2');
  world.keys.answer = { keys: [world.key.jwk, other.jwk] };
  passSeconds(601);
  expect(await world.statusOf(token)).toBe(401);
});

describe('refused with 401 and the scheme', () => {
  const cases: ReadonlyArray<readonly [string, () => Promise<string> | string]> = [
    ['another issuer', () => signToken(world.key, claims({ iss: 'https://evil.example.com' }))],
    ['no issuer', () => signToken(world.key, claims({ iss: undefined }))],
    ['another audience', () => signToken(world.key, claims({ aud: 'https://x.example.com' }))],
    ['no audience', () => signToken(world.key, claims({ aud: undefined }))],
    ['expired', () => signToken(world.key, claims({ exp: nowSeconds() - 11 }))],
    ['no expiry', () => signToken(world.key, claims({ exp: undefined }))],
    ['not valid yet', () => signToken(world.key, claims({ nbf: nowSeconds() + 60 }))],
    ['signed by another key of that id', () => signToken(world.strangerKey, claims())],
    [
      'signed by a key that it brings along',
      () => signToken(world.strangerKey, claims(), { jwk: world.strangerKey.jwk, kid: undefined }),
    ],
    ['algorithm none', () => `${tokenPart({ alg: 'none', kid: world.key.kid })}.${tokenPart(claims())}.`],
    ['HS256 with the public key as its secret', hmacByPublicKey],
    [
      'an algorithm that is not in the list, by a key of the set',
      async () => {
        const other = await newSigningKey('RS512', 'key-512');
        world.keys.answer = { keys: [world.key.jwk, other.jwk] };
        return signToken(other, claims());
      },
    ],
    [
      'an extension that nobody knows',
      () => {
        const header = { alg: 'RS256', kid: world.key.kid, crit: ['x'], x: 1 };
        return new SignJWT(claims()).setProtectedHeader(header).sign(world.key.privateKey, { crit: { x: true } });
      },
    ],
    ['no signature', async () => `${(await signToken(world.key, claims())).split('.').slice(0, 2).join('.')}.`],
    [
      'changed claims',
      async () => {
        const [head, , signature] = (await signToken(world.key, claims())).split('.');
        return `${head}.${tokenPart(claims({ sub: 'admin' }))}.${signature}`;
      },
    ],
    ['two parts', () => `${tokenPart({ alg: 'RS256' })}.${tokenPart(claims())}`],
    ['not a token', () => 'not-a-token'],
    ['claims that are a list', () => `${tokenPart({ alg: 'RS256', kid: world.key.kid })}.${tokenPart([])}.AAAA`],
  ];

  test.each(cases)('%s', async (_name, make) => {
    const answer = await world.post(await make());
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="marketplace-steward"');
    expect(answer.body).toEqual({ error: 'unauthorized', message: expect.any(String) });
    expect(world.keys.requests).toBeLessThanOrEqual(1);
    expect(world.otherKeys.requests).toBe(0);
  });

  test('a token of one issuer by the keys of another', async () => {
    world.otherKeys.answer = { keys: [world.key.jwk] };
    const wrong = claims({ iss: otherIssuer, scope: 'events/write', sub: 'webhook' });
    expect(await world.statusOf(await signToken(world.strangerKey, wrong))).toBe(401);
    expect([world.keys.requests, world.otherKeys.requests]).toEqual([0, 1]);
  });

  test('the log says why', async () => {
    await world.post(await signToken(world.key, claims({ aud: 'https://x.example.com' })));
    expect(world.ingress.heard.join('\n')).toContain('(aud: check_failed)');
  });
});

test('the clock may differ by the tolerance, and by no more', async () => {
  expect(await world.statusOf(await signToken(world.key, claims({ exp: nowSeconds() - 9 })))).toBe(415);
  expect(await world.statusOf(await signToken(world.key, claims({ nbf: nowSeconds() + 10 })))).toBe(415);
  expect(await world.statusOf(await signToken(world.key, claims({ nbf: nowSeconds() + 11 })))).toBe(401);
  const token = await signToken(world.key, claims());
  expect(await world.statusOf(token)).toBe(415);
  passSeconds(3_600 + 10);
  expect(await world.statusOf(token)).toBe(401);
});

test.each([
  ['both', { scope: 'events/read events/write', sub: 'webhook' }, 415],
  ['the scope as a list under scp', { scp: ['events/write'], sub: 'webhook' }, 415],
  ['no scope', { sub: 'webhook' }, 401],
  ['a scope that only begins like it', { scope: 'events/write2 xevents/write', sub: 'webhook' }, 401],
  ['a scope that is no text', { scope: { 'events/write': true }, sub: 'webhook' }, 401],
  ['another subject', { scope: 'events/write', sub: 'somebody' }, 401],
  ['no subject', { scope: 'events/write' }, 401],
])('where scope and subject are asked for, %s: %#', async (_name, more, status) => {
  world.otherKeys.answer = { keys: [world.key.jwk] };
  expect(await world.statusOf(await signToken(world.key, claims({ iss: otherIssuer, ...more })))).toBe(status);
});

test.each(['ES256', 'PS256', 'EdDSA'] as const)('%s is taken where it is in the list', async (alg) => {
  const own = await newSigningKey(alg, 'own');
  world.keys.answer = { keys: [own.jwk] };
  const only: BearerCredential = {
    kind: 'bearer',
    issuer,
    audience,
    jwksUrl: world.keys.url,
    algorithms: [alg],
    clockToleranceSeconds: 0,
  };
  const other = await startBareIngress([only]);
  const answerTo = async (token: string) =>
    (await other.post({ headers: { authorization: `bearer ${token}`, 'content-type': 'text/plain' } })).status;
  expect(await answerTo(await signToken(own, claims()))).toBe(415);
  expect(await answerTo(await signToken(world.key, claims()))).toBe(401);
  await other.close();
});

test('no log line and no answer holds a token or a part of one', () => {
  const all = world.heard.join('\n');
  expect(all).toContain('"status":401');
  // Shorter parts stand in other words by chance.
  const parts = world.tokens.flatMap((token) => token.split('.').filter(({ length }) => length > 8));
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.filter((part) => all.includes(part))).toEqual([]);
});
