import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { serveMetrics } from '../../src/ingress/metricsServer.ts';

const app = serveMetrics('127.0.0.1:0', { mediaType: 'text/plain', text: () => Promise.resolve('a 1') });

afterAll(async () => (await app).close());

test.each(['GET', 'POST'])('the body of a %s is not read on: its connection closes with the answer', async (method) => {
  const { port } = (await app).server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (text) => (answer += text));
  socket.on('error', () => undefined);
  socket.write(`${method} /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000000\r\n\r\nbegun`);
  await once(socket, 'end');
  expect(answer).toMatch(/^connection: close\r$/im);
  socket.destroy();
});

test('a scrape leaves its connection open', async () => {
  const { port } = (await app).server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([answer.status, answer.headers.get('connection'), await answer.text()]).toEqual([200, 'keep-alive', 'a 1']);
});
