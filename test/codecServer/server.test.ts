import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Payload } from '@temporalio/common';
import { encryptedBy } from '@marketplace-steward/testing/encryption';
import { newSigningKey, signToken, startJwksServer } from '@marketplace-steward/testing/jwks';
import { silent } from '@marketplace-steward/testing/silent';
import { until } from '@marketplace-steward/testing/until';
import { startCodecServer, type RunningCodecServer } from '../../src/codecServer/server.ts';
import { createRateLimit } from '../../src/codecServer/rate.ts';
import { createSessions } from '../../src/codecServer/signIn.ts';
import { Secret } from '../../src/config/secret.ts';
import { createPayloadCodec } from '../../src/delivery/encryption/payloadCodec.ts';
import { payloadConverter } from '../../src/workflows/shared/payloadConverter.ts';

const ui = 'https://temporal.example.com';
const password = 'correct horse battery staple';
const codec = createPayloadCodec(encryptedBy('a'));
const credential = { kind: 'header', header: 'authorization', value: new Secret('KEY', 'Bearer the-key') } as const;
const key = { authorization: 'Bearer the-key' };
const plain = payloadConverter.toPayload({ buyer: 'Rosalind Franklin' });

const options = {
  host: '127.0.0.1',
  port: 0,
  origins: [ui],
  credentials: [credential],
  password: new Secret('PASSWORD', password),
  codec,
  namespace: 'steward',
  logger: silent,
};
let server: RunningCodecServer;
beforeAll(async () => {
  server = await startCodecServer(options);
});
afterAll(() => server.close());

const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
const asJson = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, bytes]) => [name, base64(bytes)])),
  data: base64(data),
});

async function encrypted(): Promise<object> {
  const [payload] = await codec.encode([plain]);
  return asJson(payload ?? {});
}

function post(path: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'steward', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const signIn = (given: string, headers: Record<string, string> = {}): Promise<Response> =>
  post(
    '/sign-in',
    { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    new URLSearchParams({ password: given }).toString(),
  );

async function sessionCookie(): Promise<string> {
  const { headers } = await until(async () => {
    const answer = await signIn(password);
    return answer.status === 200 ? answer : undefined;
  });
  return (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

test('decodes what is encrypted, leaves what is not, and encodes again', async () => {
  const lost = await createPayloadCodec(encryptedBy('lost')).encode([plain]);
  const payloads = [await encrypted(), asJson(plain), ...lost.map(asJson)];
  const answer = await post('/decode', key, { payloads });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toEqual({ payloads: [asJson(plain), asJson(plain), ...lost.map(asJson)] });

  const encoded = await (await post('/encode', key, { payloads: [asJson(plain)] })).text();
  expect(encoded).toContain(base64(Buffer.from('binary/encrypted')));
  expect(await (await post('/decode', key, encoded)).json()).toEqual({ payloads: [asJson(plain)] });
});

test.each([
  ['no credential', {}],
  ['a wrong key', { authorization: 'Bearer the-kex' }],
  ['another scheme', { authorization: 'Basic dGhlLWtleTo=' }],
  ['a cookie that was made up', { origin: ui, cookie: `steward-codec=9999999999.${'A'.repeat(43)}` }],
])('%s gets 401, with how to do it', async (_what, headers: Record<string, string>) => {
  for (const path of ['/decode', '/encode']) {
    const answer = await post(path, headers, { payloads: [await encrypted()] });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await answer.text()).toContain('/sign-in');
  }
});

test('the wrong namespace, and none, get 403', async () => {
  const body = { payloads: [] };
  expect((await post('/decode', { ...key, 'x-namespace': 'other' }, body)).status).toBe(403);
  const answer = await fetch(`${server.url}/decode`, {
    method: 'POST',
    headers: { ...key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(403);
});

test('only pages of the Web UI may read: their preflight is answered, and the credential of another page’s request is of no use', async () => {
  const preflight = (origin: string) =>
    fetch(`${server.url}/decode`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-namespace' },
    });
  const allowed = await preflight(ui);
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': ui,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': expect.stringContaining('x-namespace'),
    vary: 'origin',
  });
  for (const origin of ['https://evil.example.com', `${ui}.evil.example.com`, 'http://temporal.example.com', 'null']) {
    for (const answer of [await preflight(origin), await post('/decode', { ...key, origin }, { payloads: [] })]) {
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  }
  // A refusal can be read, too: the Web UI says what is wrong.
  const refused = await post('/decode', { origin: ui }, { payloads: [] });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, ui]);
});

describe('signing in', () => {
  test('gives a cookie that no script reads and only the same site sends, and only an allowed page can use', async () => {
    const answer = await signIn(password);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^steward-codec=\d+\.[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    const cookie = await sessionCookie();
    const payloads = { payloads: [await encrypted()] };
    expect(await (await post('/decode', { origin: ui, cookie }, payloads)).json()).toEqual({
      payloads: [asJson(plain)],
    });
    expect((await post('/decode', { cookie }, payloads)).status).toBe(401);
    expect((await post('/decode', { origin: 'https://evil.example.com', cookie }, payloads)).status).toBe(403);
  });

  test('refuses a wrong password, and a page of another site that would sign in', async () => {
    for (const wrong of ['', password.slice(0, -1), `${password} `]) {
      const answer = await signIn(wrong);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null]);
    }
    expect((await signIn(password, { origin: 'https://evil.example.com' })).status).toBe(403);
    // More attempts than a second allows wait.
    await until(async () => (await signIn(password, { origin: server.url })).status === 200 || undefined);
  });

  test('a form that is too large is refused', async () => {
    expect((await signIn('x'.repeat(5_000))).status).toBe(413);
  });

  test('a session ends after 12 hours, with another password, and by any change', () => {
    let nowMs = 1_800_000_000_000;
    const sessions = createSessions(new Secret('P', password), () => nowMs);
    const value = sessions.open();
    const admits = (given: string, by = sessions) => by.admits({ cookie: `other=1; steward-codec=${given}; more=2` });
    expect(admits(value)).toBe(true);
    expect(
      admits(
        value,
        createSessions(new Secret('P', `${password}!`), () => nowMs),
      ),
    ).toBe(false);
    const later = value.replace(/^\d+/, (endsAt) => String(Number(endsAt) + 1));
    expect(admits(later)).toBe(false);
    expect(sessions.admits({})).toBe(false);
    nowMs += 12 * 3_600_000 - 1_000;
    expect(admits(value)).toBe(true);
    nowMs += 1_000;
    expect(admits(value)).toBe(false);
  });
});

test.each([
  ['no JSON', '{'],
  ['no payloads', {}],
  ['a payload that is a text', { payloads: ['AAA'] }],
  ['what is no base64', { payloads: [{ metadata: { encoding: '***' } }] }],
  ['more payloads than a page has', { payloads: Array.from({ length: 1_001 }, () => ({})) }],
  [
    'more metadata than there is',
    { payloads: [{ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`${n}`, ''])) }] },
  ],
])('%s gets 400', async (_what, body) => {
  expect((await post('/decode', key, body)).status).toBe(400);
});

