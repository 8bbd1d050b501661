import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { largestBodyBytes } from '../../src/delivery/quarantine.ts';
import { allOf, event, eventRequest, key, request, startWorld, type SocketWorld } from './socketWorld.ts';

let world: SocketWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const post = 'POST /v1/events/eventbridge HTTP/1.1';
const json = { 'Content-Type': 'application/json' };
const known = { ...json, 'X-Api-Key': key };
const large = { 'Content-Length': String(10 * 1024 ** 3) };

describe('a body that is not read closes the connection', () => {
  test.each<readonly [number, string, string, Record<string, string>]>([
    [401, 'unauthorized', post, { ...json, ...large }],
    [404, 'notFound', 'POST /nowhere HTTP/1.1', large],
    [405, 'methodNotAllowed', 'PUT /v1/events/eventbridge HTTP/1.1', { ...known, ...large }],
    [405, 'methodNotAllowed', 'GET /v1/events/eventbridge HTTP/1.1', { ...known, ...large }],
    [413, 'bodyTooLarge', post, { ...known, ...large }],
    [
      415,
      'unsupportedMediaType',
      post,
      { ...known, ...large, 'Content-Length': '1000000', 'Content-Type': 'text/plain' },
    ],
    [415, 'unsupportedEncoding', post, { ...known, 'Content-Length': '1000000', 'Content-Encoding': 'br' }],
    [417, 'expectationFailed', post, { ...known, ...large, Expect: '200-maybe' }],
    [200, '', 'GET /healthz HTTP/1.1', large],
    [503, '', 'GET /readyz HTTP/1.1', large],
  ])('%i %s', async (status, error, line, headers) => {
    const socket = await world.connect();
    const answers = allOf(socket);
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024);
    socket.write(request(line, { ...headers, Connection: 'keep-alive' }));
    const send = (): void => {
      while (!socket.destroyed && socket.writable) {
        sent += chunk.length;
        if (!socket.write(chunk)) return void socket.once('drain', send);
      }
    };
    send();
    const [answer, ...more] = await answers;
    expect([answer?.status, answer?.body.error ?? '', more]).toEqual([status, error, []]);
    expect(answer?.headers['connection']).toBe('close');
    // What our side discards, and what the buffers of two sockets hold.
    expect(sent).toBeLessThan(32 * 1024 ** 2);
  });

  test('nothing that follows on such a connection is taken for a request', async () => {
    const smuggled = request('GET /healthz HTTP/1.1');
    const answers = await world.exchange(request(post, { ...json, Connection: 'keep-alive' }, smuggled), smuggled);
    expect(answers.map(({ status }) => status)).toEqual([401]);
  });

  test('a sender that writes all of its body first sees the answer', async () => {
    const body = Buffer.alloc(largestBodyBytes + 100_000);
    const [answer] = await world.exchange(eventRequest({}, body));
    expect([answer?.status, answer?.body.error]).toEqual([413, 'bodyTooLarge']);
  });
});

test('a connection stays open after an event, for the next', async () => {
  const answers = await world.exchange(eventRequest({ Connection: 'keep-alive' }), eventRequest());
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
});

