import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { createItemActivities, type ItemActivities } from '../../src/activities/items.ts';
import { startBuyWithPrimeSimulator } from '../../src/simulators/buyWithPrime/index.ts';
import { createProductCatalog } from '../../src/vendors/buyWithPrime/index.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Answers = Parameters<Simulator['control']['planItem']>[0]['answers'];

const client = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: ['bp-1'] };
const query = { businessProductId: 'bp-1', itemId: 'item-1' };
let simulator: Simulator;
let activities: ItemActivities;

beforeAll(async () => {
  simulator = await startBuyWithPrimeSimulator({ seed: 9, clients: [client] });
  const products = createProductCatalog({ endpoint: simulator.url, merchants: () => client });
  activities = createItemActivities({ products });
});
afterAll(() => simulator.close());

const plan = (...answers: Answers) => simulator.control.planItem({ ...query, answers });

test('a query gives what the vendor knows, and when it was asked', async () => {
  plan({ product: { id: 'p', sku: { value: 's' }, offerPrime: false, buyability: { status: 'ODD' } } });
  const beforeMs = Date.now();
  const answer = await activities.queryProduct(query);
  expect(answer).toEqual({
    askedAt: expect.any(String),
    product: { id: 'p', sku: 's', offerPrime: false, buyabilityStatus: 'ODD' },
  });
  expect(Date.parse(answer.askedAt)).toBeGreaterThanOrEqual(beforeMs);
  expect(Date.parse(answer.askedAt)).toBeLessThanOrEqual(Date.now());
});

test.each<Answers[number]>([{ null: true }, { notFound: 'classification' }])(
  '%j is an answer without a product',
  async (answer) => {
    plan(answer);
    expect(await activities.queryProduct(query)).toEqual({ askedAt: expect.any(String) });
  },
);

test.each<[Answers[number], string]>([
  [{ null: true }, 'not found yet'],
  [{ notFound: 'classification' }, 'not found yet'],
  [{ product: { id: 'p' } }, 'has no status'],
  [{ product: { id: 'p', buyability: { status: 'UNKNOWN' } } }, '"UNKNOWN"'],
  [{ product: { id: 'p', buyability: { status: 'buyable' } } }, '"buyable"'],
])('%j is not yet an answer to wait for', async (answer, part) => {
  plan(answer);
  const error: unknown = await activities.awaitProduct(query).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({
    type: 'NotYet',
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    message: expect.stringContaining(part),
  });
});

test.each(['BUYABLE', 'NOT_BUYABLE'])('%s ends the wait', async (status) => {
  plan({ product: { id: 'p', buyability: { status } } });
  expect(await activities.awaitProduct(query)).toEqual({
    askedAt: expect.any(String),
    product: { id: 'p', buyabilityStatus: status },
  });
});

test('a failure of the vendor is not taken for "not yet"', async () => {
  plan({ http: 500 });
  await expect(activities.awaitProduct(query)).rejects.toMatchObject({ type: 'ServiceFault' });
});
