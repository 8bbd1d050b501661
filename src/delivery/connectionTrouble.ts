import { createPrivateKey, X509Certificate } from 'node:crypto';
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import type { ConnectionOptions } from '@temporalio/client';
import { defined } from '../defined.ts';

/** How Temporal is reached. */
type Access = Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey'>;

/** Why no connection to Temporal comes about. */
export interface ConnectionTrouble {
  /** Nothing answers there: that ends without a change of settings. */
  readonly isAway: boolean;
  /** What is the matter, and what mends it: one or two sentences without a name of the server, the first without capital. */
  readonly sentence: string;
}

/** No connection to Temporal comes about, and no waiting mends that. */
export class TemporalConnectionError extends Error {
  override readonly name = 'TemporalConnectionError';
}

const answerWithinMs = 1_500;
const afterSessionMs = 50;
const away = (what: string): ConnectionTrouble => ({
  isAway: true,
  sentence: `${what}. Check that it runs and that the address is right.`,
});
const wrong = (sentence: string): ConnectionTrouble => ({ isAway: false, sentence });

const clientCertificate = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';
const unknownAuthority = wrong(
  'shows a certificate of an authority that is not known here. Name that authority’s certificate in TEMPORAL_TLS_SERVER_CA_CERT_PATH.',
);
const clientRefused = (given: boolean): ConnectionTrouble =>
  wrong(
    given
      ? `does not accept the client certificate. Give one of an authority that the namespace trusts, in ${clientCertificate}.`
      : `closes the connection before it answers: it wants a client certificate. Name one in ${clientCertificate}.`,
  );
const noTls = wrong(
  'does not speak TLS there. Unset TEMPORAL_TLS and TEMPORAL_API_KEY, or name the port that speaks it in TEMPORAL_ADDRESS.',
);

/** By the codes of Node and OpenSSL (nodejs.org, Errors; X509 certificate error codes). */
const byCode: ReadonlyMap<string, ConnectionTrouble> = new Map([
  ['ECONNREFUSED', away('does not answer: nothing listens there')],
  ['ENOTFOUND', away('does not answer: no such host is known')],
  ['EAI_AGAIN', away('does not answer: the host’s name cannot be looked up now')],
  ['ETIMEDOUT', away('does not answer')],
  ['EHOSTUNREACH', away('does not answer: no route leads there')],
  ['ENETUNREACH', away('does not answer: no route leads there')],
  ...[
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_SIGNATURE_FAILURE',
  ].map((code) => [code, unknownAuthority] as const),
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    wrong(
      'shows a certificate of another name. Name the one on it in TEMPORAL_TLS_SERVER_NAME, or correct the address.',
    ),
  ],
  [
    'CERT_HAS_EXPIRED',
    wrong('shows a certificate whose time is over. Renew it there, or set the clock of this machine.'),
  ],
  ['CERT_NOT_YET_VALID', wrong('shows a certificate whose time has not begun. Set the clock of this machine.')],
]);

/** The problem of a certificate or key of ours, before anything is sent. */
function ownProblem({ tls }: Pick<Access, 'tls'>): ConnectionTrouble | undefined {
  if (typeof tls !== 'object' || tls === null) return undefined;
  const { clientCertPair, serverRootCACertificate } = tls;
  if (serverRootCACertificate && certificateOf(serverRootCACertificate) === undefined) {
    return wrong(
      'cannot be trusted: TEMPORAL_TLS_SERVER_CA_CERT_PATH has no certificate in PEM form. Correct the file.',
    );
  }
  if (!clientCertPair) return undefined;
  const certificate = certificateOf(clientCertPair.crt);
  if (certificate === undefined) {
    return wrong('cannot be asked: TEMPORAL_TLS_CLIENT_CERT_PATH has no certificate in PEM form. Correct the file.');
  }
  if (isVersion1(certificate)) {
    return wrong(
      'cannot be asked: the client certificate is X.509 version 1, which has no extensions. Issue one of version 3.',
    );
  }
  const key = keyOf(clientCertPair.key);
  if (key === undefined) {
    return wrong(
      'cannot be asked: TEMPORAL_TLS_CLIENT_KEY_PATH has no private key in PEM form without a passphrase. Correct the file.',
    );
  }
  if (!certificate.checkPrivateKey(key)) {
    return wrong(
      `cannot be asked: the key of the client certificate is of another one. Give a pair in ${clientCertificate}.`,
    );
  }
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now)
    return wrong('cannot be asked: the time of the client certificate is over. Renew it.');
  if (Date.parse(certificate.validFrom) > now) {
    return wrong('cannot be asked: the time of the client certificate has not begun. Set the clock of this machine.');
  }
  return undefined;
}

