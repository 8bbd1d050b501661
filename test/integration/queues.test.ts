import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { defaultPayloadConverter } from '@temporalio/common';
import { pino } from 'pino';
import type { QueueConfiguration } from '../../src/config/queues.ts';
import { Secret } from '../../src/config/secret.ts';
import { connectLazily } from '../../src/delivery/connect.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { runIngressProcess } from '../../src/ingress/process.ts';
import { startIngress, type IngressOptions, type RunningIngress } from '../../src/ingress/server.ts';
import { quarantineWorkflowId } from '../../src/workflows/quarantinedEvent/contract.ts';
import { attentionAttribute, searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { sha256Of } from '../../src/delivery/held.ts';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { freePort } from '@marketplace-steward/testing/ports';
import { changed, context, fixture } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

let server: TestTemporal;
let local: LocalQueue;
let queue: QueueConfiguration;
let ingress: RunningIngress | undefined;

beforeAll(async () => {
  server = await testTemporal(searchAttributeTypes);
});
afterAll(() => server.close());
beforeEach(async () => {
  local = await startLocalQueue();
  const { accessKeyId, secretAccessKey } = local.credentials;
  const credentials = {
    accessKeyId: new Secret('ID', accessKeyId),
    secretAccessKey: new Secret('KEY', secretAccessKey),
  };
  queue = {
    name: 'events',
    url: local.url,
    region: 'us-east-1',
    credentials,
    receivers: 2,
    waitSeconds: 1,
    visibilitySeconds: 3,
  };
});
afterEach(async () => {
  await ingress?.close();
  ingress = undefined;
  await local.close();
});

async function start(changes: Partial<IngressOptions> = {}): Promise<RunningIngress> {
  const { connection, namespace } = server;
  ingress = await startIngress({
    host: '127.0.0.1',
    port: 0,
    credentials: { eventbridge: [], webhook: [] },
    signatures: {},
    context,
    connection,
    namespace,
    queues: [queue],
    logger: silent,
    ...changes,
  });
  return ingress;
}

const isEmpty = async () => {
  const { visible, inFlight } = await local.depth();
  return visible === 0 && inFlight === 0;
};
const typeOf = async (workflowId: string) => (await server.client.workflow.getHandle(workflowId).describe()).type;
const failed = (id: string) => changed('changeSetFailed', { ChangeSetId: id }).toString('utf8');
const readyz = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, body: (await answer.json()) as { queues?: unknown } };
};

test('each event is with its workflow, in whatever wrapper, and the queue is empty', async () => {
  const sns = (message: string) => JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message: message });
  const record = (body: string) => ({ messageId: 'id', receiptHandle: 'handle', body, eventSource: 'aws:sqs' });
  const two = JSON.stringify([record(failed('pipe1')), record(failed('pipe2'))]);
  await local.send([failed('plain'), sns(failed('topic')), two, fixture('buyabilityChanged.eventBridge').toString()]);
  const metricsAddress = `127.0.0.1:${await freePort()}`;
  const { url } = await start({ metricsAddress });
  await until(isEmpty);
  for (const id of ['plain', 'topic', 'pipe1', 'pipe2']) {
    expect(await typeOf(`change-set:${id}`)).toBe('changeSetRemediation');
  }
  const items = await server.client.workflow.count("WorkflowType='itemBuyability'");
  expect(items.count).toBe(1);
  expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
  const metrics = await (await fetch(`http://${metricsAddress}/metrics`)).text();
  expect(metrics).toContain(
    'steward_ingress_events_total{transport="sqs",envelope="eventbridge",outcome="delivered"} 5\n',
  );
  expect(metrics).toMatch(/\nsteward_queue_delay_seconds\{queue="events"\} [0-9.]+\n/);
  expect(metrics).toContain('\nsteward_queue_dead_letters{queue="events"} 0\n');
  expect(await readyz(url)).toMatchObject({
    status: 200,
    body: { ready: true, queues: [{ name: 'events', state: 'receiving' }] },
  });
});

test('what cannot be read leaves the queue, and is kept with its reason: garbage, a pointer, a large message', async () => {
  const pointer = JSON.stringify([
    'software.amazon.payloadoffloading.PayloadS3Pointer',
    { s3BucketName: 'b', s3Key: 'k' },
  ]);
  // As large as SQS takes it.
  const large = JSON.stringify({ text: 'x'.repeat(1024 * 1024 - 20) });
  const bodies = ['no json', pointer, large];
  await local.send(['no json', pointer]);
  await local.send([large]);
  await start();
  await until(isEmpty);
  const reasons = [/not JSON/, /Amazon S3/, /source/];
  for (const [index, body] of bodies.entries()) {
    const id = quarantineWorkflowId(sha256Of(Buffer.from(body)));
    const description = await server.client.workflow.getHandle(id).describe();
    expect(await description.staticDetails()).toMatch(reasons[index] ?? /./);
  }
  expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
});

test('an event of an account that is not configured is held, as over HTTP, and leaves the queue', async () => {
  await local.send([changed('changeSetFailed', {}, { account: '111122223333' }).toString()]);
  await start();
  await until(isEmpty);
  expect(await typeOf('unconfigured:111122223333')).toBe('heldEvents');
});

