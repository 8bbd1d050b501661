import fc from 'fast-check';
import { pino } from 'pino';
import type { BearerCredential, IngressCredential } from '../../src/config/ingressCredentials.ts';
import { Secret } from '../../src/config/secret.ts';
import { createGatekeeper } from '../../src/ingress/credentials.ts';
import { createKeySets } from '../../src/ingress/keySets.ts';

const header = (name: string, value: string): IngressCredential => ({
  kind: 'header',
  header: name,
  value: new Secret('KEY', value),
});
const basic = (userPass: string): IngressCredential => ({ kind: 'basic', userPass: new Secret('KEY', userPass) });
const bearer: BearerCredential = {
  kind: 'bearer',
  issuer: 'https://issuer.example.com',
  audience: 'steward',
  jwksUrl: 'https://issuer.example.com/jwks.json',
  algorithms: ['RS256'],
  clockToleranceSeconds: 0,
};
const gatekeeperOf = (...credentials: IngressCredential[]) =>
  createGatekeeper(credentials, createKeySets(pino({ level: 'silent' })));
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

async function admits(credentials: readonly IngressCredential[], headers: Record<string, string>): Promise<boolean> {
  return (await gatekeeperOf(...credentials).judge(headers)).verdict === 'admitted';
}

test('any of several credentials is admitted, so that keys can be rotated', async () => {
  const several = [header('x-api-key', 'new'), header('x-api-key', 'old'), basic('ann:new'), basic('ann:old')];
  for (const key of ['new', 'old']) {
    expect(await admits(several, { 'x-api-key': key })).toBe(true);
    expect(await admits(several, { authorization: `Basic ${base64(`ann:${key}`)}` })).toBe(true);
  }
});

test('nothing but the whole value under the right header is admitted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (value, given) => {
      const credentials = [header('x-api-key', `k${value}`)];
      expect(await admits(credentials, { 'x-api-key': given })).toBe(given === `k${value}`);
      expect(await admits(credentials, { 'x-api-key': `k${value}` })).toBe(true);
      expect(await admits(credentials, { 'x-other': `k${value}` })).toBe(false);
      expect(await admits(credentials, {})).toBe(false);
    }),
  );
});

test('nothing but the whole user name and the whole password is admitted', async () => {
  const username = fc.stringMatching(/^[^:\p{Cc}]{1,20}$/u);
  const password = fc.stringMatching(/^[^\p{Cc}]{1,20}$/u);
  await fc.assert(
    fc.asyncProperty(username, password, username, password, async (user, pass, otherUser, otherPass) => {
      const credentials = [basic(`${user}:${pass}`)];
      const given = (text: string) => admits(credentials, { authorization: `Basic ${base64(text)}` });
      expect(await given(`${user}:${pass}`)).toBe(true);
      const same = `${otherUser}:${otherPass}`.normalize('NFC') === `${user}:${pass}`.normalize('NFC');
      expect(await given(`${otherUser}:${otherPass}`)).toBe(same);
      expect(await given(`${user}:`)).toBe(false);
      expect(await given(`:${pass}`)).toBe(false);
      expect(await given(`${user}${pass}`)).toBe(false);
    }),
  );
});

test('bytes that are no UTF-8 pass for nothing, and a byte order mark is a character like others', async () => {
  const given = (userPass: string, bytes: Uint8Array) =>
    admits([basic(userPass)], { authorization: `Basic ${Buffer.from(bytes).toString('base64')}` });
  expect(await given('u:\uFFFD', Buffer.from('u:\uFFFD'))).toBe(true);
  expect(await given('u:\uFFFD', Buffer.from([0x75, 0x3a, 0xff]))).toBe(false);
  expect(await given('u:p', Buffer.from('\uFEFFu:p'))).toBe(false);
});

test('an empty key, which no configuration can hold, is not matched by a missing header', async () => {
  expect(await admits([header('x-api-key', '')], {})).toBe(false);
});

test('an envelope without credentials admits nobody', async () => {
  const basicOfNothing = `Basic ${base64(':')}`;
  for (const authorization of ['', 'Bearer', 'Bearer undefined', basicOfNothing]) {
    expect(await admits([], { authorization, 'x-api-key': 'undefined' })).toBe(false);
  }
});

test.each([
  [[], 'ApiKey realm="marketplace-steward"'],
  [[header('authorization', 'Basic dTpw')], 'Basic realm="marketplace-steward"'],
  [
    [header('authorization', 'Basic dTpw'), header('x-api-key', 'k')],
    'Basic realm="marketplace-steward", ApiKey realm="marketplace-steward"',
  ],
  [[header('authorization', 'secret-without-scheme')], 'ApiKey realm="marketplace-steward"'],
  [
    [basic('ann:new'), bearer, basic('ann:old'), header('x-api-key', 'k')],
    'Basic realm="marketplace-steward", charset="UTF-8", Bearer realm="marketplace-steward", ApiKey realm="marketplace-steward"',
  ],
])('the challenge names each scheme once and no secret', (credentials, challenge) => {
  expect(gatekeeperOf(...credentials).challenge).toBe(challenge);
});