function certificateOf(pem: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function keyOf(pem: Uint8Array) {
  try {
    return createPrivateKey(Buffer.from(pem));
  } catch {
    return undefined;
  }
}

/** The bytes of a header of DER (ITU-T X.690, 8.1.3). */
const headerBytes = (der: Uint8Array, at: number): number =>
  (der[at + 1] ?? 0) < 128 ? 2 : 2 + ((der[at + 1] ?? 0) & 127);

/** Its first member is a version, tagged [0], unless it is 1 (RFC 5280, section 4.1). */
function isVersion1({ raw }: X509Certificate): boolean {
  const contents = headerBytes(raw, 0);
  return raw[contents + headerBytes(raw, contents)] !== 0xa0;
}

/** Bad Gateway, Service Unavailable, Gateway Timeout (RFC 9110, section 15.6). */
const unreached: ReadonlySet<number> = new Set([502, 503, 504]);

/** What a peer that was reached answers to the first call of every client; undefined where it speaks as Temporal does. */
function problemOfAnswer(status: number, mediaType: string, grpcStatus: string): ConnectionTrouble | undefined {
  if (!mediaType.startsWith('application/grpc')) {
    const shown = `HTTP status ${status}${/^[\w/+.-]{1,60}/.test(mediaType) ? `, ${mediaType.split(';')[0] ?? ''}` : ''}`;
    if (unreached.has(status)) return away(`does not answer the proxy in front of it (${shown})`);
    const refused = status === 401 || status === 403;
    const mend = refused ? 'Check TEMPORAL_API_KEY, and the address' : 'Check the address, and the proxy';
    return wrong(`does not answer there, but a proxy or another server does (${shown}). ${mend}.`);
  }
  if (grpcStatus === '16' || grpcStatus === '7') {
    return wrong('refuses these credentials. Check TEMPORAL_API_KEY or the TEMPORAL_TLS_* variables.');
  }
  return undefined;
}

function problemOfError(error: Error & { readonly code?: string }, isTls: boolean, hasCertificate: boolean) {
  const code = error.code ?? '';
  const known = byCode.get(code);
  if (known !== undefined) return known;
  if (/ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERT|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code)) {
    return clientRefused(hasCertificate);
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO|RECORD/.test(code)) return noTls;
  if (code === 'ERR_HTTP2_ERROR') return wrong('is not what listens there: it speaks no gRPC. Check the address.');
  if (isTls) return clientRefused(hasCertificate);
  const sentence =
    'closes the connection. Where it wants TLS, set TEMPORAL_TLS=true; else it is about to start or to end.';
  return { isAway: true, sentence };
}

/** As the clients of Temporal take it: an API key stands for TLS where nothing else is said. */
function speaksTls({ apiKey, tls }: Access): boolean {
  return tls === undefined || tls === null ? apiKey !== undefined : tls !== false;
}

/** Waits for the answer of one call, or for what stands in its way. */
function answerOf(session: ClientHttp2Session, options: Access): Promise<ConnectionTrouble | undefined> {
  const { apiKey, tls } = options;
  const { promise, resolve } = Promise.withResolvers<ConnectionTrouble | undefined>();
  const isTls = speaksTls(options);
  const hasCertificate = typeof tls === 'object' && tls?.clientCertPair !== undefined;
  const failed = (error: Error): void => resolve(problemOfError(error, isTls, hasCertificate));
  const timer = setTimeout(() => resolve(away('does not answer')), answerWithinMs);
  session.on('error', failed);
  session.on('close', () => failed(new Error('closed')));
  const call = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...defined({ authorization: typeof apiKey === 'string' ? `Bearer ${apiKey}` : undefined }),
  });
  // Where the session fails too, it says more, at once.
  call.on('error', (error) => setTimeout(failed, afterSessionMs, error));
  call.on('response', (headers) => {
    const text = (name: string): string => String(headers[name] ?? '');
    resolve(problemOfAnswer(Number(headers[':status']), text('content-type'), text('grpc-status')));
  });
  // An empty message of gRPC: not compressed, of no bytes.
  call.end(Buffer.alloc(5));
  return promise.finally(() => {
    clearTimeout(timer);
    session.destroy();
  });
}

/**
 * Finds out why no connection to Temporal comes about, where a client of Temporal says too little: by its certificates, and by
 * one call over a connection of its own, within 1.5 s.
 * @returns undefined where the peer answers as Temporal does.
 */
export async function connectionTrouble(options: Access): Promise<ConnectionTrouble | undefined> {
  const own = ownProblem(options);
  if (own !== undefined) return own;
  const { address = 'localhost:7233', tls } = options;
  const { serverNameOverride, serverRootCACertificate, clientCertPair } =
    typeof tls === 'object' && tls !== null ? tls : {};
  try {
    const session = connect(`${speaksTls(options) ? 'https' : 'http'}://${address}`, {
      ...defined({
        servername: serverNameOverride,
        ca: serverRootCACertificate ? Buffer.from(serverRootCACertificate) : undefined,
        cert: clientCertPair ? Buffer.from(clientCertPair.crt) : undefined,
        key: clientCertPair ? Buffer.from(clientCertPair.key) : undefined,
      }),
    });
    return await answerOf(session, options);
  } catch {
    return wrong(
      'cannot be asked: its address cannot be read. It is host:port, as in TEMPORAL_ADDRESS=temporal.example.com:7233.',
    );
  }
}
