import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import type { ProductCatalog } from '../../../src/ports/productCatalog.ts';
import { startBuyWithPrimeSimulator } from '../../../src/simulators/buyWithPrime/index.ts';
import { createProductCatalog } from '../../../src/vendors/buyWithPrime/index.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Plan = Parameters<Simulator['control']['planItem']>[0];
type Options = Partial<Parameters<typeof createProductCatalog>[0]>;

const merchant = 'bp-1';
const client = { clientId: 'client-1', clientSecret: 'a very secret text', businessProductIds: [merchant] };
const query = { businessProductId: merchant, itemId: 'item-1' };
const product = {
  id: 'product-1',
  externalId: { value: 'external-1' },
  sku: { value: 'sku-1' },
  amazonSku: { value: 'amazon-sku-1' },
  offerPrime: false,
  buyability: { status: 'NOT_BUYABLE' },
};

function catalogAt(endpoint: string, options: Options = {}): ProductCatalog {
  return createProductCatalog({
    endpoint,
    merchants: (id) => (id === merchant ? client : undefined),
    requestTimeoutMs: 20_000,
    ...options,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure)) throw new Error('Expected an ApplicationFailure', { cause: error });
  return error;
}

describe('against the simulator', () => {
  let simulator: Simulator;
  let catalog: ProductCatalog;

  beforeEach(async () => {
    simulator = await startBuyWithPrimeSimulator({ seed: 3, clients: [client] });
    catalog = catalogAt(simulator.url);
  });
  afterEach(() => simulator.close());

  const plan = (...answers: Plan['answers']) => simulator.control.planItem({ ...query, answers });
  const calls = (call: 'token' | 'query') => simulator.control.log().filter((entry) => entry.call === call);

  test('gives the product with every field', async () => {
    plan({ product });
    expect(await catalog.queryProduct(query)).toEqual({
      id: 'product-1',
      externalId: 'external-1',
      sku: 'sku-1',
      amazonSku: 'amazon-sku-1',
      offerPrime: false,
      buyabilityStatus: 'NOT_BUYABLE',
    });
  });

  test('what the product lacks is undefined, and the status keeps its text', async () => {
    plan({ product: { id: 'product-1', buyability: { status: 'SOMETHING_NEW' } } });
    expect(await catalog.queryProduct(query)).toEqual({
      id: 'product-1',
      externalId: undefined,
      sku: undefined,
      amazonSku: undefined,
      offerPrime: undefined,
      buyabilityStatus: 'SOMETHING_NEW',
    });
  });

  test.each([
    { notFound: 'classification' },
    { notFound: 'type' },
    { notFound: 'errorType' },
    { notFound: 'errorCode' },
    { notFound: 'code' },
    { null: true },
  ] as const)('%j is a product that does not exist', async (answer) => {
    plan(answer);
    expect(await catalog.queryProduct(query)).toBeUndefined();
  });

  test.each([
    [{ error: 'AccessDeniedException' }, 'AccessDenied', 'View & Edit Catalog Data'],
    [{ error: 'ThrottlingException' }, 'Throttled', 'too many requests'],
    [{ error: 'InternalServerError' }, 'ServiceFault', 'InternalServerError'],
    [{ error: 'ValidationException' }, 'RequestRejected', 'ValidationException'],
    [{ partial: true, product: { id: 'product-1' } }, 'MalformedAnswer', 'a part of the product'],
    [{ http: 500 }, 'ServiceFault', 'status 500'],
    [{ http: 503 }, 'ServiceFault', 'status 503'],
    [{ http: 429 }, 'Throttled', 'too many requests'],
    [{ http: 403 }, 'AccessDenied', 'View & Edit Catalog Data'],
    [{ http: 400 }, 'RequestRejected', 'status 400'],
    [{ http: 404 }, 'MalformedAnswer', 'status 404'],
    [{ http: 'html' }, 'MalformedAnswer', 'no GraphQL answer'],
    [{ http: 'truncated' }, 'MalformedAnswer', 'no GraphQL answer'],
    [{ http: 'empty' }, 'MalformedAnswer', 'neither a product nor an error'],
    [{ http: 'oversized' }, 'MalformedAnswer', 'over 1000000 bytes'],
    [{ http: 'reset' }, 'Unreachable', 'the connection failed (ECONNRESET)'],
  ] as const)('%j becomes %s', async (answer, type, part) => {
    plan(answer);
    const failure = await failureOf(catalog.queryProduct(query));
    expect([failure.type, failure.message]).toEqual([type, expect.stringContaining(part)]);
  });

  test('a delay that the service asks for goes with the failure', async () => {
    plan({ http: 429, retryAfterSeconds: 7 });
    expect((await failureOf(catalog.queryProduct(query))).nextRetryDelay).toBe(7000);
  });

  test('an answer that does not come in time', async () => {
    simulator.control.tokens({ answers: [{ http: 'slow' }] });
    const impatient = catalogAt(simulator.url, { requestTimeoutMs: 300 });
    const failure = await failureOf(impatient.queryProduct(query));
    expect([failure.type, failure.message]).toEqual(['Unreachable', 'POST /token: no whole answer within 300 ms']);
  });

  test('one token request serves many queries, at once and after one another', async () => {
    plan({ product });
    await Promise.all(Array.from({ length: 20 }, () => catalog.queryProduct(query)));
    await catalog.queryProduct(query);
    expect([calls('token').length, calls('query').length]).toEqual([1, 21]);
  });

  test('a token that was ended is renewed, once for all queries that met it', async () => {
    plan({ product });
    await catalog.queryProduct(query);
    simulator.control.tokens({ expireAll: true });
    const found = await Promise.all(Array.from({ length: 5 }, () => catalog.queryProduct(query)));
    expect(found.map((each) => each?.id)).toEqual(Array.from({ length: 5 }, () => 'product-1'));
    expect(calls('token')).toHaveLength(2);
  });

  test('a token that is refused after its renewal too', async () => {
    plan({ http: 401 });
    expect((await failureOf(catalog.queryProduct(query))).type).toBe('CredentialsRejected');
    expect([calls('token').length, calls('query').length]).toEqual([2, 2]);
  });

  test.each([
    [{ http: 500 }, 'ServiceFault'],
    [{ http: 429 }, 'Throttled'],
    [{ http: 'html' }, 'MalformedAnswer'],
    [{ http: 'truncated' }, 'MalformedAnswer'],
    [{ http: 'empty' }, 'MalformedAnswer'],
    [{ http: 'reset' }, 'Unreachable'],
  ] as const)('%j to a token request becomes %s, and the next query asks anew', async (answer, type) => {
    plan({ product });
    simulator.control.tokens({ answers: [answer] });
    expect((await failureOf(catalog.queryProduct(query))).type).toBe(type);
    expect((await catalog.queryProduct(query))?.id).toBe('product-1');
  });

  test('credentials that are refused, without the secret in the failure', async () => {
    const wrong = { clientId: 'client-1', clientSecret: 'another secret' };
    const failure = await failureOf(catalogAt(simulator.url, { merchants: () => wrong }).queryProduct(query));
    expect([failure.type, failure.message]).toEqual(['CredentialsRejected', expect.stringContaining('invalid_client')]);
    expect(JSON.stringify([failure.message, failure.details, failure.stack])).not.toContain('another secret');
  });

  test('a secret that was changed is used at once', async () => {
    plan({ product });
    let secret = 'outdated';
    const changing = catalogAt(simulator.url, { merchants: () => ({ clientId: 'client-1', clientSecret: secret }) });
    expect((await failureOf(changing.queryProduct(query))).type).toBe('CredentialsRejected');
    secret = client.clientSecret;
    expect((await changing.queryProduct(query))?.id).toBe('product-1');
  });

  test('too many token requests are throttling', async () => {
    const fresh = () => catalogAt(simulator.url).queryProduct(query);
    for (let count = 0; count < 10; count += 1) await fresh();
    expect((await failureOf(fresh())).type).toBe('Throttled');
  });

  test('a merchant that is not configured', async () => {
    const failure = await failureOf(catalog.queryProduct({ ...query, businessProductId: 'bp-2' }));
    expect([failure.type, failure.message]).toEqual(['NotConfigured', expect.stringContaining('"bp-2"')]);
    expect(simulator.control.log()).toEqual([]);
  });

  test('the version is the event’s, else the pinned one', async () => {
    plan({ product });
    await catalog.queryProduct({ ...query, apiVersion: '2030-01-01' });
    await catalog.queryProduct(query);
    expect(calls('query').map((entry) => entry.apiVersion)).toEqual(['2030-01-01', '2024-11-01']);
  });

  test.each([
    [{ ...query, businessProductId: 'bp-1\r\nx-evil: 1' }, 'businessProductId'],
    [{ ...query, apiVersion: '' }, 'apiVersion'],
  ])('%j cannot break out of a header', async (broken, field) => {
    const failure = await failureOf(catalog.queryProduct(broken));
    expect([failure.type, failure.message]).toEqual(['RequestRejected', expect.stringContaining(field)]);
  });
});

test('a service that is not there', async () => {
  const simulator = await startBuyWithPrimeSimulator({ seed: 3, clients: [client] });
  await simulator.close();
  const failure = await failureOf(catalogAt(simulator.url).queryProduct(query));
  expect([failure.type, failure.message]).toEqual(['Unreachable', 'POST /token: the connection failed (ECONNREFUSED)']);
});

describe('against answers that no documentation shows', () => {
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
    return catalogAt(url);
  }
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
    const failure = await failureOf(catalogAt(url, { requestTimeoutMs: 500 }).queryProduct(query));
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
    await catalogAt(url, { targetHeader: 'X-Omni-TargetId' }).queryProduct(query);
    expect(target).toBe(merchant);
  });
});

test.each([
  [{ endpoint: 'ftp://example.com' }, 'endpoint'],
  [{ endpoint: 'https://user@example.com' }, 'endpoint'],
  [{ endpoint: 'nonsense' }, 'endpoint'],
  [{ targetHeader: 'two words' }, 'targetHeader'],
])('the option %j is refused with its name', (options, name) => {
  expect(() => createProductCatalog({ merchants: () => undefined, ...options })).toThrow(name);
});
