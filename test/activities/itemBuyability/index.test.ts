import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { parse } from 'graphql';
import { createItemActivities } from '../../../src/activities/itemBuyability/index.ts';
import type { ItemActivities } from '../../../src/workflows/itemBuyability/contract.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { createProductCatalog } from '../../../src/vendors/buyWithPrime/index.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Answers = Parameters<Simulator['control']['planItem']>[0]['answers'];

const client = { clientId: 'client-1', clientSecret: 'secret-1', businessProductIds: ['bp-1'] };
const query = { businessProductId: 'bp-1', itemId: 'item-1' };
let simulator: Simulator;
let activities: ItemActivities;

beforeAll(async () => {
  simulator = await startBuyWithPrimeSimulator({ seed: 9, clients: [client] });
  const products = createProductCatalog({ endpoint: simulator.url, merchants: () => client });
  activities = createItemActivities({ products, context: { policies: {} } });
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

test('the product is asked for by the item id and the merchant of the event’s resources', async () => {
  const named = { businessProductId: 'bp-1', itemId: 'another-item', apiVersion: '2025-01-01' };
  await activities.queryProduct(named);
  expect(simulator.control.log().at(-1)).toMatchObject({ call: 'query', ...named });
});

test('nothing is ever changed at the vendor: what is sent is a query, and no mutation', async () => {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      sent.push(`${request.url} ${Buffer.concat(parts).toString()}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: 'token', expires_in: 900, data: { product: null } }));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const products = createProductCatalog({ endpoint: `http://127.0.0.1:${port}`, merchants: () => client });
  const asked = createItemActivities({ products, context: { policies: {} } });
  await asked.queryProduct(query);
  await expect(asked.awaitProduct(query)).rejects.toMatchObject({ type: 'NotYet' });
  server.close();
  const bodies = sent.filter((each) => each.startsWith('/graphql ')).map((each) => JSON.parse(each.slice(9)));
  const operations = bodies.flatMap(({ query: text }) =>
    parse(text).definitions.map((definition) => ('operation' in definition ? definition.operation : definition.kind)),
  );
  expect(operations).toEqual(['query', 'query']);
  expect(sent.filter((each) => !/^\/(graphql|token) /.test(each))).toEqual([]);
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
