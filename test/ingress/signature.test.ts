import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { exportJWK, type JWK } from 'jose';
import { pino } from 'pino';
import { Secret } from '../../src/config/secret.ts';
import { createKeySets } from '../../src/ingress/keySets.ts';
import { createSignatureCheck } from '../../src/ingress/signature.ts';
import { fixture } from '@marketplace-steward/testing/sampleEvents';
import {
  freeClock,
  holdClock,
  letRequestsGiveUp,
  passSeconds,
  startBareIngress,
  startJwksServer,
  type BareIngress,
  type JwksServer,
} from '@marketplace-steward/testing/jwks';

type Form = 'der' | 'ieee-p1363';

const apiKey = 'the-key-of-the-envelope';
const body = fixture('buyabilityChanged.webhook');
/** Every signature that was made, and everything that was logged or answered. */
const signatures: string[] = [];
const reported: string[] = [];

let privateKey: KeyObject;
let jwk: JWK;
let keys: JwksServer;
let ingress: BareIngress;

async function newKey(kid: string, namedCurve = 'P-384'): Promise<{ privateKey: KeyObject; jwk: JWK }> {
  const pair = generateKeyPairSync('ec', { namedCurve });
  return { privateKey: pair.privateKey, jwk: { ...(await exportJWK(pair.publicKey)), kid } };
}

function signed(bytes: Uint8Array, dsaEncoding: Form = 'der', key: KeyObject = privateKey, digest = 'sha384'): string {
  const signature = sign(digest, bytes, { key, dsaEncoding }).toString('base64');
  signatures.push(signature);
  return signature;
}

beforeAll(async () => {
  ({ privateKey, jwk } = await newKey('vendor-1'));
});

beforeEach(async () => {
  holdClock();
  keys = await startJwksServer();
  keys.answer = { keys: [jwk] };
  ingress = await startBareIngress([{ kind: 'header', header: 'x-api-key', value: new Secret('KEY', apiKey) }], {
    webhook: { jwksUrl: keys.url },
  });
});

afterEach(async () => {
  await ingress.close();
  await keys.close();
  freeClock();
  reported.push(...ingress.heard);
});

const json = { 'content-type': 'application/json' };

function post(
  signature: string | undefined,
  { kid = 'vendor-1', key = apiKey, bytes = body, envelope = 'webhook' } = {},
) {
  const headers: Record<string, string> = { ...json, 'x-api-key': key, 'x-amzn-kid': kid };
  if (signature !== undefined) headers['x-amzn-signature'] = signature;
  return ingress.post({ headers, body: bytes, envelope });
}

/** Temporal is not there, so anyone who is let in hears that nothing could be stored. */
const letIn = { status: 503, body: { outcome: 'unavailable' } };
const refused = { status: 401, body: { error: 'unauthorized' } };

test.each(['der', 'ieee-p1363'] as const)('a right signature in %s form is let in', async (form) => {
  expect(await post(signed(body, form))).toMatchObject(letIn);
  expect(keys.requests).toBe(1);
});

test('both forms of any signature over any bytes are right, and neither is right over other bytes', async () => {
  const check = createSignatureCheck(createKeySets(pino({ level: 'silent' }))(keys.url));
  const verdictOn = async (signature: string, bytes: Uint8Array) =>
    (await check.judge({ 'x-amzn-kid': 'vendor-1', 'x-amzn-signature': signature }, bytes)).verdict;
  const form = fc.constantFrom<Form>('der', 'ieee-p1363');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), form, fc.nat(), async (bytes, dsaEncoding, at) => {
      const signature = signed(bytes, dsaEncoding);
      expect(await verdictOn(signature, bytes)).toBe('admitted');
      expect(await verdictOn(signature, Uint8Array.of(...bytes, 0))).toBe('refused');
      const damaged = Buffer.from(signature, 'base64');
      damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ 1;
      expect(await verdictOn(damaged.toString('base64'), bytes)).toBe('refused');
    }),
    { numRuns: 50 },
  );
  expect(keys.requests).toBe(1);
});

test('the bytes count as they came: the same JSON in other words is another body', async () => {
  const reworded = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  expect(await post(signed(body), { bytes: reworded })).toMatchObject(refused);
  expect(await post(signed(reworded), { bytes: reworded })).toMatchObject(letIn);
});

test('what cannot be read is refused by its signature before anything is made of it', async () => {
  const garbage = Buffer.from('{"not": json');
  expect(await post(signed(body), { bytes: garbage })).toMatchObject(refused);
  expect(await post(signed(garbage), { bytes: garbage })).toMatchObject(letIn);
});

