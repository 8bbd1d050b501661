import { once } from 'node:events';
import { connect } from 'node:net';
import type { IngressCredential } from '../../src/config/ingressCredentials.ts';
import { Secret } from '../../src/config/secret.ts';
import { startBareIngress, type BareIngress } from '@marketplace-steward/testing/jwks';

const newPassword = 'pässwörd:with-colon';
const oldPassword = 'old-password';
const key = 'a-key-in-a-header';
const credentials: readonly IngressCredential[] = [
  { kind: 'header', header: 'x-api-key', value: new Secret('KEY', key) },
  { kind: 'basic', userPass: new Secret('NEW', `événement:${newPassword}`) },
  { kind: 'basic', userPass: new Secret('OLD', `événement:${oldPassword}`) },
];

let ingress: BareIngress;
beforeAll(async () => {
  ingress = await startBareIngress(credentials);
});
afterAll(() => ingress.close());

const encoded = (userPass: string, encoding: BufferEncoding = 'utf8'): string =>
  Buffer.from(userPass, encoding).toString('base64');

/** Who is let in hears of the media type next. */
async function statusOf(authorization: string, envelope?: string): Promise<number> {
  const headers = { authorization, 'content-type': 'text/plain' };
  return (await ingress.post({ headers, ...(envelope === undefined ? {} : { envelope }) })).status;
}

test.each([
  ['the new password', `Basic ${encoded(`événement:${newPassword}`)}`],
  ['the old one, during a rotation', `Basic ${encoded(`événement:${oldPassword}`)}`],
  ['the scheme in lower case', `basic ${encoded(`événement:${oldPassword}`)}`],
  ['accents as letters of their own', `Basic ${encoded(`événement:${newPassword}`.normalize('NFD'))}`],
])('%s: let in on both envelopes', async (_name, authorization) => {
  expect(await statusOf(authorization)).toBe(415);
  expect(await statusOf(authorization, 'eventbridge')).toBe(415);
});

test.each([
  ['a wrong password', `Basic ${encoded('événement:wrong')}`],
  ['a password that is right but for its end', `Basic ${encoded(`événement:${oldPassword}x`)}`],
  ['a password that is right but for its case', `Basic ${encoded(`événement:${oldPassword.toUpperCase()}`)}`],
  ['an empty password', `Basic ${encoded('événement:')}`],
  ['no colon', `Basic ${encoded('événement')}`],
  ['another user', `Basic ${encoded(`ann:${oldPassword}`)}`],
  ['no user', `Basic ${encoded(`:${oldPassword}`)}`],
  ['nothing at all', `Basic ${encoded('')}`],
  ['a scheme without anything', 'Basic'],
  ['text that is not base64', `Basic événement:${oldPassword}`.replaceAll('é', 'e')],
  ['base64 with a character too much', `Basic ${encoded(`événement:${oldPassword}`)}!`],
  ['base64 without its padding', `Basic ${encoded(`événement:${oldPassword}`).replace(/=+$/, '')}x`],
  ['base64 with a break', `Basic ${encoded(`événement:${oldPassword}`).replace(/^.{4}/, '$& ')}`],
  ['Latin-1, which is not UTF-8', `Basic ${encoded(`événement:${newPassword}`, 'latin1')}`],
  ['the password as a bearer token', `Bearer ${encoded(`événement:${oldPassword}`)}`],
  ['the key of the header as Basic', `Basic ${encoded(`:${key}`)}`],
])('%s: 401', async (_name, authorization) => {
  expect(await statusOf(authorization)).toBe(401);
});

test('the header key goes on as before beside it', async () => {
  const answer = await ingress.post({ headers: { 'x-api-key': key, 'content-type': 'text/plain' } });
  expect(answer.status).toBe(415);
});

test('a 401 names each scheme', async () => {
  const answer = await ingress.post({ headers: {} });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe(
    'ApiKey realm="marketplace-steward", Basic realm="marketplace-steward", charset="UTF-8"',
  );
});

test('a stranger has its answer before anything of its body came', async () => {
  const { hostname, port } = new URL(ingress.url);
  const socket = connect(Number(port), hostname);
  const authorization = `Basic ${encoded('événement:wrong')}`;
  socket.write(
    `POST /v1/events/webhook HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 1000\r\n\r\n`,
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('no log line and no answer holds a password, a key, a user name or the header that carried them', () => {
  const reported = ingress.heard.join('\n');
  expect(reported).toContain('"status":401');
  for (const secret of [newPassword, oldPassword, key, 'événement']) {
    expect(reported).not.toContain(secret);
    expect(reported).not.toContain(secret.normalize('NFD'));
  }
  expect(reported).not.toContain(encoded(`événement:${oldPassword}`).slice(0, 20));
});
