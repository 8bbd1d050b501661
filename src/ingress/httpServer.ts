import { createServer, STATUS_CODES, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { largestHeadersBytes, requestWithinMs, type RefusalCode } from './answerTable.ts';
import { refused, type Answer } from './answers.ts';
import { closeGently, endingOf, isClosing } from './closing.ts';
import type { RequestsUnderWay } from './requestsUnderWay.ts';
import type { RefusalReason } from './refusalReport.ts';

/** How often Node checks for connections that took too long; its own default is 30 s. */
const connectionsCheckingIntervalMs = 1_000;
/** Longer than the 60 s after which load balancers close an idle connection by default, so that they close first. */
const keepAliveMs = 65_000;
const stuckAfterMs = 30_000;
/** Each takes some 20 kB, with TLS some 60 kB. */
const mostConnections = 4_096;

/** What a server works with. */
export interface HttpServerOptions {
  /** Plain HTTP where it is absent. */
  readonly tls?: SecureContextOptions;
  readonly underWay: RequestsUnderWay;
  readonly report: (code: RefusalReason, line: { readonly address: string }) => void;
}

/** A server. */
export interface IngressServer {
  readonly server: Server;
  /** What to call where it is about to close. */
  readonly end: () => void;
}

/** A request line with a method that Node's parser does not know. */
const requestLine = /^[\w-]{1,40} \S{1,8000} HTTP\/1\.[01]\r?\n/;

function codeOf({ code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): RefusalCode {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'requestTimeout';
    case 'HPE_HEADER_OVERFLOW':
      return 'headersTooLarge';
    case 'HPE_INVALID_VERSION':
      return 'unsupportedVersion';
    case 'HPE_INVALID_METHOD':
      return requestLine.test(rawPacket?.toString('latin1') ?? '') ? 'unknownMethod' : 'malformedRequest';
    default:
      return 'malformedRequest';
  }
}

/** An answer to what is no request that Node could answer. */
function writeAnswer(socket: Socket, { status, headers, body }: Answer): void {
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    `date: ${new Date().toUTCString()}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  if (socket.writable) socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
  closeGently(socket);
}

const addressOf = ({ remoteAddress = 'unknown' }: Socket): string => remoteAddress;

/**
 * Makes the server of the ingress, whose every answer has our shape, those to what is no HTTP as well. Fastify makes more
 * than one where a host has several addresses.
 */
export function createIngressServer(
  handler: RequestListener,
  { tls, underWay, report }: HttpServerOptions,
): IngressServer {
  const options = {
    requestTimeout: requestWithinMs,
    headersTimeout: requestWithinMs,
    connectionsCheckingInterval: connectionsCheckingIntervalMs,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: largestHeadersBytes,
    // `framingProblem` asks for it, and answers in our shape.
    requireHostHeader: false,
  };
  const server: Server =
    tls === undefined
      ? createServer(options, handler)
      : createSecureServer({ ...options, ...tls, handshakeTimeout: requestWithinMs }, handler);
  server.maxConnections = mostConnections;
  // A connection on which nothing moves while an answer is due: its sender does not read.
  server.timeout = stuckAfterMs;
  // Fastify forwards upgrades of further servers to nobody, and they would hang. Without a listener Node ignores them.
  server.on('newListener', (name) => {
    if (name === 'upgrade') queueMicrotask(() => server.removeAllListeners('upgrade'));
  });
  // Node would answer these two without us.
  server.on('checkContinue', handler);
  server.on('checkExpectation', handler);
  server.on('connect', ({ socket }: IncomingMessage) => {
    report('unknownMethod', { address: addressOf(socket) });
    writeAnswer(socket, refused('unknownMethod'));
  });
  server.on('drop', (connection) => report('tooManyConnections', { address: connection?.remoteAddress ?? 'unknown' }));
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    // A load balancer's probe connects and leaves.
    if (error.code !== 'ECONNRESET') report('tlsHandshakeFailed', { address: addressOf(socket) });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    const address = addressOf(socket);
    if (socket.destroyed || isClosing(socket) || error.code === 'ECONNRESET') return void socket.destroy();
    const code = codeOf(error);
    // The error is of a request that is read now: its answer comes after those of the requests before it.
    if (underWay.fail(socket, code)) return;
    report(code, { address });
    if (!underWay.closeAfterAnswer(socket)) writeAnswer(socket, refused(code));
  });
  return { server, end: endingOf(server, tls === undefined ? 'connection' : 'secureConnection') };
}