test('a body that is too large gets 413, and other addresses 404', async () => {
  const large = JSON.stringify({ payloads: [{ data: 'A'.repeat(7 * 1024 * 1024) }] });
  expect((await post('/decode', key, large)).status).toBe(413);
  expect((await fetch(`${server.url}/`)).status).toBe(404);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('so many in a second, and then as many as time allows', () => {
  let nowMs = 0;
  const admits = createRateLimit(5, () => nowMs);
  const admitted = () => Array.from({ length: 10 }, () => admits()).filter(Boolean).length;
  expect(admitted()).toBe(5);
  nowMs = 400;
  expect(admitted()).toBe(2);
  nowMs = 60_000;
  expect(admitted()).toBe(5);
});

test('requests and sign-ins over the rate get 429', async () => {
  const slow = await startCodecServer({ ...options, requestsPerSecond: 2 });
  const statusesOf = async (send: () => Promise<Response>) => {
    const answers = await Promise.all(Array.from({ length: 30 }, send));
    return new Set(answers.map(({ status }) => status));
  };
  const decode = () =>
    fetch(`${slow.url}/decode`, {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json', 'x-namespace': 'steward' },
      body: '{"payloads":[]}',
    });
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'password=x' };
  expect(await statusesOf(decode)).toEqual(new Set([200, 429]));
  expect(await statusesOf(() => fetch(`${slow.url}/sign-in`, form))).toEqual(new Set([401, 429]));
  await slow.close();
});

test('an operator’s token of the Web UI’s own identity provider admits, and only a right one', async () => {
  const jwks = await startJwksServer();
  const signing = await newSigningKey('RS256', 'one');
  jwks.answer = { keys: [signing.jwk] };
  const issuer = 'https://login.example.com';
  const withTokens = await startCodecServer({
    ...options,
    credentials: [
      {
        kind: 'bearer',
        issuer,
        audience: 'temporal',
        jwksUrl: jwks.url,
        algorithms: ['RS256'],
        clockToleranceSeconds: 10,
      },
    ],
  });
  const decodeWith = async (audience: string): Promise<number> => {
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const token = await signToken(signing, { iss: issuer, aud: audience, exp });
    const answer = await fetch(`${withTokens.url}/decode`, {
      method: 'POST',
      headers: {
        origin: ui,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-namespace': 'steward',
      },
      body: '{"payloads":[]}',
    });
    return answer.status;
  };
  expect([await decodeWith('temporal'), await decodeWith('another')]).toEqual([200, 401]);
  await withTokens.close();
  await jwks.close();
});

test('behind a proxy with TLS the cookie is secure', async () => {
  const body = new URLSearchParams({ password }).toString();
  const headers = { host: 'codec.example.com', 'content-type': 'application/x-www-form-urlencoded' };
  const cookies = await until(async () => {
    const sent = request(`${server.url}/sign-in`, { method: 'POST', headers }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.headers['set-cookie'];
  });
  expect(cookies[0]).toMatch(/; Secure$/);
});

it.each(['/decode', '/sign-in', '/nowhere'])('%s: an unread body closes the connection', async (path) => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (text) => (answer += text));
  socket.on('error', () => undefined);
  const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10000000000`;
  socket.write(`${head}\r\n\r\nbegun`);
  await once(socket, 'end');
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer).toMatch(/^connection: close\r$/im);
  socket.destroy();
});
