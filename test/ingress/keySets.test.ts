import {
  claims,
  letRequestsGiveUp,
  newSigningKey,
  passSeconds,
  signToken,
  startJwksServer,
  tokenPart,
  useTokenWorld,
  type JwksServer,
} from '@marketplace-steward/testing/jwks';

const world = useTokenWorld();
const unknownKeyRestSeconds = 31;
const failureRestSeconds = 6;
const freshSeconds = 601;

test('first tokens that come together share one fetch', async () => {
  const token = await signToken(world.key, claims());
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.statusOf(token)));
  expect(new Set(answers)).toEqual(new Set([415]));
  expect(world.keys.requests).toBe(1);
});

describe('keys change', () => {
  test('a new key is fetched when it is first seen, and the old one is refused once it is gone', async () => {
    const next = await newSigningKey('RS256', 'key-2');
    expect(await world.statusOf(await signToken(world.key, claims()))).toBe(415);
    world.keys.answer = { keys: [next.jwk] };
    passSeconds(unknownKeyRestSeconds);
    expect(await world.statusOf(await signToken(next, claims()))).toBe(415);
    expect(world.keys.requests).toBe(2);
    expect(await world.statusOf(await signToken(world.key, claims()))).toBe(401);
    expect(world.keys.requests).toBe(2);
  });

  test('a key that is taken out is refused after ten minutes, though no other was seen', async () => {
    const token = await signToken(world.key, claims());
    expect(await world.statusOf(token)).toBe(415);
    world.keys.answer = { keys: [] };
    passSeconds(freshSeconds);
    expect(await world.statusOf(token)).toBe(401);
    expect(world.keys.requests).toBe(2);
  });

  test('unknown key ids cost one fetch in half a minute, however many come', async () => {
    const unknown = (index: number) => signToken({ ...world.strangerKey, kid: `made-up-${index}` }, claims());
    expect(await world.statusOf(await signToken(world.key, claims()))).toBe(415);
    const storm = async (): Promise<void> => {
      for (let index = 0; index < 10; index += 1) expect(await world.statusOf(await unknown(index))).toBe(401);
    };
    await storm();
    expect(world.keys.requests).toBe(1);
    passSeconds(unknownKeyRestSeconds);
    await storm();
    expect(world.keys.requests).toBe(2);
    expect(await world.statusOf(await signToken(world.key, claims()))).toBe(415);
  });
});

describe('keys that are unavailable: 503, since the token may be right', () => {
  async function answerWhile(answer: JwksServer['answer']) {
    world.keys.answer = answer;
    const { status, headers, body } = await world.post(await signToken(world.key, claims()));
    const warnings = world.ingress.heard.filter((line) => line.includes(world.keys.url)).join('');
    return { status, retryAfter: headers.get('retry-after'), body, warnings, requests: world.keys.requests };
  }

  const undecided = (reason: RegExp) => ({
    status: 503,
    retryAfter: '5',
    body: { error: 'keysUnavailable', message: expect.any(String) },
    warnings: expect.stringMatching(reason),
    requests: 1,
  });

  test.each<readonly [string, JwksServer['answer'], RegExp]>([
    ['status 500', { status: 500 }, /status 500/],
    ['a redirect, though it leads to the keys', { status: 302, headers: { location: '/jwks.json' } }, /status 302/],
    ['no content', { status: 204 }, /status 204/],
    ['garbage', { status: 200, body: '<html>' }, /not a JSON Web Key Set/],
    ['JSON that is no set', { status: 200, body: '{"keys":{}}' }, /not a JSON Web Key Set/],
    ['a set of other things than keys', { status: 200, body: '{"keys":[7]}' }, /not a JSON Web Key Set/],
    ['a key without its numbers', { keys: [{ kty: 'RSA', kid: 'key-1', alg: 'RS256' }] }, /cannot be used/],
    ['an answer without end', 'flood', /larger than 262144 bytes/],
  ])('%s', async (_name, answer, reason) => {
    expect(await answerWhile(answer)).toEqual(undecided(reason));
  });

  test.each<readonly [string, JwksServer['answer']]>([
    ['silence', 'nothing'],
    ['drip', { slowly: '{"keys":' }],
  ])('no answer, or half of one, in time: %s', async (_name, answer) => {
    letRequestsGiveUp();
    expect(await answerWhile(answer)).toEqual(undecided(/timeout|timed out/i));
  });

  test('a server that is not there, with a wrong token too: nobody can say', async () => {
    await world.keys.close();
    expect(await world.statusOf(await signToken(world.key, claims()))).toBe(503);
    expect(await world.statusOf(await signToken(world.strangerKey, claims()))).toBe(503);
    world.keys = await startJwksServer();
  });

  test('it is asked again after a rest, and then tokens are let in', async () => {
    world.keys.answer = { status: 500 };
    const token = await signToken(world.key, claims());
    for (let time = 0; time < 10; time += 1) expect(await world.statusOf(token)).toBe(503);
    expect(world.keys.requests).toBe(1);
    passSeconds(failureRestSeconds);
    world.keys.answer = { keys: [world.key.jwk] };
    expect(await world.statusOf(token)).toBe(415);
    expect(world.keys.requests).toBe(2);
  });

  test('keys that are known still admit while a check for an unknown one fails', async () => {
    const token = await signToken(world.key, claims());
    expect(await world.statusOf(token)).toBe(415);
    world.keys.answer = { status: 500 };
    passSeconds(unknownKeyRestSeconds);
    expect(await world.statusOf(await signToken({ ...world.strangerKey, kid: 'made-up' }, claims()))).toBe(503);
    expect(await world.statusOf(token)).toBe(415);
    expect(world.keys.requests).toBe(2);
  });

  test('keys that are older than ten minutes admit nobody while the set is unavailable', async () => {
    const token = await signToken(world.key, claims());
    expect(await world.statusOf(token)).toBe(415);
    world.keys.answer = { status: 500 };
    passSeconds(freshSeconds);
    expect(await world.statusOf(token)).toBe(503);
  });

  test('what no key could make right is refused all the same', async () => {
    world.keys.answer = { status: 500 };
    expect(await world.statusOf(`${tokenPart({ alg: 'none' })}.${tokenPart(claims())}.`)).toBe(401);
    expect(await world.statusOf(`${tokenPart({ alg: 'HS256', kid: 'key-1' })}.${tokenPart(claims())}.AAAA`)).toBe(401);
    expect(await world.statusOf(await signToken(world.key, claims({ iss: 'https://evil.example.com' })))).toBe(401);
    expect(world.keys.requests).toBe(0);
  });
});

test('no log line and no answer holds a token or a part of one', () => {
  const all = world.heard.join('\n');
  expect(all).toContain('"status":503');
  const parts = world.tokens.flatMap((token) => token.split('.').filter(({ length }) => length > 8));
  expect(parts.length).toBeGreaterThan(30);
  expect(parts.filter((part) => all.includes(part))).toEqual([]);
});
