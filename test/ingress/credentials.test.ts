import fc from 'fast-check';
import { Secret } from '../../src/config/secret.ts';
import { createGatekeeper } from '../../src/ingress/credentials.ts';

const credential = (header: string, value: string) => ({ header, value: new Secret('KEY', value) });

test('any of several credentials is admitted, so that keys can be rotated', () => {
  const gatekeeper = createGatekeeper([credential('x-api-key', 'new'), credential('x-api-key', 'old')]);
  expect(gatekeeper.admits({ 'x-api-key': 'new' })).toBe(true);
  expect(gatekeeper.admits({ 'x-api-key': 'old' })).toBe(true);
});

test('nothing but the whole value under the right header is admitted', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (value, given) => {
      const gatekeeper = createGatekeeper([credential('x-api-key', `k${value}`)]);
      expect(gatekeeper.admits({ 'x-api-key': given })).toBe(given === `k${value}`);
      expect(gatekeeper.admits({ 'x-other': `k${value}` })).toBe(false);
      expect(gatekeeper.admits({})).toBe(false);
    }),
  );
});

test('a road without credentials admits nobody', () => {
  expect(createGatekeeper([]).admits({ authorization: '', 'x-api-key': 'undefined' })).toBe(false);
});

test.each([
  [[], 'ApiKey realm="marketplace-steward"'],
  [[credential('authorization', 'Basic dTpw')], 'Basic realm="marketplace-steward"'],
  [
    [credential('authorization', 'Basic dTpw'), credential('x-api-key', 'k')],
    'Basic realm="marketplace-steward", ApiKey realm="marketplace-steward"',
  ],
  [[credential('authorization', 'secret-without-scheme')], 'ApiKey realm="marketplace-steward"'],
])('the challenge names the scheme and no secret', (credentials, challenge) => {
  expect(createGatekeeper(credentials).challenge).toBe(challenge);
});
