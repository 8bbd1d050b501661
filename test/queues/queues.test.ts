import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import type { QueueConfiguration } from '../../src/config/queues.ts';
import { Secret } from '../../src/config/secret.ts';
import type { Receipt } from '../../src/delivery/delivery.ts';
import type { GateCheck } from '../../src/queues/gate.ts';
import { startQueues, type RunningQueues } from '../../src/queues/index.ts';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { until as untilThen } from '@marketplace-steward/testing/until';

const until: typeof untilThen = (check) => untilThen(check, 15_000);

let local: LocalQueue;
let queue: QueueConfiguration;
let running: RunningQueues | undefined;
/** What Temporal is made to say of an event, by its text. */
let answer: (text: string) => Promise<Receipt> | Receipt;
let ready: GateCheck;
/** Every event that was given to the one way in, repeats included. */
let given: string[];
let log: string[];

const taken: Receipt = {
  outcome: 'delivered',
  deliveries: [{ kind: 'changeSet.finished', eventId: 'id', outcome: 'delivered', workflowId: 'w' }],
};
const away: Receipt = { outcome: 'unavailable', reason: 'Temporal is away' };
const full: Receipt = { outcome: 'unavailable', reason: 'no room', ofEvent: true };

beforeEach(async () => {
  local = await startLocalQueue();
  const { url, credentials } = local;
  queue = {
    name: 'events',
    url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: new Secret('ID', credentials.accessKeyId),
      secretAccessKey: new Secret('KEY', 'the-secret-access-key'),
    },
    receivers: 2,
    waitSeconds: 1,
    visibilitySeconds: 2,
  };
  answer = () => taken;
  ready = { ready: true };
  given = [];
  log = [];
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await local.close();
});

function start(changes: Partial<QueueConfiguration> = {}): RunningQueues {
  running = startQueues({
    queues: [{ ...queue, ...changes }],
    check: async () => ready,
    take: async ({ bytes }) => {
      const text = Buffer.from(bytes).toString('utf8');
      given.push(text);
      return answer(text);
    },
    reportDeadLetters: async () => true,
    logger: pino({}, { write: (line: string) => log.push(line) }),
  });
  return running;
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => `{"event":${index}}`);
const isEmpty = async () => {
  const { visible, inFlight } = await local.depth();
  return visible === 0 && inFlight === 0;
};

test('what Temporal has is deleted, each once, and the queue is empty', async () => {
  await local.send(bodies(45));
  const queues = start();
  await until(isEmpty);
  expect(given.toSorted()).toEqual(bodies(45).toSorted());
  expect(queues.states()).toEqual([
    {
      name: 'events',
      state: 'receiving',
      held: 0,
      depth: expect.any(Object),
      deadLetters: 0,
      delaySeconds: expect.any(Number),
    },
  ]);
  expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
});

test('of a batch, only what Temporal has is deleted: an event that it cannot take now comes again later', async () => {
  answer = (text) => (text === '{"event":3}' ? full : taken);
  await local.send(bodies(10));
  start();
  await until(() => given.length === 10);
  await until(async () => (await local.depth()).inFlight === 1);
  // Longer than the visibility of the queue: 30 s are what its first refusal costs.
  await pause(2_500);
  expect(await local.depth()).toEqual({ visible: 0, inFlight: 1 });
  expect(given).toHaveLength(10);
});

test('an error of our own leaves its message in the queue, and the others of its batch are deleted', async () => {
  answer = (text) => {
    if (text === '{"event":3}') throw new Error('a bug');
    return taken;
  };
  await local.send(bodies(10));
  start();
  await until(async () => (await local.depth()).inFlight === 1);
  expect(log.join('')).toContain('a bug');
});

test('a process that starts while Temporal is away receives nothing, and all of it once Temporal is back', async () => {
  ready = { ready: false, reason: 'Temporal is away' };
  await local.send(bodies(12));
  const queues = start();
  await pause(1_500);
  expect(queues.states()).toEqual([
    { name: 'events', state: 'waiting', held: 0, depth: { visible: 12, others: 0 }, deadLetters: 0 },
  ]);
  expect(await local.depth()).toEqual({ visible: 12, inFlight: 0 });
  ready = { ready: true };
  await until(isEmpty);
  expect(given).toHaveLength(12);
});

