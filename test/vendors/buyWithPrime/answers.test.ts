import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProductCatalog } from '../../../src/vendors/buyWithPrime/port.ts';
import { createProductCatalog } from '../../../src/vendors/buyWithPrime/index.ts';
import { failureOf } from '@marketplace-steward/testing/failures';

const query = { businessProductId: 'bp-1', itemId: 'item-1' };

function catalogAt(options: Partial<Parameters<typeof createProductCatalog>[0]> = {}): ProductCatalog {
  const credentials = { clientId: randomUUID(), clientSecret: 'a very secret text' };
  return createProductCatalog({ endpoint: url, merchants: () => credentials, requestTimeoutMs: 20_000, ...options });
}

let server: Server;
let url = '';
let tokenRequests = 0;

async function serve(answerQuery: RequestListener, tokenBody: Record<string, unknown> = {}): Promise<ProductCatalog> {
  tokenRequests = 0;
  server = createServer((request, response) => {
    if (request.url !== '/token') return answerQuery(request, response);
    tokenRequests += 1;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify({ access_token: `token-${tokenRequests}`, expires_in: 900, ...tokenBody }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return catalogAt();
}
const whole = { id: 'p', buyability: { status: 'BUYABLE' } };
const json =
  (body: unknown): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  };

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a token is renewed before its end', async () => {
  const catalog = await serve(json({ data: { product: null } }), { expires_in: 0.001 });
  await catalog.queryProduct(query);
  const endsMs = performance.now() + 1;
  while (performance.now() <= endsMs) await new Promise((resolve) => setImmediate(resolve));
  await catalog.queryProduct(query);
  expect(tokenRequests).toBe(2);
});

test.each([{}, { expires_in: 'soon' }])(
  'a token answer with the life %j is good for the documented time',
  async (life) => {
    const catalog = await serve(json({ data: { product: null } }), { expires_in: undefined, ...life });
    await catalog.queryProduct(query);
    await catalog.queryProduct(query);
    expect(tokenRequests).toBe(1);
  },
);

test('a token that could break out of a header is none', async () => {
  const catalog = await serve(json({}), { access_token: 'two words' });
  const failure = await failureOf(catalog.queryProduct(query));
  expect(failure.type).toBe('MalformedAnswer');
  expect(failure.message).not.toContain('two words');
});

test('a token that the service repeats in its error stays out of the failure', async () => {
  const errors = [{ message: 'bad header: Bearer token-1', extensions: { code: 'BadRequest' } }];
  const catalog = await serve(json({ errors, data: null }));
  const failure = await failureOf(catalog.queryProduct(query));
  expect(failure.type).toBe('RequestRejected');
  expect(JSON.stringify([failure.message, failure.details])).not.toContain('token-1');
});

test.each([
  ['a classification that is a text', { classification: 'ResourceNotFoundException' }],
  ['a code that is a number', { code: 404 }],
  ['the classification of a framework', { classification: 'NOT_FOUND' }],
  ['an odd classification beside a code', { classification: 17, code: 'ResourceNotFound' }],
])('not found by %s', async (_name, extensions) => {
  const catalog = await serve(json({ errors: [{ message: 'none', extensions }], data: { product: null } }));
  expect(await catalog.queryProduct(query)).toBeUndefined();
});

test.each([
  [[{ message: 'x', path: ['product', 'sku'], extensions: { code: 404 } }], { id: 'p' }, 'MalformedAnswer'],
  [[{ message: 'x', path: ['product', 'sku'], extensions: { code: 403 } }], { id: 'p' }, 'AccessDenied'],
  [
    [
      { message: 'x', extensions: { code: 404 } },
      { message: 'x', extensions: { code: 500 } },
    ],
    null,
    'ServiceFault',
  ],
  [[{ message: 'x' }], null, 'ServiceFault'],
  [[{ message: 'x', extensions: { code: 'PersistedQueryNotFound' } }], null, 'ServiceFault'],
  [[{ message: 'x', path: ['product'], extensions: { code: 404 } }], { id: 'p' }, 'MalformedAnswer'],
  [[{ message: 'x', path: ['product'], extensions: { code: 500 } }], whole, 'MalformedAnswer'],
  [[{ message: 'x', path: ['product', 'buyability', 'status'], extensions: { code: 500 } }], whole, 'MalformedAnswer'],
  [[{ message: 'x', extensions: { classification: 'ACCESS_DENIED' } }], null, 'AccessDenied'],
  [[{ message: 'x', extensions: { classification: 'TOO_MANY_REQUESTS' } }], null, 'Throttled'],
  [[{ message: 'x', extensions: { classification: 'BAD_REQUEST' } }], null, 'RequestRejected'],
  [[{ message: 'x', extensions: { classification: { errorCode: '429' } } }], null, 'Throttled'],
  [[{ message: 'x', extensions: { classification: { type: 'AccessDeniedError' } } }], null, 'AccessDenied'],
  [[{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }], null, 'CredentialsRejected'],
])('the errors %j beside %j become %s', async (errors, found, type) => {
  const catalog = await serve(json({ errors, data: { product: found } }));
  expect((await failureOf(catalog.queryProduct(query))).type).toBe(type);
});