test('Temporal goes away for a while and comes back: nothing is lost, and no receive was spent', async () => {
  // Between the ingress and Temporal: it can be cut, and mended.
  const [host = '', port = ''] = server.address.split(':');
  const sockets = new Set<Socket>();
  let isCut = false;
  const relay = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    if (isCut) return void socket.destroy();
    const onward = connect(Number(port), host).on('error', () => socket.destroy());
    sockets.add(onward);
    socket.pipe(onward).pipe(socket);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const connection = connectLazily({ connectionOptions: { address } });
  const lines: string[] = [];
  try {
    const { url } = await start({ connection, logger: pino({}, { write: (line: string) => lines.push(line) }) });
    await local.send([failed('before')]);
    await until(isEmpty);
    isCut = true;
    for (const socket of sockets) socket.destroy();
    await local.send(Array.from({ length: 30 }, (_, index) => failed(`during${index}`)));
    await until(
      async () => (await readyz(url)).status === 503 && lines.some((line) => line.includes('nothing is received')),
    );
    // Longer than the visibility time-out.
    const untilMs = Date.now() + 4_000;
    await until(() => Date.now() > untilMs);
    isCut = false;
    await until(isEmpty);
    // Each message that was held is logged once, however often it was tried.
    const refused = lines.map((line) => JSON.parse(line)).filter(({ outcome }) => outcome === 'unavailable');
    expect(refused.length).toBe(new Set(refused.map(({ messageId }) => messageId)).size);
    expect(refused[0]).toMatchObject({ level: 40, transport: 'sqs', queue: 'events', reason: expect.any(String) });
    for (let index = 0; index < 30; index += 1) {
      expect(await typeOf(`change-set:during${index}`)).toBe('changeSetRemediation');
    }
    expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
  } finally {
    await ingress?.close();
    await connection.close();
    relay.close();
    for (const socket of sockets) socket.destroy();
  }
});

test('a process whose only queue is refused is not ready, and its log says why', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const { url } = await start({ queues: [{ ...queue, url: `${local.url}-unknown` }], logger });
  await until(async () => (await readyz(url)).status === 503);
  const { body } = await readyz(url);
  expect(body).toEqual({ ready: false, reason: expect.any(String), queues: [{ name: 'events', state: 'failing' }] });
  expect(lines.join('')).toMatch(/Amazon SQS refuses every queue: events \(.*(DoesNotExist|NonExistent)/);
});

test('messages in the dead-letter queue are one alarm, which ends when none is there', async () => {
  await local.close();
  local = await startLocalQueue({ maxReceiveCount: 1 });
  queue = { ...queue, url: local.url };
  await local.send([failed('buried')]);
  while ((await local.receive(0)).length > 0);
  await until(async () => (await local.deadLetters()).visible === 1);
  await start({ countDeadLettersEveryMs: 50 });
  const alarm = server.client.workflow.getHandle('dead-letters:us-east-1:000000000000/events-dead');
  await until(() =>
    alarm.describe().then(
      () => true,
      () => false,
    ),
  );
  const description = await alarm.describe();
  expect(description.type).toBe('deadLetterQueue');
  expect(description.typedSearchAttributes.get(attentionAttribute)).toBe(true);
  expect(await description.staticSummary()).toBe('Events are in the dead-letter queue 000000000000/events-dead');
  await local.client.send(new PurgeQueueCommand({ QueueUrl: local.deadLetterUrl }));
  const signals = async () => {
    const { events = [] } = await alarm.fetchHistory();
    return (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
  };
  await until(async () => (await signals()).length === 2);
  const counts = (await signals()).map(({ input }) => defaultPayloadConverter.fromPayload(input!.payloads![0]!));
  expect(counts).toMatchObject([{ count: 1 }, { count: 0 }]);
});

test('a queue that comes into the file of a running ingress is received from, and one that has gone is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-'));
  const file = join(folder, 'steward.yaml');
  const other = await startLocalQueue();
  const setting = ({ url }: LocalQueue) => ({
    url,
    region: 'us-east-1',
    waitSeconds: 1,
    credentials: { accessKeyIdVariable: 'ID', secretAccessKeyVariable: 'KEY' },
  });
  const write = (...queues: readonly LocalQueue[]) =>
    writeFileSync(
      file,
      JSON.stringify({
        accounts: { '123456789012': { mode: 'observe' } },
        ingress: { port: 0, sqs: { queues: queues.map(setting) } },
      }),
    );
  write();
  const environment = {
    TEMPORAL_CONFIG_FILE: join(folder, 'none'),
    TEMPORAL_ADDRESS: server.address,
    TEMPORAL_NAMESPACE: server.namespace,
    ID: 'local',
    KEY: 'local',
  };
  const running = await runIngressProcess(loadConfiguration(environment, file), silent);
  try {
    await local.send([failed('comes')]);
    write(local);
    await until(isEmpty);
    expect(await typeOf('change-set:comes')).toBe('changeSetRemediation');
    await other.send([failed('others')]);
    write(other);
    await until(async () => (await other.depth()).visible === 0);
    await local.send([failed('goes')]);
    expect(await local.depth()).toMatchObject({ visible: 1 });
  } finally {
    await running.close();
    await other.close();
    rmSync(folder, { recursive: true });
  }
}, 60_000);