test('while Temporal is away nothing more is received, and what was received stays here, however long', async () => {
  let isAway = true;
  answer = () => {
    if (!isAway) return taken;
    ready = { ready: false, reason: 'Temporal is away' };
    return away;
  };
  await local.send(bodies(60));
  const queues = start();
  await until(() => queues.states()[0]?.held === 20);
  const oldest = queues.states()[0]?.oldestSeconds ?? 0;
  // Two visibility time-outs and more: no other process gets what is held, and the rest was not received.
  await pause(5_000);
  expect(await local.depth()).toEqual({ visible: 40, inFlight: 20 });
  expect(given).toHaveLength(20);
  expect(log.filter((line) => line.includes('nothing is received'))).toHaveLength(1);
  expect(queues.states()[0]?.oldestSeconds).toBeGreaterThan(oldest);
  isAway = false;
  ready = { ready: true };
  await until(isEmpty);
  await until(() => queues.states()[0]?.oldestSeconds === undefined);
  expect(new Set(given).size).toBe(60);
  expect(given).toHaveLength(80);
  expect(queues.states()).toEqual([
    {
      name: 'events',
      state: 'receiving',
      held: 0,
      depth: expect.any(Object),
      deadLetters: 0,
      delaySeconds: expect.any(Number),
    },
  ]);
  // With five receives to a message, one more would have been enough to count.
  expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
});

test('an event that alone is refused while others are taken does not hold up the queue', async () => {
  answer = (text) => (text === '{"event":0}' ? away : taken);
  await local.send(bodies(30));
  start();
  await until(() => new Set(given).size === 30);
  const more = bodies(60).slice(30);
  await local.send(more);
  await until(() => new Set(given).size === 60);
  await until(() => log.some((line) => line.includes('message comes again later')));
  expect(await local.depth()).toEqual({ visible: 0, inFlight: 1 });
});

test('the end waits for what is under way, receives no more, and gives back what is held at once', async () => {
  const { promise: slow, resolve } = Promise.withResolvers<Receipt>();
  answer = (text) => {
    if (text === '{"event":0}') return slow;
    ready = { ready: false, reason: 'Temporal is away' };
    return away;
  };
  await local.send(bodies(10));
  const queues = start({ receivers: 1, visibilitySeconds: 600 });
  await until(() => queues.states()[0]?.held === 9);
  let isClosed = false;
  const closing = queues.close().then(() => (isClosed = true));
  await pause(300);
  expect(isClosed).toBe(false);
  resolve(taken);
  await closing;
  // One is deleted; the others wait for no time-out.
  expect(await local.depth()).toEqual({ visible: 9, inFlight: 0 });
});

test('a queue that is not there is tried again at growing intervals, and says so once', async () => {
  const queues = start({ url: `${local.url}-unknown` });
  await until(() => queues.states()[0]?.state === 'failing');
  await pause(2_000);
  expect(queues.states()[0]).toMatchObject({ error: expect.stringMatching(/QueueDoesNotExist|NonExistentQueue/) });
  expect(log.filter((line) => line.includes('failed to reach the queue'))).toHaveLength(1);
});

test('a queue whose server does not answer says so by the name of the network’s error', async () => {
  const queues = start({ url: 'http://127.0.0.1:1/000000000000/events' });
  await until(() => queues.states()[0]?.state === 'failing');
  expect(queues.states()[0]).toMatchObject({ error: 'ECONNREFUSED' });
});

test('what comes while an idle queue ends is taken, or stays there for others to receive', async () => {
  const queues = start({ waitSeconds: 2, visibilitySeconds: 30 });
  await until(() => queues.states()[0]?.state === 'receiving');
  const closing = queues.close();
  await local.send(bodies(3));
  await closing;
  const { visible, inFlight } = await local.depth();
  expect({ all: given.length + visible, inFlight }).toEqual({ all: 3, inFlight: 0 });
});

test('no log holds a key or a body', async () => {
  answer = (text) => (text === '{"event":0}' ? full : taken);
  await local.send(bodies(3));
  start();
  await until(() => given.length === 3);
  expect(log.join('')).not.toMatch(/the-secret-access-key|"event\\?":0/);
});

test('a changed configuration: what stays goes on, what has gone ends, what is new is received from', async () => {
  const second = await startLocalQueue();
  const other = { ...queue, name: 'others', url: second.url };
  const names = (queues: RunningQueues) => queues.states().map(({ name }) => name);
  try {
    const queues = start();
    await local.send(['"first"']);
    await until(isEmpty);
    await queues.follow([{ ...queue }, other]);
    expect(names(queues)).toEqual(['events', 'others']);
    await Promise.all([local.send(['"second"']), second.send(['"third"'])]);
    await until(() => given.length === 3);
    await queues.follow([other]);
    expect(names(queues)).toEqual(['others']);
    await Promise.all([local.send(['"left"']), second.send(['"fourth"'])]);
    await until(() => given.includes('"fourth"'));
    expect(given).not.toContain('"left"');
    await queues.follow([{ ...other, receivers: 1 }, queue]);
    await until(() => given.includes('"left"'));
    expect(names(queues)).toEqual(['others', 'events']);
    await running?.close();
  } finally {
    await second.close();
  }
});