test.each([{ data: { product: { id: 17 } } }, { data: { product: 'none' } }, { data: 3 }, { errors: {} }, []])(
  '%j is no answer of the service',
  async (body) => {
    const catalog = await serve(json(body));
    expect((await failureOf(catalog.queryProduct(query))).type).toBe('MalformedAnswer');
  },
);

test('throttling in an error goes with the delay that the answer asks for', async () => {
  const errors = [{ message: 'slow down', extensions: { code: 'ThrottlingException' } }];
  const catalog = await serve((request, response) => {
    response.setHeader('retry-after', '9');
    json({ errors, data: null })(request, response);
  });
  const failure = await failureOf(catalog.queryProduct(query));
  expect([failure.type, failure.nextRetryDelay]).toEqual(['Throttled', 9000]);
});

test('texts of the product are bounded', async () => {
  const catalog = await serve(json({ data: { product: { id: 'x'.repeat(5000), buyability: { status: 'ODD' } } } }));
  const found = await catalog.queryProduct(query);
  expect([found?.id?.length, found?.buyabilityStatus]).toEqual([1000, 'ODD']);
});

test.each(['text/html', 'text/plain', 'application/jsonp', ''])(
  'the content type %j is not the service’s',
  async (type) => {
    const catalog = await serve((_request, response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end(JSON.stringify({ data: { product: null } }));
    });
    expect((await failureOf(catalog.queryProduct(query))).type).toBe('MalformedAnswer');
  },
);

test.each(['application/json', 'application/graphql-response+json; charset=utf-8', 'Application/JSON;charset=UTF-8'])(
  'the content type %j is the service’s',
  async (type) => {
    const catalog = await serve((_request, response) => {
      response.setHeader('content-type', type);
      response.end(JSON.stringify({ data: { product: null } }));
    });
    expect(await catalog.queryProduct(query)).toBeUndefined();
  },
);

test('a page under status 403 is no refusal', async () => {
  const catalog = await serve((_request, response) => {
    response.writeHead(403, { 'content-type': 'text/html' }).end('<p>Blocked');
  });
  expect((await failureOf(catalog.queryProduct(query))).type).toBe('MalformedAnswer');
});

test('an answer that is no HTTP', async () => {
  const catalog = await serve((request) => request.socket.end('nonsense\r\n\r\n'));
  const failure = await failureOf(catalog.queryProduct(query));
  expect([failure.type, failure.message]).toEqual(['MalformedAnswer', expect.stringContaining('no HTTP')]);
});

test('a body that breaks off', async () => {
  const catalog = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":', () => response.destroy());
  });
  const failure = await failureOf(catalog.queryProduct(query));
  expect([failure.type, failure.message]).toEqual(['MalformedAnswer', expect.stringContaining('broke off')]);
});

test('a body that never ends', async () => {
  await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"data":');
  });
  const failure = await failureOf(catalogAt({ requestTimeoutMs: 500 }).queryProduct(query));
  expect(failure.type).toBe('Unreachable');
});

test('a redirect is not followed: the credentials stay', async () => {
  let asked = 0;
  const catalog = await serve((_request, response) => {
    asked += 1;
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect((await failureOf(catalog.queryProduct(query))).type).toBe('MalformedAnswer');
  expect(asked).toBe(1);
});

test('the header that names the merchant can be another', async () => {
  let target: unknown;
  await serve((request, response) => {
    target = request.headers['x-omni-targetid'];
    json({ data: { product: null } })(request, response);
  });
  await catalogAt({ targetHeader: 'X-Omni-TargetId' }).queryProduct(query);
  expect(target).toBe(query.businessProductId);
});
