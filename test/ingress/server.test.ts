import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Connection } from '@temporalio/client';
import { pino } from 'pino';
import { Secret } from '../../src/config/secret.ts';
import { connectLazily } from '../../src/delivery/connect.ts';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import { startIngress, type RunningIngress } from '../../src/ingress/server.ts';
import { changed, context, fixture } from '@marketplace-steward/testing/sampleEvents';

/** Takes connections and never says a word: Temporal at its slowest. */
let silent: Server;
let connection: Connection;
let ingress: RunningIngress;
const log: string[] = [];
const key = { 'x-api-key': 'right-key' };
const json = { 'content-type': 'application/json' };
const event = fixture('changeSetFailed');

const sockets = new Set<Socket>();

async function silentServer(): Promise<Server> {
  const server = createServer((socket) => sockets.add(socket.on('error', () => socket.destroy()).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function connectionTo(server: Server): Connection {
  const { port } = server.address() as AddressInfo;
  return connectLazily({ connectionOptions: { address: `127.0.0.1:${port}` } });
}

async function start(through: Connection): Promise<RunningIngress> {
  return startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: {
      eventbridge: [{ kind: 'header', header: 'x-api-key', value: new Secret('KEY', key['x-api-key']) }],
      webhook: [],
    },
    signatures: {},
    context,
    connection: through,
    namespace: 'default',
    logger: pino({}, { write: (line: string) => log.push(line) }),
  });
}

beforeAll(async () => {
  silent = await silentServer();
  connection = connectionTo(silent);
  ingress = await start(connection);
});
afterAll(async () => {
  await ingress.close();
  await connection.close();
  silent.close();
  // gRPC itself would wait another 20 s for the other side to speak.
  for (const socket of sockets) socket.destroy();
});

function post(
  headers: Record<string, string>,
  body: Uint8Array | string = event,
  envelope = 'eventbridge',
  url = ingress.url,
) {
  return fetch(`${url}/v1/events/${envelope}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

test('the process says that it runs', async () => {
  const answer = await fetch(`${ingress.url}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([200, { healthy: true }]);
});

test.each([
  ['no key', 'eventbridge', json],
  ['a wrong key', 'eventbridge', { ...json, 'x-api-key': 'wrong' }],
  ['an envelope without credentials', 'webhook', { ...json, ...key }],
])('%s: 401 with a challenge', async (_name, envelope, headers) => {
  const answer = await post(headers, event, envelope);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('ApiKey realm="marketplace-steward"');
  expect(await answer.json()).toMatchObject({ error: 'unauthorized' });
});

test('a stranger is refused before the body is read, whatever its size and type', async () => {
  const answer = await post({ 'content-type': 'text/plain' }, Buffer.alloc(largestBodyBytes + 1));
  expect(answer.status).toBe(401);
});

test.each([
  ['text', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a type that only ends like JSON', { 'content-type': 'application/notjson' }],
  ['a body in another encoding', { ...json, 'content-encoding': 'br' }],
])('%s: 415', async (_name, headers) => {
  const answer = await post({ ...key, ...headers });
  expect(answer.status).toBe(415);
  expect(await answer.json()).toMatchObject({ error: expect.stringMatching(/^unsupported/) });
});

test('a body that is too large: 413 with the limit', async () => {
  const answer = await post({ ...key, ...json }, Buffer.alloc(largestBodyBytes + 1));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: 'bodyTooLarge', message: expect.stringContaining('1310720') });
});

test.each([
  ['POST', '/v1/events/other'],
  ['GET', '/'],
])('%s %s is not there, in JSON', async (method, path) => {
  const answer = await fetch(`${ingress.url}${path}`, { method, headers: key });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: 'notFound' });
});

