import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestSecurely } from 'node:https';
import { connect as connectPlainly, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createAuthority, type Certificate } from '@marketplace-steward/testing/certificates';
import { until } from '@marketplace-steward/testing/until';
import { postEvent } from '../../src/cli/ingressClient.ts';
import { ConfigurationError } from '../../src/config/errors.ts';
import { readIdentity } from '../../src/config/tlsIdentity.ts';
import { event, key, request, startWorld, type SocketWorld } from './socketWorld.ts';

const authority = createAuthority('The authority of a test');
const first = authority.issue('localhost');
const second = authority.issue('localhost');
const folder = mkdtempSync(join(tmpdir(), 'ingress-tls-'));
const files = { certificateFile: join(folder, 'certificate.pem'), keyFile: join(folder, 'key.pem') };
afterAll(() => rmSync(folder, { recursive: true }));

function write({ certificate, key: privateKey }: Partial<Certificate>): void {
  if (certificate !== undefined) writeFileSync(files.certificateFile, certificate);
  if (privateKey !== undefined) writeFileSync(files.keyFile, privateKey);
}

let world: SocketWorld;
let port: number;
beforeAll(async () => {
  write(first);
  world = await startWorld({ tls: files, checkTlsEveryMs: 10 });
  port = Number(new URL(world.ingress.url).port);
});
afterAll(() => world.close());

async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.certificate, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** The certificate that a new connection sees, in the form of its digest. */
async function seen(): Promise<string> {
  const socket = await handshake();
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const digestOf = ({ certificate }: Certificate): string => new X509Certificate(certificate).fingerprint256;

async function answerOn(socket: TLSSocket): Promise<string> {
  socket.write(request('GET /healthz HTTP/1.1'));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

test('an event arrives over TLS, from a sender that checks certificate and name', async () => {
  expect(world.ingress.url).toBe(`https://127.0.0.1:${port}`);
  const answer = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const options = {
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authority.certificate,
      agent: false,
      headers,
    };
    requestSecurely({ ...options, method: 'POST', path: '/v1/events/eventbridge' }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end(event);
  });
  expect(answer).toBe(503);
});

test.each([
  ['TLSv1.2', {}],
  ['TLSv1.3', {}],
  ['TLSv1.1', { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' }],
] as const)('%s', async (version, failure) => {
  const shaking = handshake({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' });
  const outcome = await shaking.then(
    (socket) => {
      socket.destroy();
      return {};
    },
    ({ code }: NodeJS.ErrnoException) => ({ code }),
  );
  expect(outcome).toEqual(failure);
});

test('a sender that speaks no TLS, or stops in the middle of it, is cut, and counted by its address', async () => {
  const socket = connectPlainly(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.write(request('GET /healthz HTTP/1.1'));
  await once(socket.resume(), 'close');
  const line = { error: 'tlsHandshakeFailed', address: '127.0.0.1' };
  await until(() => world.log.some((one) => one['error'] === line.error));
  expect(world.log).toContainEqual(expect.objectContaining(line));
});

test('a changed pair is taken by new connections, and those that are there go on', async () => {
  const open = await handshake();
  write(second);
  await until(async () => (await seen()) === digestOf(second));
  expect(await answerOn(open)).toContain('200 OK');
  expect(world.log).toContainEqual(
    expect.objectContaining({
      level: 30,
      msg: 'the ingress has taken a changed certificate',
      fingerprint256: digestOf(second),
    }),
  );
});

test.each<readonly [string, Partial<Certificate>, RegExp]>([
  [
    'a certificate of another key',
    { certificate: first.certificate },
    /keyFile: expected the private key of the certificate/,
  ],
  [
    'half a certificate',
    { certificate: first.certificate.slice(0, 200) },
    /certificateFile: expected a certificate in PEM/,
  ],
  ['an empty key', { key: '' }, /keyFile: expected a private key in PEM/],
  [
    'half an issuer after it',
    { ...first, certificate: `${first.certificate}${authority.certificate.slice(0, 100)}` },
    /certificateFile: expected/,
  ],
])(
  '%s: the previous one stays in use, the log says why once, and the right pair is taken later',
  async (_name, wrong, why) => {
    write(second);
    const before = digestOf(second);
    await until(async () => (await seen()) === before);
    const logged = world.log.length;
    const failures = () => world.log.slice(logged).filter(({ level }) => level === 50);
    write(wrong);
    await until(() => failures().length > 0);
    expect(await seen()).toBe(before);
    expect(failures()).toEqual([expect.objectContaining({ error: expect.stringMatching(why), ...files })]);
    const third = authority.issue('localhost');
    write(third);
    await until(async () => (await seen()) === digestOf(third));
    expect(JSON.stringify(world.log)).not.toContain('PRIVATE KEY');
  },
);

test.each<readonly [string, string, () => void]>([
  ['no file', 'ingress.tls.certificateFile', () => rmSync(files.certificateFile)],
  ['another key', 'ingress.tls.keyFile', () => write({ ...first, key: second.key })],
  ['a key in the place of the certificate', 'ingress.tls.certificateFile', () => write({ certificate: first.key })],
  ['a certificate in the place of the key', 'ingress.tls.keyFile', () => write({ ...first, key: first.certificate })],
])('%s: the ingress does not start, and says which setting is wrong', (_name, field, make) => {
  write(first);
  make();
  let problem: unknown;
  try {
    readIdentity(files);
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(ConfigurationError);
  expect((problem as ConfigurationError).problems.map((one) => one.field)).toEqual([field]);
  expect((problem as ConfigurationError).message).not.toContain('BEGIN');
});

test('steward emit says what to do where it does not know the authority', async () => {
  await expect(postEvent({ url: world.ingress.url }, 'eventbridge', event)).rejects.toThrow('NODE_EXTRA_CA_CERTS');
});

test('steward emit says where an address in clear leads to a port that wants TLS, and only there', async () => {
  const clear = world.ingress.url.replace('https:', 'http:');
  await expect(postEvent({ url: clear }, 'eventbridge', event)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/\(it speaks TLS, and the request was in clear\)\. Name it with https:\/\/\.$/),
  });
  const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port: other } = silent.address() as AddressInfo;
  await expect(postEvent({ url: `http://127.0.0.1:${other}` }, 'eventbridge', event)).rejects.toThrow(
    'Check that it runs, or name another with --ingress.',
  );
  silent.close();
});
