import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createRequestLimit } from '../../src/codecServer/requestLimit.ts';

const slots = 2;
/** Less would, on a machine that is busy with other things, end connections whose request nobody has seen. */
const requestTimeout = 2_000;
const whole = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
const partial = whole.slice(0, -1);

let server: Server;
let arrivals: Array<(exchange: [IncomingMessage, ServerResponse]) => void>;
let admit: ReturnType<typeof createRequestLimit>;

beforeEach(async () => {
  arrivals = [];
  admit = createRequestLimit(slots);
  server = createServer({ requestTimeout, connectionsCheckingInterval: 20 }, (request, response) => {
    for (const one of [request, response]) one.on('error', () => undefined);
    arrivals.shift()?.([request, response]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends so many of a text over one connection; gives the exchanges as the server sees them. */
async function send(
  text: string,
  count: number,
): Promise<{ sender: Socket; exchanges: Array<[IncomingMessage, ServerResponse]> }> {
  const arrived = Array.from({ length: count }, () => {
    const { promise, resolve } = Promise.withResolvers<[IncomingMessage, ServerResponse]>();
    arrivals.push(resolve);
    return promise;
  });
  const sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sender.on('error', () => sender.destroy());
  sender.write(text.repeat(count));
  return { sender, exchanges: await Promise.all(arrived) };
}

/** Not by `once`, which rejects at the error that comes first. */
const closed = ({ socket }: IncomingMessage): Promise<void> =>
  new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', resolve)));

type Ending = (sender: Socket, request: IncomingMessage, responses: ServerResponse[]) => Promise<unknown>;
const leave: Ending = (sender, request) => {
  sender.destroy();
  return closed(request);
};
const answer: Ending = (_sender, _request, responses) =>
  Promise.all(responses.map((response) => once(response.end(), 'close')));

test.each<[string, string, Ending]>([
  ['is answered', whole, answer],
  ['loses its sender in the middle of the body', partial, leave],
  ['loses its sender before the answer', whole, leave],
  ['takes too long', partial, (_sender, request) => closed(request)],
  ['fails', whole, (_sender, request, [response]) => closed(response?.destroy(new Error('broken')).req ?? request)],
])('a request that %s gives its slot back', async (_name, text, end) => {
  for (let round = 0; round < 3; round += 1) {
    const sent = await Promise.all(Array.from({ length: slots }, () => send(text, 1)));
    for (const { exchanges } of sent) expect(exchanges.map((exchange) => admit(...exchange))).toEqual([true]);
    const { sender, exchanges } = await send(whole, 1);
    expect(exchanges.map((exchange) => admit(...exchange))).toEqual([false]);
    await leave(sender, exchanges[0]?.[0] as IncomingMessage, []);
    await Promise.all(
      sent.map((one) =>
        end(
          one.sender,
          one.exchanges[0]?.[0] as IncomingMessage,
          one.exchanges.map(([, response]) => response),
        ),
      ),
    );
  }
});

test('requests that are pipelined give their slots back when their connection ends', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { sender, exchanges } = await send(whole, slots);
    expect(exchanges.map((exchange) => admit(...exchange))).toEqual([true, true]);
    await leave(sender, exchanges[0]?.[0] as IncomingMessage, []);
  }
});

test('a sender that has left before it was admitted takes no slot', async () => {
  for (let round = 0; round <= slots; round += 1) {
    const { sender, exchanges } = await send(whole, 1);
    await leave(sender, exchanges[0]?.[0] as IncomingMessage, []);
    expect(exchanges.map((exchange) => admit(...exchange))).toEqual([false]);
  }
  const { exchanges } = await send(whole, 1);
  expect(exchanges.map((exchange) => admit(...exchange))).toEqual([true]);
});