describe('refused with 401', () => {
  test.each<readonly [string, () => Promise<string> | string]>([
    ['another key', async () => signed(body, 'der', (await newKey('vendor-1')).privateKey)],
    ['SHA-256', () => signed(body, 'der', privateKey, 'sha256')],
    ['another curve', async () => signed(body, 'ieee-p1363', (await newKey('vendor-1', 'P-256')).privateKey)],
    ['zeros, which a careless check takes', () => Buffer.alloc(96).toString('base64')],
    ['zeros in DER', () => Buffer.from('3006020100020100', 'hex').toString('base64')],
    ['random bytes', () => randomBytes(96).toString('base64')],
    ['DER that ends too early', () => Buffer.from('3066023100', 'hex').toString('base64')],
    ['base64url', () => Buffer.alloc(96, 0xff).toString('base64url')],
    ['no base64', () => 'not base64!'],
    ['nothing', () => ''],
    ['far too much', () => randomBytes(3_000).toString('base64')],
  ])('a signature of %s', async (_name, make) => {
    const answer = await post(await make());
    expect(answer).toMatchObject(refused);
    expect(answer.headers.get('www-authenticate')).toBe('ApiKey realm="marketplace-steward"');
  });

  test('no signature, before anything of the body came and without a check of the keys', async () => {
    const { hostname, port } = new URL(ingress.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /v1/events/webhook HTTP/1.1\r\nHost: x\r\nX-Api-Key: ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
    );
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
    expect(keys.requests).toBe(0);
  });

  test('no key id', async () => {
    expect(await post(signed(body), { kid: '' })).toMatchObject(refused);
  });

  test('a right signature without the credential: it stands beside one and never for it', async () => {
    expect(await post(signed(body), { key: 'wrong' })).toMatchObject(refused);
    expect(keys.requests).toBe(0);
  });

  test.each<readonly [string, () => JWK]>([
    ['for encryption', () => ({ ...jwk, use: 'enc' })],
    ['for another algorithm', () => ({ ...jwk, alg: 'ECDH-ES' })],
  ])('a key of the set that is %s', async (_name, make) => {
    keys.answer = { keys: [make()] };
    expect(await post(signed(body))).toMatchObject(refused);
  });

  test('a private key in the set is no reason to trust it with more', async () => {
    const shown = createPrivateKey({ key: privateKey.export({ format: 'pem', type: 'pkcs8' }) });
    keys.answer = { keys: [{ ...(await exportJWK(shown)), kid: 'vendor-1', key_ops: ['sign'] }] };
    expect((await post(signed(body))).body).not.toMatchObject(letIn.body);
  });
});

test('the envelope of EventBridge knows no signature', async () => {
  expect(await post(undefined, { envelope: 'eventbridge' })).toMatchObject(letIn);
  expect(keys.requests).toBe(0);
});

test('it is off unless it is configured', async () => {
  const without = await startBareIngress([{ kind: 'header', header: 'x-api-key', value: new Secret('KEY', apiKey) }]);
  const headers = { ...json, 'x-api-key': apiKey, 'x-amzn-kid': 'vendor-1', 'x-amzn-signature': 'wrong' };
  expect(await without.post({ headers, body })).toMatchObject(letIn);
  await without.close();
});

test('a new key is fetched when it is first seen; unknown ids cost one fetch in half a minute', async () => {
  const next = await newKey('vendor-2');
  const byNext = () => post(signed(body, 'der', next.privateKey), { kid: 'vendor-2' });
  expect(await post(signed(body))).toMatchObject(letIn);
  keys.answer = { keys: [jwk, next.jwk] };
  for (let index = 0; index < 10; index += 1) {
    expect(await post(signed(body), { kid: `made-up-${index}` })).toMatchObject(refused);
  }
  expect(keys.requests).toBe(1);
  passSeconds(31);
  expect(await byNext()).toMatchObject(letIn);
  expect(await post(signed(body))).toMatchObject(letIn);
  expect(keys.requests).toBe(2);
});

test.each<readonly [string, JwksServer['answer']]>([
  ['status 500', { status: 500 }],
  ['garbage', { status: 200, body: 'no keys' }],
  ['silence', 'nothing'],
])('keys that are unavailable (%s): 503 for a while, and admitted once they are back', async (_name, answer) => {
  letRequestsGiveUp();
  keys.answer = answer;
  for (let time = 0; time < 3; time += 1) {
    const denied = await post(signed(body));
    expect(denied).toMatchObject({ status: 503, body: { error: 'keysUnavailable' } });
    expect(Number(denied.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(keys.requests).toBe(1);
  keys.answer = { keys: [jwk] };
  passSeconds(6);
  expect(await post(signed(body))).toMatchObject(letIn);
});

test('no log line and no answer holds a signature, a key of the envelope or a part of the body', () => {
  const all = reported.join('\n');
  expect(all).toContain('"status":401');
  for (const secret of [...signatures, apiKey, 'example-amazon-sku', 'x-amzn-signature:']) {
    expect(all).not.toContain(secret);
  }
});
