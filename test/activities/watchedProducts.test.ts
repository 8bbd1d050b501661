import { pino } from 'pino';
import { createMerchantActivities } from '../../src/activities/accountHealth/index.ts';
import type { MerchantActivities } from '../../src/workflows/accountHealth/contract.ts';
import { watchProducts } from '../../src/activities/watchedVendors.ts';
import type { AccessRefusal } from '../../src/delivery/accountAlarms.ts';
import { failureTypeOf } from '../../src/failures.ts';
import type { ProductCatalog } from '../../src/vendors/buyWithPrime/port.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { createProductCatalog } from '../../src/vendors/buyWithPrime/index.ts';
import type { ProductCheck } from '../../src/workflows/accountHealth/contract.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Answers = Parameters<Simulator['control']['planItem']>[0]['answers'];

const businessProductId = 'bp-1';
const query = { businessProductId, itemId: 'item-1' };
const client = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: [businessProductId] };
let simulator: Simulator;
let secret: string;
let configured: boolean;
let reported: AccessRefusal[];
let logged: string[];
let alarmError: Error | undefined;
let products: ProductCatalog;
let watched: ProductCatalog;
let merchants: MerchantActivities;

beforeAll(async () => {
  simulator = await startBuyWithPrimeSimulator({ seed: 9, clients: [client], tokenRequestsPerMinute: 1_000 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  secret = client.clientSecret;
  configured = true;
  reported = [];
  logged = [];
  alarmError = undefined;
  products = createProductCatalog({
    endpoint: simulator.url,
    merchants: () => (configured ? { clientId: client.clientId, clientSecret: secret } : undefined),
  });
  const alarms = {
    refused: async (refusal: AccessRefusal) => {
      reported.push(refusal);
      if (alarmError !== undefined) throw alarmError;
    },
    failing: async (call: AccessRefusal) => void reported.push(call),
  };
  const logger = pino({}, { write: (line: string) => void logged.push(line) });
  watched = watchProducts(products, { alarms, logger, failingAfterMs: () => 60 * 60_000 });
  merchants = createMerchantActivities({ products, context: { policies: {} } });
});

const plan = (...answers: Answers): void => simulator.control.planItem({ ...query, answers });
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a watched product query', () => {
  test.each([
    ['AccessDenied', () => plan({ error: 'AccessDeniedException' })],
    ['CredentialsRejected', () => void (secret = 'an old secret')],
    ['NotConfigured', () => void (configured = false)],
  ])('that ends in %s is reported with its item, and fails as before', async (failureType, refuse) => {
    refuse();
    expect(failureTypeOf(await failureOf(watched.queryProduct(query)))).toBe(failureType);
    expect(reported).toEqual([
      {
        businessProductId,
        operation: 'product',
        resource: 'item-1',
        failureType,
        message: expect.any(String),
        at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(JSON.stringify(reported)).not.toContain(secret);
  });

  test('names the permission that is missing', async () => {
    plan({ error: 'AccessDeniedException' });
    await failureOf(watched.queryProduct(query));
    expect(reported[0]?.message).toContain('View & Edit Catalog Data');
  });

  test.each<[string, Answers[number]]>([
    ['Throttled', { error: 'ThrottlingException' }],
    ['ServiceFault', { http: 500 }],
  ])('that ends in %s is nobody’s alarm', async (failureType, answer) => {
    plan(answer);
    expect(failureTypeOf(await failureOf(watched.queryProduct(query)))).toBe(failureType);
    expect(reported).toEqual([]);
  });

  test('that is answered, or not found, is passed on', async () => {
    plan({ product: { id: 'p' } }, { null: true });
    expect(await watched.queryProduct(query)).toMatchObject({ id: 'p' });
    expect(await watched.queryProduct(query)).toBeUndefined();
    expect(reported).toEqual([]);
  });

  test('whose alarm cannot be raised is logged, and fails as it would have', async () => {
    plan({ error: 'AccessDeniedException' });
    alarmError = new Error('Temporal is away');
    expect(failureTypeOf(await failureOf(watched.queryProduct(query)))).toBe('AccessDenied');
    expect(logged).toEqual([expect.stringContaining('Temporal is away')]);
  });
});

describe('a check of a merchant', () => {
  async function check(...checks: readonly ProductCheck[]): Promise<string> {
    const error = await failureOf(merchants.checkMerchant({ businessProductId, checks }));
    return error instanceof Error ? `${failureTypeOf(error)}: ${error.message}` : 'passed';
  }
  const itemCheck = (refused: ProductCheck['refused']): ProductCheck => ({ itemId: 'item-1', refused });

  test.each<Answers[number]>([
    { product: { id: 'p', buyability: { status: 'BUYABLE' } } },
    { notFound: 'classification' },
    { null: true },
    { error: 'ValidationException' },
  ])('that is let in has passed, whatever it finds: %j', async (answer) => {
    plan(answer);
    expect(await check(itemCheck('AccessDenied'))).toBe('passed');
  });

  test('without an item that is known asks for one that is not expected', async () => {
    expect(await check({ refused: 'CredentialsRejected' })).toBe('passed');
  });

  test('that is denied is still refused; it shows good credentials all the same', async () => {
    plan({ error: 'AccessDeniedException' });
    expect(await check(itemCheck('AccessDenied'))).toContain('NotYet: Merchant bp-1 is still refused. product query');
    expect(await check(itemCheck('CredentialsRejected'))).toBe('passed');
  });

  test('with credentials that are refused, or without any, is still refused', async () => {
    plan({ null: true });
    secret = 'an old secret';
    expect(await check(itemCheck('CredentialsRejected'))).toContain('NotYet');
    expect(await check(itemCheck('NotConfigured'))).toBe('passed');
    configured = false;
    expect(await check(itemCheck('NotConfigured'))).toContain('NotYet');
  });

  test('that fails for another reason says nothing, and is thrown as it is', async () => {
    plan({ http: 503 });
    expect(await check(itemCheck('AccessDenied'))).toContain('ServiceFault');
  });
});
