import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfiguration } from '../../src/config/load.ts';
import { runIngressProcess } from '../../src/ingress/process.ts';
import { startBuyWithPrimeSimulator } from '@marketplace-steward/simulators/buyWithPrime';
import { runWorkerProcess } from '../../src/workers/process.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { itemStatusQuery, itemWorkflowId, type ItemStatus } from '../../src/workflows/itemBuyability/contract.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { silent } from '@marketplace-steward/testing/silent';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Announcement = Parameters<Simulator['control']['announce']>[0];

const businessProductId = 'bp-1';
const headers = { 'x-key': 'the key of the sender' };
const folder = mkdtempSync(join(tmpdir(), 'buyability-delivery-'));
const client = { clientId: randomUUID(), clientSecret: 'secret', businessProductIds: [businessProductId] };
let server: TestTemporal;
let simulator: Simulator;
const ends: Array<{ close(): Promise<unknown> }> = [];

beforeAll(async () => {
  installRuntime(silent);
  server = await testTemporal();
  simulator = await startBuyWithPrimeSimulator({ seed: 4, clients: [client] });
  const file = join(folder, 'steward.yaml');
  const merchants = { [businessProductId]: { clientId: client.clientId, clientSecretVariable: 'SECRET' } };
  const itemBuyability = { queryFirstMs: 50, queryLongestMs: 200 };
  const endpoints = { buyWithPrime: simulator.url };
  const key = [{ header: 'x-key', valueVariable: 'KEY' }];
  const ingressSettings = { port: 0, credentials: { eventbridge: key, webhook: key } };
  writeFileSync(file, stringify({ merchants, endpoints, ingress: ingressSettings, policies: { itemBuyability } }));
  const environment = {
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    SECRET: client.clientSecret,
    KEY: headers['x-key'],
  };
  const configuration = loadConfiguration(environment, file);
  const worker = await runWorkerProcess(configuration, silent);
  const ingress = await runIngressProcess(configuration, silent);
  ends.push(ingress, worker, server, simulator);
  await simulator.control.setEvents({
    webhook: { url: `${ingress.url}/v1/events/webhook`, headers },
    eventBridge: { url: `${ingress.url}/v1/events/eventbridge`, headers },
  });
}, 120_000);
afterAll(async () => {
  for (const end of ends) await end.close();
  rmSync(folder, { recursive: true });
}, 60_000);

const dataOf = (status: string) => ({ product: { id: 'p', buyability: { status } } });

/** Five events of one item, one after another, the last of which says what is true; so does every query. */
function eventsOf(itemId: string, truth: string): Announcement[] {
  const product = { id: 'p', offerPrime: true, buyability: { status: truth } };
  simulator.control.planItem({ businessProductId, itemId, answers: [{ product }] });
  const other = truth === 'BUYABLE' ? 'NOT_BUYABLE' : 'BUYABLE';
  const events: Array<Pick<Announcement, 'form' | 'data'>> = [
    { form: 'webhook', data: dataOf(truth) },
    { form: 'eventBridge', data: dataOf(other) },
    { form: 'eventBridgeDeprecated' },
    { form: 'eventBridge', data: {} },
    { form: 'webhook', data: dataOf(truth) },
  ];
  const firstMs = Date.now() - 10_000;
  return events.map((event, index) => ({
    ...event,
    businessProductId,
    itemIds: [itemId],
    eventId: randomUUID(),
    idempotencyKey: randomUUID(),
    eventTime: new Date(firstMs + index * 1_000).toISOString(),
  }));
}

const statusOf = (itemId: string): Promise<ItemStatus> =>
  server.client.workflow.getHandle(itemWorkflowId(businessProductId, itemId)).query(itemStatusQuery);

function lastEvent() {
  const last = simulator.control.log({ call: 'event' }).at(-1);
  return last?.call === 'event' ? last : undefined;
}

/** Waits until an item is in a state that rests on something no older than an event of it. */
function becomes(itemId: string, wanted: string, { eventTime = '' }: Announcement): Promise<true> {
  return until(async () => {
    const { state, asOf = '' } = await statusOf(itemId);
    return state === wanted && asOf >= eventTime ? true : undefined;
  });
}

test('events of all three forms, each twice and in any order, leave every item as it is', async () => {
  const truths = ['BUYABLE', 'NOT_BUYABLE', 'BUYABLE', 'NOT_BUYABLE'];
  const items = truths.map((truth) => {
    const itemId = randomUUID();
    return { itemId, truth, events: eventsOf(itemId, truth) };
  });
  const events = items.flatMap((item) => item.events);
  const twice = [...events, ...events];
  await simulator.control.setEvents({ policy: { kind: 'shuffled', batch: twice.length, withinMs: 600_000 } });
  for (const event of twice) await simulator.control.announce(event);
  const sent = simulator.control.log({ call: 'event' });
  expect(sent.map((entry) => entry.call === 'event' && entry.status)).toEqual(twice.map(() => 202));
  for (const { itemId, truth, events: own } of items) await becomes(itemId, truth, own.at(-1)!);
});

test('what is lost changes nothing, and what is late still counts', async () => {
  const itemId = randomUUID();
  const [, turn, , , last] = eventsOf(itemId, 'BUYABLE');
  await simulator.control.announce({ ...last!, policy: { kind: 'deliver' } });
  await becomes(itemId, 'BUYABLE', last!);
  const later = new Date(Date.now() + 60_000).toISOString();
  const turned = { ...turn!, eventTime: later };
  await simulator.control.announce({ ...turned, policy: { kind: 'lost', share: 1 } });
  expect(lastEvent()).toMatchObject({ result: 'lost', attempts: 0 });
  expect((await statusOf(itemId)).state).toBe('BUYABLE');
  await simulator.control.announce({ ...turned, data: dataOf('NOT_BUYABLE'), policy: { kind: 'late', lateMs: 50 } });
  const isAsked = () => (simulator.control.log({ itemId, call: 'query' }).length > 0 ? true : undefined);
  await until(isAsked);
  await until(() => (lastEvent()?.result === 'answered' ? true : undefined));
  expect(lastEvent()).toHaveProperty('status', 202);
});
