import { once } from 'node:events';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Connection } from '@temporalio/client';
import { pino } from 'pino';
import { Secret } from '../../src/config/secret.ts';
import type { IngressCredential } from '../../src/config/ingressCredentials.ts';
import { connectLazily } from '../../src/delivery/connect.ts';
import { startIngress, type IngressOptions, type RunningIngress } from '../../src/ingress/server.ts';
import { isDescribed } from './described.ts';
import { context, fixture } from '@marketplace-steward/testing/sampleEvents';

/** An answer as it came over a socket. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error?: string; readonly message?: string; readonly outcome?: string };
}

/** An ingress before a Temporal that is not there: 503 `unavailable` says that an event was let in and read. */
export interface SocketWorld {
  readonly ingress: RunningIngress;
  readonly log: ReadonlyArray<Readonly<Record<string, unknown>>>;
  /** Sends these texts one after the other over one connection, and gives all that comes back once it is closed. */
  exchange(...texts: readonly (string | Buffer)[]): Promise<RawAnswer[]>;
  connect(): Promise<Socket>;
  close(): Promise<void>;
}

/** A Temporal that takes connections and never says a word: events stay under way for 2.5 s. */
export async function silentTemporal(): Promise<{
  readonly address: string;
  readonly connection: Connection;
  close(): Promise<void>;
}> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => socket.destroy()).resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = `127.0.0.1:${port}`;
  const connection = connectLazily({ connectionOptions: { address } });
  return {
    address,
    connection,
    async close() {
      await connection.close();
      server.close();
      // gRPC itself would wait another 20 s for the other side to speak.
      for (const socket of sockets) socket.destroy();
    },
  };
}

export const key = 'a-right-key-of-this-test';
export const eventbridge: IngressCredential = { kind: 'header', header: 'x-api-key', value: new Secret('KEY', key) };
/** A failed change set, which a Temporal that is away does not take. */
export const event = fixture('changeSetFailed');

export async function startWorld(changes: Partial<IngressOptions> = {}): Promise<SocketWorld> {
  const log: Array<Record<string, unknown>> = [];
  const connection: Connection = connectLazily({ connectionOptions: { address: '127.0.0.1:1' } });
  const ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: [eventbridge], webhook: [] },
    signatures: {},
    context,
    connection,
    namespace: 'default',
    logger: pino({ level: 'trace' }, { write: (line: string) => log.push(JSON.parse(line)) }),
    ...changes,
  });
  const { hostname, port } = new URL(ingress.url);
  const connect = async (): Promise<Socket> => {
    const socket = connectTo(Number(port), hostname);
    await once(socket, 'connect');
    // A connection that is reset has given what it gave.
    return socket.on('error', () => socket.destroy());
  };
  return {
    ingress,
    log,
    connect,
    async exchange(...texts) {
      const socket = await connect();
      const answers = allOf(socket);
      for (const text of texts) await new Promise((resolve) => socket.write(text, resolve));
      return answers;
    },
    async close() {
      await ingress.close();
      await connection.close();
    },
  };
}

/** Everything that comes until the connection is closed. */
export async function allOf(socket: Socket): Promise<RawAnswer[]> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return answersIn(Buffer.concat(chunks).toString());
}

function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`This is no answer: ${rest}`);
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const status = Number(statusLine.split(' ')[1]);
    const length = Number(headers['content-length'] ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    const answer = { status, headers, body: body === '' ? {} : (JSON.parse(body) as RawAnswer['body']) };
    // Whatever a test asks: no answer is missing in the description.
    if (body !== '' && !isDescribed(status, answer.body)) {
      throw new Error(`openapi.json has no such answer: ${status} ${body}`);
    }
    answers.push(answer);
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

/** Text of a request: a request line, headers, and a body with its length. */
export function request(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const bytes = Buffer.from(body);
  const length = bytes.length > 0 ? { 'Content-Length': String(bytes.length) } : {};
  const all = { Host: 'x', Connection: 'close', ...length, ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line}\r\n${head.join('')}\r\n`), bytes]);
}

/** A request with an event, from a known sender. */
export function eventRequest(headers: Readonly<Record<string, string>> = {}, body: string | Buffer = event): Buffer {
  return request(
    'POST /v1/events/eventbridge HTTP/1.1',
    { 'X-Api-Key': key, 'Content-Type': 'application/json', ...headers },
    body,
  );
}
