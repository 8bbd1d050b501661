import { randomUUID } from 'node:crypto';
import type { ProductCatalog, ProductQuery } from '../../../src/vendors/buyWithPrime/port.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { createProductCatalog } from '../../../src/vendors/buyWithPrime/index.ts';
import { failureOf } from '@marketplace-steward/testing/failures';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Plan = Parameters<Simulator['control']['planItem']>[0];
type Options = Partial<Parameters<typeof createProductCatalog>[0]>;

const merchant = 'bp-1';
let client = { clientId: '', clientSecret: 'a very secret text', businessProductIds: [merchant] };
// Tokens are the process's: a client id of an earlier test might have one still.
beforeEach(() => {
  client = { ...client, clientId: randomUUID() };
});
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

  test('what the product lacks is absent, and the status keeps its text', async () => {
    plan({ product: { id: 'product-1', buyability: { status: 'SOMETHING_NEW' } } });
    expect(await catalog.queryProduct(query)).toStrictEqual({ id: 'product-1', buyabilityStatus: 'SOMETHING_NEW' });
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
    [{ partial: 'buyability', product }, 'MalformedAnswer', 'a part of the product'],
    [{ partial: 'sku', product: { id: 'product-1' } }, 'MalformedAnswer', 'a part of the product'],
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

  test.each(['externalId', 'sku', 'amazonSku', 'offerPrime'] as const)(
    'an error about %s takes nothing from the status beside it',
    async (partial) => {
      plan({ partial, product });
      const found = await catalog.queryProduct(query);
      expect(found).toMatchObject({ buyabilityStatus: 'NOT_BUYABLE' });
      expect(found).not.toHaveProperty(partial);
    },
  );

  test.each([429, 503])('a delay that the service asks for goes with the failure of status %d', async (http) => {
    plan({ http, retryAfterSeconds: 7 });
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
  ] as const)('%j to a token request becomes %s, and the next query asks again', async (answer, type) => {
    plan({ product });
    simulator.control.tokens({ answers: [answer] });
    expect((await failureOf(catalog.queryProduct(query))).type).toBe(type);
    expect((await catalog.queryProduct(query))?.id).toBe('product-1');
  });

  test('credentials that are refused, without the secret in the failure', async () => {
    const wrong = { ...client, clientSecret: 'another secret' };
    const failure = await failureOf(catalogAt(simulator.url, { merchants: () => wrong }).queryProduct(query));
    expect([failure.type, failure.message]).toEqual(['CredentialsRejected', expect.stringContaining('invalid_client')]);
    expect(JSON.stringify([failure.message, failure.details, failure.stack])).not.toContain('another secret');
  });

  test('a secret that was changed is used at once', async () => {
    plan({ product });
    let secret = 'outdated';
    const changing = catalogAt(simulator.url, { merchants: () => ({ ...client, clientSecret: secret }) });
    expect((await failureOf(changing.queryProduct(query))).type).toBe('CredentialsRejected');
    secret = client.clientSecret;
    expect((await changing.queryProduct(query))?.id).toBe('product-1');
  });

  test('too many token requests, and too many queries, are throttling', async () => {
    plan({ product });
    simulator.control.setLimits({ queriesPerMinute: 1 });
    await catalog.queryProduct(query);
    expect((await failureOf(catalog.queryProduct(query))).type).toBe('Throttled');
    simulator.control.setLimits({ queriesPerMinute: null, tokenRequestsPerMinute: 1 });
    simulator.control.tokens({ expireAll: true });
    expect((await failureOf(catalog.queryProduct(query))).type).toBe('Throttled');
  });

  test('a merchant that is not configured', async () => {
    const failure = await failureOf(catalog.queryProduct({ ...query, businessProductId: 'bp-2' }));
    const reported = 'add merchants.bp-2 with clientId and clientSecretVariable to the configuration file';
    expect([failure.type, failure.message]).toEqual(['NotConfigured', expect.stringContaining(reported)]);
    expect(simulator.control.log()).toEqual([]);
  });

  test('the version is the event’s, else the pinned one', async () => {
    plan({ product });
    await catalog.queryProduct({ ...query, apiVersion: '2030-01-01' });
    await catalog.queryProduct(query);
    await catalogAt(simulator.url, { defaultApiVersion: '2026-02-03' }).queryProduct(query);
    const versions = ['2030-01-01', '2024-11-01', '2026-02-03'].map((apiVersion) =>
      simulator.control.log({ call: 'query', apiVersion }),
    );
    expect(versions.map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  test.each<[Partial<ProductQuery>, string]>([
    [{ businessProductId: 'bp-1\r\nx-evil: 1' }, 'businessProductId'],
    [{ apiVersion: '' }, 'apiVersion'],
    [{ apiVersion: '2024-11-01\r\nx-evil: 1' }, 'apiVersion'],
    [{ apiVersion: '2024-11-01\n' }, 'apiVersion'],
    [{ apiVersion: '2024 11' }, 'apiVersion'],
    [{ apiVersion: 'v\u0000' }, 'apiVersion'],
    [{ apiVersion: 'é' }, 'apiVersion'],
    [{ apiVersion: 'x'.repeat(201) }, 'apiVersion'],
  ])('%j cannot break out of a header', async (broken, field) => {
    const failure = await failureOf(catalog.queryProduct({ ...query, ...broken }));
    expect([failure.type, failure.message]).toEqual(['RequestRejected', expect.stringContaining(field)]);
    expect(simulator.control.log()).toEqual([]);
  });
});

test('a service that is not there', async () => {
  const simulator = await startBuyWithPrimeSimulator({ seed: 3, clients: [client] });
  await simulator.close();
  const failure = await failureOf(catalogAt(simulator.url).queryProduct(query));
  expect([failure.type, failure.message]).toEqual(['Unreachable', 'POST /token: the connection failed (ECONNREFUSED)']);
});

test.each([
  [{ endpoint: 'ftp://example.com' }, 'endpoint'],
  [{ endpoint: 'https://user@example.com' }, 'endpoint'],
  [{ endpoint: 'nonsense' }, 'endpoint'],
  [{ targetHeader: 'two words' }, 'targetHeader'],
  [{ targetHeader: 'Authorization' }, 'targetHeader'],
  [{ defaultApiVersion: '2024-11-01\r\nx-evil: 1' }, 'defaultApiVersion'],
])('the option %j is refused with its name', (options, name) => {
  expect(() => createProductCatalog({ merchants: () => undefined, ...options })).toThrow(name);
});