describe('while Temporal does not answer', () => {
  const kinds = (source: string, detailType: string) =>
    Buffer.from(JSON.stringify({ source, 'detail-type': detailType, id: 'id-1', detail: { orderId: 'secret-order' } }));

  test('a kind that the vendor documents is ignored all the same, and counted by kind in the log', async () => {
    const [source, detailType] = ['aws.private-marketplace', 'Product Request Created'];
    for (let count = 1; count <= 2; count += 1) {
      const answer = await post({ ...key, ...json }, kinds(source, detailType));
      expect([answer.status, await answer.json()]).toEqual([
        202,
        {
          outcome: 'ignored',
          kind: `${source}/${detailType}`,
          eventId: 'id-1',
          workflowId: null,
          reason: expect.any(String),
        },
      ]);
      const line = JSON.parse(log.at(-1) ?? '{}') as unknown;
      expect(line).toMatchObject({
        counter: 'eventsIgnored',
        kind: `${source}/${detailType}`,
        count,
        eventId: 'id-1',
      });
    }
    expect(log.join('')).not.toContain('secret-order');
  });

  test('the log knows an ignored event without an id by the digest of its bytes', async () => {
    const body = Buffer.from('{"source":"aws.private-marketplace","detail-type":"Product Request Created"}');
    expect((await post({ ...key, ...json }, body)).status).toBe(202);
    const digest = createHash('sha256').update(body).digest('hex');
    expect(JSON.parse(log.at(-1) ?? '{}')).toMatchObject({ outcome: 'ignored', eventId: digest });
  });

  test.each([
    ['of an unknown kind', kinds('aws.marketplacecatalog', 'Change Set Started')],
    ['of an account that is not configured', changed('changeSetFailed', {}, { account: '111122223333' })],
  ])('an event %s stays with its sender, as soon as any other', async (_name, body) => {
    const answered = async (bytes: Buffer) => {
      const begunMs = performance.now();
      const { status } = await post({ ...key, ...json }, bytes);
      return { status, tookMs: performance.now() - begunMs };
    };
    const [other, ...answers] = await Promise.all([answered(event), answered(body), answered(body)]);
    expect([other, ...answers].map(({ status }) => status)).toEqual([503, 503, 503]);
    // Asked for twice, one after the other, it would take two of the times that Temporal is given.
    for (const { tookMs } of answers) expect(tookMs / other.tookMs).toBeLessThan(1.6);
  });

  test('an event stays with its sender, under every media type of JSON: 503 with Retry-After', async () => {
    const types = ['application/json', 'application/json; charset=utf-8', 'application/cloudevents+json'];
    for (const answer of await Promise.all(types.map((type) => post({ ...key, 'content-type': type })))) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({
        outcome: 'unavailable',
        reason: expect.stringContaining('Temporal'),
      });
    }
  });

  test('the same for what cannot be read, an empty body too: nothing unstored is acknowledged', async () => {
    const answers = await Promise.all([post({ ...key, ...json }, 'no json'), post({ ...key, ...json }, '')]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  });

  test('not ready, and why: the log says it, and the answer to a known sender alone', async () => {
    const readyz = async (headers: Record<string, string>) => {
      const answer = await fetch(`${ingress.url}/readyz`, { headers });
      expect(answer.status).toBe(503);
      return (await answer.json()) as unknown;
    };
    const reason = expect.stringContaining('Temporal did not answer');
    // Probes at the same time share one answer of Temporal.
    const [known, ...strange] = await Promise.all([key, {}, { 'x-api-key': 'wrong' }].map(readyz));
    expect(known).toEqual({ ready: false, reason });
    expect(log.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ reason }));
    for (const answer of strange) expect(JSON.stringify(answer)).not.toContain('Temporal');
  });

  test('closing answers what is under way, and takes nothing more', async () => {
    const server = await silentServer();
    const connected = once(server, 'connection');
    const through = connectionTo(server);
    const other = await start(through);
    const answer = post({ ...key, ...json }, event, 'eventbridge', other.url);
    await connected;
    await other.close();
    expect(await (await answer).json()).toMatchObject({ outcome: 'unavailable' });
    await expect(post({ ...key, ...json }, event, 'eventbridge', other.url)).rejects.toThrow('fetch failed');
    await through.close();
    server.close();
  });
});

test('the log says what was refused and why, and holds no key and no body', () => {
  const lines = log.map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ envelope: 'eventbridge', status: 401, error: 'unauthorized' }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ status: 413 }));
  expect(lines).toContainEqual(
    expect.objectContaining({ outcome: 'unavailable', reason: expect.any(String), milliseconds: expect.any(Number) }),
  );
  const handled = lines.filter(({ outcome }) => outcome === 'unavailable');
  expect(handled.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  expect(log.join('')).not.toMatch(/right-key|Create my product/);
});
