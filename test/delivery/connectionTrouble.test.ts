import { createServer as createHttpServer } from 'node:http';
import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import { createServer as createSocketServer, type AddressInfo, type Server } from 'node:net';
import { createAuthority } from '@marketplace-steward/testing/certificates';
import { connectionTrouble } from '../../src/delivery/connectionTrouble.ts';

const authority = createAuthority('authority of the server');
const own = authority.issue('temporal');
const clients = createAuthority('authority of the clients');
const strangers = createAuthority('another authority');
/** Of X.509 version 1: `openssl x509 -req` makes such where it is given no extensions. */
const version1 = `
-----BEGIN CERTIFICATE-----
MIIBHTCBxQIUXKWSnvWpief0w4pOTq6RZKb8nO0wCgYIKoZIzj0EAwIwEjEQMA4G
A1UEAwwHc3Rld2FyZDAeFw0yNjExMzAwOTI3NTJaFw0zNjExMjcwOTI3NTJaMBIx
EDAOBgNVBAMMB3N0ZXdhcmQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATC+ebN
C0oKxdue0GgGBikt2zNEfiA81Qxs42tQB1BiWl2PT1KHT6IyYhz6uteGZ6C79/3Y
O8HbRAXHOKTBz/dYMAoGCCqGSM49BAMCA0cAMEQCIBcLMxg0ISiDGJC/CR9ja3Nl
IqdpOROkICBK0KQWkK35AiBsSoWZ2HO3pXqO0H0bTbpB31AZVOLmvVAp5ylwsKiv
eg==
-----END CERTIFICATE-----
`;

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

/** Starts a server on loopback. */
async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answering(answer: (stream: ServerHttp2Stream) => void, options: object = {}): Promise<string> {
  const server = createSecureServer({ cert: own.certificate, key: own.key, ...options });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    answer(stream);
  });
  return listening(server);
}

const grpc = (status: number) => (stream: ServerHttp2Stream) =>
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': `${status}` },
    { endStream: true },
  );
const page = (status: number) => (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': status, 'content-type': 'text/html; charset=utf-8' });
  stream.end('<html>');
};
const pem = (text: string): Buffer => Buffer.from(text);
const pair = ({ certificate, key }: { certificate: string; key: string }) => ({ crt: pem(certificate), key: pem(key) });
const trusting = { serverNameOverride: 'temporal', serverRootCACertificate: pem(authority.certificate) };
const mutual = { requestCert: true, ca: [clients.certificate] };
const fits = grpc(0);
const free = (): Promise<string> => Promise.resolve('127.0.0.1:1');

type Case = readonly [
  title: string,
  server: () => Promise<string>,
  tls: object | undefined,
  says: RegExp,
  isAway: boolean,
];
const cases: readonly Case[] = [
  ['nobody listens', free, undefined, /does not answer: nothing listens there/, true],
  ['the host is unknown', () => Promise.resolve('no-such-host.invalid:7233'), undefined, /does not answer/, true],
  [
    'connections are closed',
    () => listening(createSocketServer((socket) => socket.destroy())),
    undefined,
    /closes the connection.*TEMPORAL_TLS=true/,
    true,
  ],
  ['nothing is answered', () => listening(createSocketServer()), undefined, /does not answer/, true],
  [
    'a web server listens',
    () => listening(createHttpServer((_request, reply) => reply.end())),
    undefined,
    /speaks no gRPC.*Check the address/,
    false,
  ],
  ['it speaks no TLS', () => listening(createServer()), trusting, /does not speak TLS.*Unset TEMPORAL_TLS/, false],
  [
    'the authority is unknown',
    () => answering(fits),
    { ...trusting, serverRootCACertificate: pem(strangers.certificate) },
    /authority that is not known here.*TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    false,
  ],
  [
    'the name is another',
    () => answering(fits),
    { ...trusting, serverNameOverride: 'other' },
    /another name.*TEMPORAL_TLS_SERVER_NAME/,
    false,
  ],
  ['the key is refused', () => answering(grpc(16)), trusting, /refuses these credentials.*TEMPORAL_API_KEY/, false],
  ['the key has no rights', () => answering(grpc(7)), trusting, /refuses these credentials/, false],
  [
    'a proxy refuses',
    () => answering(page(403)),
    trusting,
    /a proxy.*HTTP status 403, text\/html\).*TEMPORAL_API_KEY/,
    false,
  ],
  [
    'a proxy answers',
    () => answering(page(200)),
    trusting,
    /a proxy.*HTTP status 200, text\/html\).*Check the address/,
    false,
  ],
  ['a proxy reaches nobody', () => answering(page(502)), trusting, /does not answer the proxy.*HTTP status 502/, true],
  [
    'a client certificate is wanted',
    () => answering(fits, mutual),
    trusting,
    /wants a client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/,
    false,
  ],
  [
    'a client certificate is not trusted',
    () => answering(fits, mutual),
    { ...trusting, clientCertPair: pair(strangers.issue('steward')) },
    /does not accept the client certificate/,
    false,
  ],
  [
    'the client certificate is of version 1',
    free,
    { clientCertPair: { ...pair(own), crt: pem(version1) } },
    /X\.509 version 1.*version 3/,
    false,
  ],
  [
    'the key is of another certificate',
    free,
    { clientCertPair: pair({ ...own, key: clients.issue('steward').key }) },
    /key of the client certificate is of another one/,
    false,
  ],
  [
    'the client certificate is no PEM',
    free,
    { clientCertPair: { ...pair(own), crt: pem('text') } },
    /TEMPORAL_TLS_CLIENT_CERT_PATH has no certificate in PEM form/,
    false,
  ],
  [
    'the key is no PEM',
    free,
    { clientCertPair: { ...pair(own), key: pem('text') } },
    /TEMPORAL_TLS_CLIENT_KEY_PATH has no private key/,
    false,
  ],
  [
    'the authority is no PEM',
    free,
    { serverRootCACertificate: pem('text') },
    /TEMPORAL_TLS_SERVER_CA_CERT_PATH has no certificate/,
    false,
  ],
];

test.each(cases)('%s: one sentence says so, with what mends it', async (_title, server, tls, says, isAway) => {
  const trouble = await connectionTrouble({ address: await server(), apiKey: 'a key', tls: tls ?? false });
  expect(trouble).toEqual({ isAway, sentence: expect.stringMatching(says) });
  expect(trouble?.sentence).toMatch(/^[a-z].*\.$/);
  expect(trouble?.sentence).not.toContain('a key');
});

test('a server that answers as Temporal does is no trouble, with a client certificate that it trusts', async () => {
  const address = await answering(fits, mutual);
  const tls = { ...trusting, clientCertPair: pair(clients.issue('steward')) };
  expect(await connectionTrouble({ address, tls })).toBeUndefined();
});

test('an API key stands for TLS, as it does for the clients of Temporal', async () => {
  const address = await listening(createServer());
  expect(await connectionTrouble({ address, apiKey: 'a key' })).toMatchObject({ isAway: false });
  expect(await connectionTrouble({ address, apiKey: 'a key', tls: false })).toBeDefined();
});
