import { connect, createSecureServer, constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createAuthority, type Authority } from '../certificates.ts';

/** How the endpoint knows its clients. */
export type CloudAccess =
  { readonly kind: 'apiKey'; readonly key: string } | { readonly kind: 'certificate'; readonly authority: Authority };

/** An endpoint like one of a namespace of Temporal Cloud, in front of a dev server. */
export interface CloudEndpoint {
  /** `host:port` */
  readonly address: string;
  /** The name that its certificate is for. */
  readonly serverName: string;
  /** The authority of its certificate, in PEM. */
  readonly certificate: string;
  /** How many calls it let through or refused, by method, for instance `OperatorService/ListSearchAttributes`. */
  readonly calls: Map<string, number>;
  /** Methods that are answered as the frontend does whose other roles are away. */
  readonly unavailable: Set<string>;
  /** Methods that are answered as where too much is asked at once. */
  readonly exhausted: Set<string>;
  /** Namespaces that calls named in their headers. */
  readonly namespaces: Set<string>;
  close(): Promise<void>;
}

const { HTTP2_HEADER_PATH: pathHeader, NGHTTP2_FLAG_END_STREAM: endOfStream } = constants;

/** gRPC's answer without a message: "Trailers-Only". */
function refuse(stream: ServerHttp2Stream, code: number, message: string): void {
  stream.resume();
  const status = { 'grpc-status': String(code), 'grpc-message': message };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
}

const connectionHeaders = new Set([':method', ':path', ':scheme', ':authority', ':status', 'host', 'connection']);

function carried(headers: IncomingHttpHeaders): Record<string, string | string[] | undefined> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !connectionHeaders.has(name)));
}

/**
 * Starts an endpoint with TLS that passes calls on to a dev server: only those with the API key, or over a connection with
 * a certificate of the authority; and none of the operator service, which Temporal Cloud refuses to everybody.
 * @param address `host:port` of the dev server
 */
export async function startCloudEndpoint(
  address: string,
  serverName: string,
  access: CloudAccess,
): Promise<CloudEndpoint> {
  const own = createAuthority('authority of the endpoint');
  const { certificate: cert, key } = own.issue(serverName);
  const mutual = access.kind === 'certificate' ? { requestCert: true, ca: access.authority.certificate } : {};
  const server = createSecureServer({ cert, key, ...mutual });
  const upstream = connect(`http://${address}`);
  upstream.on('error', () => undefined);
  const calls = new Map<string, number>();
  const namespaces = new Set<string>();
  const unavailable = new Set<string>();
  const exhausted = new Set<string>();
  server.on('session', (session) => {
    session.on('error', () => session.destroy());
    upstream.once('close', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const path = String(headers[pathHeader]);
    const method = path.slice(path.lastIndexOf('.') + 1);
    calls.set(method, (calls.get(method) ?? 0) + 1);
    namespaces.add(String(headers['temporal-namespace']));
    if (access.kind === 'apiKey' && headers.authorization !== `Bearer ${access.key}`) {
      return refuse(stream, 16, 'Request unauthenticated.');
    }
    if (path.includes('OperatorService')) return refuse(stream, 7, 'Request unauthorized.');
    if (exhausted.has(method)) return refuse(stream, 8, 'namespace rate limit exceeded');
    if (unavailable.has(method)) return refuse(stream, 14, 'Not enough hosts to serve the request');
    const call = upstream.request({ ':method': 'POST', [pathHeader]: path, ...carried(headers) });
    call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    stream.on('close', () => call.close(constants.NGHTTP2_CANCEL));
    let trailers: IncomingHttpHeaders = {};
    call.on('trailers', (given) => {
      trailers = given;
    });
    call.on('response', (response, flags) => {
      const endStream = (flags & endOfStream) !== 0;
      stream.respond({ ':status': 200, ...carried(response) }, endStream ? { endStream } : { waitForTrailers: true });
      if (!endStream) call.pipe(stream);
    });
    stream.on('wantTrailers', () => stream.sendTrailers(carried(trailers)));
    stream.pipe(call);
    return undefined;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    serverName,
    certificate: own.certificate,
    calls,
    unavailable,
    exhausted,
    namespaces,
    async close() {
      upstream.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