describe('chunked bodies', () => {
  const head = `${post}\r\nHost: x\r\nConnection: close\r\nX-Api-Key: ${key}\r\nContent-Type: application/json\r\n`;
  const chunked = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const whole = Buffer.concat([chunked(event), Buffer.from('0\r\n\r\n')]);

  test.each(['chunked', 'Chunked', ' chunked '])('%s is taken', async (coding) => {
    const [answer] = await world.exchange(`${head}Transfer-Encoding: ${coding}\r\n\r\n`, whole);
    expect(answer?.body.outcome).toBe('unavailable');
  });

  test.each<readonly [string, number, string, string, Buffer | string]>([
    [
      'with a length as well',
      400,
      'malformedRequest',
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`,
      whole,
    ],
    ['gzip with a length', 400, 'malformedRequest', `${head}Content-Length: 5\r\nTransfer-Encoding: gzip\r\n`, whole],
    ['twice', 400, 'malformedRequest', `${head}Transfer-Encoding: chunked, chunked\r\n`, whole],
    [
      'in two headers',
      400,
      'malformedRequest',
      `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`,
      whole,
    ],
    ['in HTTP/1.0', 400, 'malformedRequest', `${head.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n`, whole],
    ['with a bad size', 400, 'malformedRequest', `${head}Transfer-Encoding: chunked\r\n`, 'xyz\r\n'],
    [
      'with a bad size later',
      400,
      'malformedRequest',
      `${head}Transfer-Encoding: chunked\r\n`,
      Buffer.concat([chunked(event), Buffer.from('-1\r\n')]),
    ],
    [
      'beyond the limit',
      413,
      'bodyTooLarge',
      `${head}Transfer-Encoding: chunked\r\n`,
      chunked(Buffer.alloc(largestBodyBytes + 1)),
    ],
    ['not last', 400, 'malformedRequest', `${head}Transfer-Encoding: chunked, gzip\r\n`, ''],
  ])('%s: %i', async (_name, status, error, headers, body) => {
    const answers = await world.exchange(`${headers}\r\n`, body);
    expect(answers.map((answer) => [answer.status, answer.body.error])).toEqual([[status, error]]);
  });

  test.each([
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: -1',
    'Content-Length: 1e3',
    'Content-Length: 5, 5',
  ])('%j: 400', async (lengths) => {
    const answers = await world.exchange(`${head}${lengths}\r\n\r\n12345`);
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });
});

describe('Expect: 100-continue', () => {
  const expecting = { Expect: '100-Continue', 'Content-Length': String(event.length) };

  test('a known sender hears 100, and then the answer', async () => {
    const socket = await world.connect();
    const answers = allOf(socket);
    socket.write(request(post, { ...known, ...expecting }));
    await once(socket, 'data');
    socket.write(event);
    expect((await answers).map(({ status }) => status)).toEqual([100, 503]);
  });

  test.each<readonly [number, Record<string, string>]>([
    [401, { ...json, ...expecting }],
    [413, { ...known, ...expecting, ...large }],
    [415, { ...known, ...expecting, 'Content-Encoding': 'br' }],
  ])('anybody else hears %i, and sends nothing', async (status, headers) => {
    expect((await world.exchange(request(post, headers))).map((answer) => answer.status)).toEqual([status]);
  });

  test('in HTTP/1.0 it means nothing', async () => {
    const answers = await world.exchange(request(post.replace('1.1', '1.0'), { ...known, ...expecting }), event);
    expect(answers.map(({ status }) => status)).toEqual([503]);
  });
});

describe('Content-Encoding', () => {
  const zeros = gzipSync(Buffer.alloc(100 * 1024 * 1024), { level: 1 });
  const outcomeOf = async (encoding: string, body: Buffer) => {
    const [answer] = await world.exchange(eventRequest({ 'Content-Encoding': encoding }, body));
    return [answer?.status, answer?.body.error, answer?.headers['accept-encoding']];
  };

  test.each(['gzip', 'GZIP', 'x-gzip', 'identity, gzip'])('%s is inflated', async (encoding) => {
    expect(await outcomeOf(encoding, gzipSync(event))).toEqual([503, 'unavailable', undefined]);
  });

  test.each(['identity', 'Identity', ''])("'%s' changes nothing", async (encoding) => {
    expect(await outcomeOf(encoding, event)).toEqual([503, 'unavailable', undefined]);
  });

  test.each(['br', 'deflate', 'zstd', 'gzip, gzip', 'compress'])('%s: 415, with what is taken', async (encoding) => {
    expect(await outcomeOf(encoding, event)).toEqual([415, 'unsupportedEncoding', 'gzip, identity']);
  });

  test('a bomb is refused at the bound', async () => {
    expect(zeros.length).toBeLessThan(largestBodyBytes);
    expect(await outcomeOf('gzip', zeros)).toEqual([413, 'bodyTooLarge', undefined]);
    expect(await outcomeOf('gzip', gzipSync(Buffer.alloc(largestBodyBytes + 1)))).toEqual([
      413,
      'bodyTooLarge',
      undefined,
    ]);
    expect(await outcomeOf('gzip', gzipSync(Buffer.alloc(largestBodyBytes)))).toEqual([503, 'unavailable', undefined]);
  });

  test('what is no gzip stays with its sender while it cannot be kept: it is not refused', async () => {
    expect(await outcomeOf('gzip', event)).toEqual([503, 'unavailable', undefined]);
    expect(await outcomeOf('gzip', gzipSync(event).subarray(0, -20))).toEqual([503, 'unavailable', undefined]);
  });
});
