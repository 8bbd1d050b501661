import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { freePort } from '@marketplace-steward/testing/ports';
import { refusals } from '../../src/ingress/answerTable.ts';
import { allOf, eventRequest, key, request, startWorld, type SocketWorld } from './socketWorld.ts';

let world: SocketWorld;
let metricsAddress: string;
beforeAll(async () => {
  metricsAddress = `127.0.0.1:${await freePort()}`;
  world = await startWorld({ metricsAddress });
});
afterAll(() => world.close());

const known = `X-Api-Key: ${key}\r\nContent-Type: application/json\r\n`;
const post = 'POST /v1/events/eventbridge HTTP/1.1\r\n';

test.each<readonly [string, number, string, string | Buffer]>([
  // The shape of the message.
  ['no HTTP', 400, 'malformedRequest', 'hello\r\n\r\n'],
  ['a header without a colon', 400, 'malformedRequest', `${post}Host: x\r\nnonsense\r\n\r\n`],
  ['a line that continues another', 400, 'malformedRequest', `${post}Host: x\r\nA: b\r\n c\r\n\r\n`],
  ['bad percent-encoding', 400, 'malformedRequest', request('POST /%zz HTTP/1.1')],
  ['another version', 505, 'unsupportedVersion', `POST /v1/events/eventbridge HTTP/2.0\r\nHost: x\r\n\r\n`],
  ['a version that there is not', 505, 'unsupportedVersion', `POST /v1/events/eventbridge HTTP/1.7\r\nHost: x\r\n\r\n`],
  ['an unknown method', 501, 'unknownMethod', request('BREW /v1/events/eventbridge HTTP/1.1')],
  ['a method in small letters', 501, 'unknownMethod', request('post /v1/events/eventbridge HTTP/1.1')],
  ['CONNECT', 501, 'unknownMethod', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ['headers of 20 kB', 431, 'headersTooLarge', request('GET / HTTP/1.1', { A: 'a'.repeat(20_000) })],
  ['a path of 20 kB', 431, 'headersTooLarge', request(`GET /${'a'.repeat(20_000)} HTTP/1.1`)],
  // Host.
  ['no host', 400, 'badHost', `${post}${known}Content-Length: 2\r\n\r\n{}`],
  ['two hosts', 400, 'badHost', `${post}Host: x\r\nhost: x\r\n${known}Content-Length: 2\r\n\r\n{}`],
  ...['', 'a b', 'a/b', 'user@host', '[::1', 'x:port', 'x:80:80', '%zz', 'ä'].map(
    (host) => [`the host '${host}'`, 400, 'badHost', eventRequest({ Host: host })] as const,
  ),
  // Transfer-Encoding and Content-Length.
  ...['gzip, chunked', 'identity', 'gzip', 'deflate, gzip, chunked', 'x'].map(
    (coding) =>
      [
        `Transfer-Encoding: ${coding}`,
        501,
        'unsupportedTransferEncoding',
        `${post}Host: x\r\n${known}Transfer-Encoding: ${coding}\r\n\r\n`,
      ] as const,
  ),
])('%s: %i %s, and the connection closes', async (_name, status, error, text) => {
  const answers = await world.exchange(text);
  expect(answers.map((answer) => [answer.status, answer.body.error])).toEqual([[status, error]]);
  expect(answers[0]?.headers).toMatchObject({ connection: 'close', 'content-type': 'application/json; charset=utf-8' });
  expect(answers[0]?.body.message).toBe(refusals[error as keyof typeof refusals].message);
});

test.each(['GET /healthz HTTP/1.1', 'POST /v1/events/eventbridge HTTP/1.1'])(
  '%s that asks for an upgrade: the answer closes the connection, since what came right behind is not read',
  async (line) => {
    const headers = { Connection: 'Upgrade', Upgrade: 'h2c', 'X-Api-Key': key, 'Content-Type': 'application/json' };
    const first = request(line, headers, line.startsWith('POST') ? '{}' : '');
    const answers = await world.exchange(Buffer.concat([first, eventRequest()]));
    expect(answers).toHaveLength(1);
    expect(answers[0]?.headers).toMatchObject({ connection: 'close' });
  },
);

test('every refusal is counted by its error, and the log has each at once, with the address', async () => {
  const before = await world.exchange('hello\r\n\r\n', '');
  expect(before).toHaveLength(1);
  const metrics = await (await fetch(`http://${metricsAddress}/metrics`)).text();
  for (const code of [
    'malformedRequest',
    'badHost',
    'unknownMethod',
    'headersTooLarge',
    'unsupportedTransferEncoding',
  ]) {
    expect(metrics).toMatch(new RegExp(`steward_ingress_refused_total\\{reason="${code}"\\} [1-9]`));
    expect(world.log).toContainEqual(expect.objectContaining({ level: 40, error: code, address: '127.0.0.1' }));
  }
});

test.each(['h2c', 'websocket'])('an offer to upgrade to %s is ignored', async (protocol) => {
  const [answer] = await world.exchange(eventRequest({ Connection: 'close, Upgrade', Upgrade: protocol }));
  expect([answer?.status, answer?.body.outcome]).toEqual([503, 'unavailable']);
});

test('the same holds at every address of a host', async () => {
  const everywhere = await startWorld({ host: 'localhost' });
  const { port } = new URL(everywhere.ingress.url);
  const addresses = (await lookup('localhost', { all: true })).map(({ address }) => address);
  try {
    for (const address of addresses) {
      const socket = connect(Number(port), address);
      socket.write(request('GET / HTTP/1.1', { Connection: 'Upgrade', Upgrade: 'h2c', Host: 'a b' }));
      const answers = await allOf(socket);
      expect(answers.map(({ status, body }) => [status, body.error])).toEqual([[400, 'badHost']]);
    }
  } finally {
    await everywhere.close();
  }
});
