import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFixture } from '@marketplace-steward/testing/fixtures';
import { parse } from '../../../../src/events/parse.ts';
import { startBuyWithPrimeSimulator } from '../../src/buyWithPrime/index.ts';
import { defined } from '../../src/defined.ts';

type Simulator = Awaited<ReturnType<typeof startBuyWithPrimeSimulator>>;
type Announcement = Parameters<Simulator['control']['announce']>[0];
type Settings = Parameters<Simulator['control']['setEvents']>[0];
interface Received {
  readonly path: string | undefined;
  readonly key: unknown;
  readonly body: Readonly<Record<string, unknown>>;
}

let simulator: Simulator;
let receiver: Server;
let received: Received[] = [];
/** Answered in order; the last goes on. */
let statuses: number[] = [202];

beforeEach(async () => {
  received = [];
  statuses = [202];
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += part));
    request.on('end', () => {
      received.push({ path: request.url, key: request.headers['x-key'], body: JSON.parse(text) });
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 202).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await start();
});
afterEach(async () => {
  await simulator.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

async function start(policy?: Settings['policy'], seed = 1): Promise<void> {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  simulator = await startBuyWithPrimeSimulator({
    seed,
    clients: [],
    events: {
      webhook: { url: `${url}/webhook`, headers: { 'x-key': 'one' } },
      eventBridge: { url: `${url}/eventBridge`, headers: { 'x-key': 'other' } },
      ...defined({ policy }),
    },
  });
}

async function restart(policy: NonNullable<Settings['policy']>, seed?: number): Promise<void> {
  await simulator.close();
  received = [];
  await start(policy, seed);
}

function item(itemId: string, more: Partial<Announcement> = {}): Announcement {
  return { form: 'webhook', businessProductId: 'bp-1', itemIds: [itemId], ...more };
}

const events = () => simulator.control.log({ call: 'event' });
const items = () => received.map(({ body }) => String((body['resources'] as string[])[0]).replace(/.*\//, ''));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value;
  return Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]);
}

const data = {
  product: {
    externalId: { value: 'e' },
    id: 'p',
    amazonSku: { value: 'a' },
    sku: { value: 's' },
    buyability: { status: 'BUYABLE' },
  },
};

test.each([
  ['webhook', 'webhook', 'one', { data }],
  ['eventBridge', 'eventbridge', 'other', { data }],
  ['eventBridgeDeprecated', 'eventbridge', 'other', {}],
] as const)(
  '%s: key for key the vendor’s sample, read as such, by its own address',
  async (form, envelope, key, more) => {
    const event = await simulator.control.announce(item('item-1', { form, ...more }));
    const [first] = received;
    expect([first?.path, first?.key, first?.body]).toEqual([
      form === 'webhook' ? '/webhook' : '/eventBridge',
      key,
      event,
    ]);
    expect(keysOf(event)).toEqual(keysOf(readFixture(`buyabilityChanged.${form}`)));
    expect(parse(envelope, Buffer.from(JSON.stringify(event)))).toMatchObject({
      outcome: 'events',
      events: [{ kind: 'buyability.changed', generation: form, businessProductId: 'bp-1', itemId: 'item-1' }],
    });
  },
);

test('one event names several items, and its data is what the call gives', async () => {
  const announcement = item('item-1', { itemIds: ['item-1', 'item-2'], data: { product: { id: 'p' } } });
  const { resources, data: sent } = await simulator.control.announce(announcement);
  expect([resources, sent]).toEqual([
    ['businessProduct/bp-1/items/item-1', 'businessProduct/bp-1/items/item-2'],
    { product: { id: 'p' } },
  ]);
  expect(await simulator.control.announce(item('item-3', { data: null }))).toHaveProperty('data', null);
  expect(await simulator.control.announce(item('item-4'))).not.toHaveProperty('data');
});

test('the log says what was answered, and after how many attempts', async () => {
  statuses = [503, 202];
  await simulator.control.announce(item('item-1'));
  expect(events()).toMatchObject([{ form: 'webhook', result: 'answered', status: 202, attempts: 2 }]);
  await simulator.control.setEvents({ webhook: null });
  await simulator.control.announce(item('item-2'));
  expect(events()).toMatchObject([{}, { result: 'noTarget', attempts: 0 }]);
});

test('doubled: the same event twice', async () => {
  await simulator.control.announce(item('item-1', { policy: { kind: 'doubled' } }));
  expect(received).toHaveLength(2);
  expect(received[0]?.body).toEqual(received[1]?.body);
});

test('late: it is not waited for, and comes', async () => {
  await simulator.control.announce(item('late', { policy: { kind: 'late', lateMs: 20 } }));
  expect(received).toEqual([]);
  await until(() => received.length === 1);
});

test('what is late or held ends with the simulator', async () => {
  await simulator.control.announce(item('late', { policy: { kind: 'late', lateMs: 5 } }));
  await restart({ kind: 'deliver' });
  await simulator.control.announce(item('prompt'));
  expect(items()).toEqual(['prompt']);
});

const names = Array.from({ length: 12 }, (_, index) => `item-${index}`);
async function announceAll(): Promise<string[]> {
  for (const name of names) await simulator.control.announce(item(name));
  return items();
}

test('lost: a share of them, the same ones with the same seed', async () => {
  await restart({ kind: 'lost', share: 0.5 }, 5);
  const arrived = await announceAll();
  const lost = events().filter((entry) => entry.call === 'event' && entry.result === 'lost');
  expect(arrived.length + lost.length).toBe(names.length);
  expect(new Set([arrived.length > 0, lost.length > 0])).toEqual(new Set([true]));
  await restart({ kind: 'lost', share: 0.5 }, 5);
  expect(await announceAll()).toEqual(arrived);
});

test('shuffled: all of them in another order, the same one with the same seed', async () => {
  await restart({ kind: 'shuffled', batch: names.length, withinMs: 60_000 }, 5);
  const order = await announceAll();
  expect(order).not.toEqual(names);
  expect(order.toSorted()).toEqual(names.toSorted());
  await restart({ kind: 'shuffled', batch: names.length, withinMs: 60_000 }, 5);
  expect(await announceAll()).toEqual(order);
});

test('a batch that does not fill goes out after its time, or with the next policy', async () => {
  await restart({ kind: 'shuffled', batch: 10, withinMs: 20 });
  await simulator.control.announce(item('item-1'));
  await until(() => received.length === 1);
  await simulator.control.setEvents({ policy: { kind: 'shuffled', batch: 10, withinMs: 60_000 } });
  await simulator.control.announce(item('item-2'));
  await simulator.control.setEvents({ policy: { kind: 'deliver' } });
  expect(items()).toEqual(['item-1', 'item-2']);
});

test('by HTTP: the event comes back, and a body that does not fit is refused with the field named', async () => {
  const post = (path: string, body: unknown) =>
    fetch(`${simulator.url}/_control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post('events', { policy: { kind: 'doubled' } })).status).toBe(200);
  expect(await (await post('announce', item('item-1'))).json()).toMatchObject({
    eventDescriptor: 'BUYABILITY_CHANGED',
  });
  expect(received).toHaveLength(2);
  const refused = await post('announce', item('item-1', { form: 'eventBridgeDeprecated', data: {} }));
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('data')]);
  expect((await post('events', { webhook: { url: 'ftp://example.com' } })).status).toBe(400);
});
