import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProductCatalog } from '../../../src/vendors/buyWithPrime/index.ts';
import { failureOf } from '@marketplace-steward/testing/failures';

/** A service whose token endpoint and query the test answers itself. */
let server: Server;
let url = '';
let clientId = '';
/** The bodies of token requests, and the targets and tokens of queries, in order. */
let tokenRequests: URLSearchParams[] = [];
let queries: Array<{ readonly target: unknown; readonly token: string }> = [];
let answerToken: (response: ServerResponse, count: number) => void;
let answerQuery: RequestListener;

const secret = 'a very secret text';
const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const noProduct: RequestListener = (_request, response) => json(response, { data: { product: null } });
const unauthorized: RequestListener = (_request, response) => json(response, { message: 'Unauthorized' }, 401);

beforeEach(async () => {
  [tokenRequests, queries, clientId] = [[], [], randomUUID()];
  answerToken = (response, count) => json(response, { access_token: `token-${count}`, expires_in: 900 });
  answerQuery = noProduct;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      if (request.url === '/token') {
        tokenRequests.push(new URLSearchParams(text));
        return answerToken(response, tokenRequests.length);
      }
      const token = String(request.headers.authorization).replace('Bearer ', '');
      queries.push({ target: request.headers['x-api-target-id'], token });
      answerQuery(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  jest.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function ask(businessProductId = 'bp-1', clientSecret = secret): Promise<unknown> {
  const merchants = () => ({ clientId, clientSecret });
  const catalog = createProductCatalog({ endpoint: url, merchants, requestTimeoutMs: 20_000 });
  return catalog.queryProduct({ businessProductId, itemId: 'item-1' });
}

/** From here on, `performance.now()` goes on by `jest.advanceTimersByTime` only; every timer is the real one. */
function holdTheClock(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

describe('one token for each client id in the process', () => {
  test('whatever catalog and merchant it is for', async () => {
    await ask('bp-1');
    await ask('bp-2');
    expect(tokenRequests.map((form) => Object.fromEntries(form))).toEqual([
      { grant_type: 'client_credentials', client_id: clientId, client_secret: secret },
    ]);
    expect(queries).toEqual([
      { target: 'bp-1', token: 'token-1' },
      { target: 'bp-2', token: 'token-1' },
    ]);
  });

  test('one request in flight serves all that wait, also those that come while it is under way', async () => {
    const held: ServerResponse[] = [];
    answerToken = (response) => void held.push(response);
    const early = Array.from({ length: 10 }, (_, index) => ask(`bp-${index}`));
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const late = Array.from({ length: 10 }, (_, index) => ask(`bp-${index}`));
    json(held[0]!, { access_token: 'the-one', expires_in: 900 });
    await Promise.all([...early, ...late]);
    expect([tokenRequests.length, new Set(queries.map(({ token }) => token))]).toEqual([1, new Set(['the-one'])]);
  });

  test('a request that fails fails for all that wait, and once', async () => {
    answerToken = (response) => json(response, {}, 503);
    const failures = await Promise.all(Array.from({ length: 10 }, () => failureOf(ask())));
    expect([tokenRequests.length, new Set(failures.map(({ type }) => type))]).toEqual([1, new Set(['ServiceFault'])]);
  });

  test('another client id has another, and another secret does too', async () => {
    await ask();
    await ask('bp-1', 'renewed secret');
    clientId = randomUUID();
    await ask();
    expect(queries.map(({ token }) => token)).toEqual(['token-1', 'token-2', 'token-3']);
  });
});

describe('renewed before it ends', () => {
  const documentedMs = 900_000;

  test.each([
    [900, documentedMs],
    [300, 300_000],
    ['300', 300_000],
    [0.5, 500],
    [undefined, documentedMs],
    [null, documentedMs],
    [0, documentedMs],
    [-60, documentedMs],
    ['', documentedMs],
    ['soon', documentedMs],
    [true, documentedMs],
    [{}, documentedMs],
    [86_400, documentedMs],
    [1e300, documentedMs],
  ])('expires_in %j: after four fifths of %d ms', async (expires, lifeMs) => {
    holdTheClock();
    answerToken = (response, count) => json(response, { access_token: `token-${count}`, expires_in: expires });
    await ask();
    jest.advanceTimersByTime(lifeMs * 0.8 - 1);
    await ask();
    expect(tokenRequests).toHaveLength(1);
    jest.advanceTimersByTime(2);
    await ask();
    expect(queries.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-2']);
  });
});

describe('answers of the token endpoint', () => {
  const page =
    (status: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<p>A page');
    };

  test.each<[string, typeof answerToken, string]>([
    ['401 of OAuth', (response) => json(response, { error: 'invalid_client' }, 401), 'CredentialsRejected'],
    ['400 of OAuth', (response) => json(response, { error: 'invalid_grant' }, 400), 'CredentialsRejected'],
    ['403 of a gateway', (response) => json(response, { message: 'Forbidden' }, 403), 'CredentialsRejected'],
    ['a page under 401', page(401), 'CredentialsRejected'],
    ['a page under 400', page(400), 'MalformedAnswer'],
    ['a page under 403', page(403), 'MalformedAnswer'],
    ['a page under 200', page(200), 'MalformedAnswer'],
    ['a page under 502', page(502), 'ServiceFault'],
    ['throttling', (response) => json(response, { error: 'slow_down' }, 429), 'Throttled'],
    ['a redirect', page(302, { location: '/graphql' }), 'MalformedAnswer'],
    ['no token', (response) => json(response, { expires_in: 900 }), 'MalformedAnswer'],
    ['an empty token', (response) => json(response, { access_token: '' }), 'MalformedAnswer'],
    ['a token of another type', (response) => json(response, { access_token: 17 }), 'MalformedAnswer'],
    ['a huge answer', (response) => json(response, { access_token: 'x'.repeat(2_000_000) }), 'MalformedAnswer'],
    [
      'a token too long for a header',
      (response) => json(response, { access_token: 'x'.repeat(9_000) }),
      'MalformedAnswer',
    ],
    ['a reset', (response) => void response.socket?.resetAndDestroy(), 'Unreachable'],
  ])('%s: no query goes out', async (_name, answer, type) => {
    answerToken = answer;
    const failure = await failureOf(ask());
    expect(failure.type).toBe(type);
    expect(queries).toEqual([]);
    expect(JSON.stringify([failure.message, failure.details, failure.stack])).not.toContain(secret);
  });

  test('refused credentials are not tried again for a minute, and others of the client id are not disturbed', async () => {
    holdTheClock();
    answerToken = (response, count) =>
      tokenRequests.at(-1)?.get('client_secret') === secret
        ? json(response, { access_token: `token-${count}`, expires_in: 900 })
        : json(response, { error: 'invalid_client' }, 401);
    await ask('bp-1');
    for (let count = 0; count < 3; count += 1) {
      expect((await failureOf(ask('bp-2', 'wrong'))).type).toBe('CredentialsRejected');
    }
    await ask('bp-1');
    expect(tokenRequests).toHaveLength(2);
    jest.advanceTimersByTime(60_001);
    await failureOf(ask('bp-2', 'wrong'));
    expect(tokenRequests).toHaveLength(3);
  });

  test.each([
    ['7', 7_000],
    ['3600', 60_000],
  ])('throttling with Retry-After %s: no token is asked for within %d ms', async (seconds, quietMs) => {
    holdTheClock();
    answerToken = (response) => {
      response.setHeader('retry-after', seconds);
      json(response, {}, 429);
    };
    const failure = await failureOf(ask());
    expect([failure.type, failure.nextRetryDelay]).toEqual(['Throttled', Number(seconds) * 1000]);
    jest.advanceTimersByTime(quietMs - 1);
    expect((await failureOf(ask())).type).toBe('Throttled');
    expect(tokenRequests).toHaveLength(1);
    jest.advanceTimersByTime(2);
    await failureOf(ask());
    expect(tokenRequests).toHaveLength(2);
  });

  test('throttling without Retry-After is not kept', async () => {
    answerToken = (response) => json(response, {}, 429);
    await failureOf(ask());
    await failureOf(ask());
    expect(tokenRequests).toHaveLength(2);
  });
});

describe('a token that the query refuses', () => {
  const inGraphql: RequestListener = (_request, response) =>
    json(response, { errors: [{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }], data: null });

  test.each([
    ['HTTP', unauthorized],
    ['GraphQL', inGraphql],
  ])('by %s: once again', async (_name, refuse) => {
    answerQuery = (request, response) => (queries.length === 1 ? refuse : noProduct)(request, response);
    await ask();
    expect(queries.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
  });

  test.each([
    ['HTTP', unauthorized],
    ['GraphQL', inGraphql],
  ])('by %s for good: once again, and not again within a minute', async (_name, refuse) => {
    holdTheClock();
    answerQuery = refuse;
    expect((await failureOf(ask())).type).toBe('CredentialsRejected');
    expect([tokenRequests.length, queries.length]).toEqual([2, 2]);
    expect((await failureOf(ask())).type).toBe('CredentialsRejected');
    expect([tokenRequests.length, queries.length]).toEqual([2, 3]);
    jest.advanceTimersByTime(60_001);
    await failureOf(ask());
    expect([tokenRequests.length, queries.length]).toEqual([3, 5]);
  });

  test('for one merchant for good: another one of its client id is renewed for as ever', async () => {
    let ended = '';
    answerQuery = (request, response) => {
      const { target, token } = queries.at(-1) ?? {};
      (target === 'bp-refused' || token === ended ? unauthorized : noProduct)(request, response);
    };
    await failureOf(ask('bp-refused'));
    await ask('bp-1');
    ended = 'token-2';
    await ask('bp-1');
    ended = 'token-3';
    await ask('bp-1');
    expect(queries.at(-1)).toEqual({ target: 'bp-1', token: 'token-4' });
  });
});
