import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../src/cli/command.ts';
import { listDeadLetters, redriveDeadLetters } from '../../src/cli/dlq.ts';
import type { QueueConfiguration } from '../../src/config/queues.ts';
import { Secret } from '../../src/config/secret.ts';
import { queueClient } from '../../src/queues/client.ts';
import { countsOf, findDeadLetterQueue, moveTasks, redrive } from '../../src/queues/deadLetters.ts';
import { createReportRule, watchDeadLetters } from '../../src/queues/deadLetterWatch.ts';
import type { DeadLettersCounted } from '../../src/workflows/deadLetterQueue/contract.ts';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { silent } from '@marketplace-steward/testing/silent';
import { until } from '@marketplace-steward/testing/until';

const queueAt = (url: string): QueueConfiguration => ({
  name: '000000000000/events',
  url,
  region: 'us-east-1',
  credentials: { accessKeyId: new Secret('ID', 'local'), secretAccessKey: new Secret('KEY', 'local') },
  receivers: 1,
  waitSeconds: 1,
  visibilitySeconds: 30,
});

describe('when a count is reported', () => {
  const minuteMs = 60_000;
  /** The counts that are reported, of one a minute. */
  function reportedOf(counts: readonly number[]): readonly string[] {
    const rule = createReportRule();
    return counts.flatMap((count, minute) => {
      const { isDue, done } = rule(count, minute * minuteMs);
      if (isDue) done();
      return isDue ? [`${minute}: ${count}`] : [];
    });
  }

  test.each<[string, number[], string[]]>([
    ['messages at once, and the same no more', [3, 3, 3], ['0: 3']],
    ['none after two counts, as an earlier process may have left an alarm', [0, 0, 0], ['1: 0']],
    ['none after two counts in a row', [3, 0, 3, 0, 0, 0], ['0: 3', '4: 0']],
    ['messages again at once', [3, 0, 0, 2], ['0: 3', '2: 0', '3: 2']],
    ['another number after a quarter of an hour', [3, ...Array<number>(20).fill(4)], ['0: 3', '15: 4']],
  ])('%s', (_name, counts, expected) => {
    expect(reportedOf(counts)).toEqual(expected);
  });

  test('what did not arrive is reported again', () => {
    const rule = createReportRule();
    expect([rule(3, 0).isDue, rule(3, minuteMs).isDue]).toEqual([true, true]);
  });
});

describe('on a server that speaks SQS', () => {
  let local: LocalQueue;
  let folder: string;
  let context: CommandContext;
  const file = () => join(folder, 'steward.yaml');
  beforeEach(async () => {
    local = await startLocalQueue({ maxReceiveCount: 1 });
    folder = mkdtempSync(join(tmpdir(), 'dlq-'));
    const credentials = { accessKeyIdVariable: 'ID', secretAccessKeyVariable: 'KEY' };
    const queues = [{ url: local.url, region: 'us-east-1', credentials }];
    writeFileSync(file(), JSON.stringify({ ingress: { sqs: { queues } } }));
    context = {
      environment: { ID: 'local', KEY: 'local', TEMPORAL_CONFIG_FILE: join(folder, 'none') },
      workingDirectory: folder,
      clone: folder,
      note: () => undefined,
      progress: () => undefined,
      run: () => Promise.resolve(),
    };
  });
  afterEach(async () => {
    await local.close();
    rmSync(folder, { recursive: true });
  });

  /** Has messages received once too often. */
  async function bury(count: number): Promise<void> {
    await local.send(Array.from({ length: count }, (_, index) => `message ${index}`));
    while ((await local.receive(0)).length > 0);
    await until(async () => (await local.deadLetters()).visible === count);
  }

  test('the dead-letter queue of a queue is found, and counted with what somebody has received', async () => {
    await bury(3);
    const client = queueClient(queueAt(local.url));
    const found = await findDeadLetterQueue(client, { url: local.url });
    expect(found).toEqual({
      arn: 'arn:aws:sqs:us-east-1:000000000000:events-dead',
      name: '000000000000/events-dead',
      url: local.deadLetterUrl,
      maxReceiveCount: 1,
    });
    await client.send(new ReceiveMessageCommand({ QueueUrl: local.deadLetterUrl }));
    expect(await countsOf(client, local.deadLetterUrl)).toEqual({ visible: 2, others: 1 });
    expect(await findDeadLetterQueue(client, { url: local.deadLetterUrl })).toBeUndefined();
    client.destroy();
  });

  test('the watch reports messages once, and once that none is there', async () => {
    await bury(2);
    const reports: DeadLettersCounted[] = [];
    const queue = queueAt(local.url);
    const client = queueClient(queue);
    let arrives = false;
    const report = async (_: unknown, counted: DeadLettersCounted) => {
      if (arrives) reports.push(counted);
      return arrives;
    };
    const watch = watchDeadLetters({ client, queue, report, logger: silent, everyMs: 20 });
    await until(() => watch.count() === 2);
    arrives = true;
    await until(() => reports.length === 1);
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: local.deadLetterUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages) {
      await client.send(new DeleteMessageCommand({ QueueUrl: local.deadLetterUrl, ReceiptHandle }));
    }
    await until(() => reports.length === 2);
    expect(reports.map(({ count }) => count)).toEqual([2, 0]);
    await watch.close();
    client.destroy();
  });

  test('steward dlq list says what is where, and what to do', async () => {
    await bury(2);
    const { text: shown, document, exitCode } = await listDeadLetters(undefined, { config: file() }, context);
    expect(exitCode).toBe(0);
    expect(document).toEqual([
      {
        queue: '000000000000/events',
        messages: 0,
        deadLetterQueue: '000000000000/events-dead',
        deadLetters: 2,
        maxReceiveCount: 1,
      },
    ]);
    expect(shown).toContain('steward dlq redrive 000000000000/events');
    expect((await listDeadLetters('events', { config: file() }, context)).document).toEqual(document);
    await expect(listDeadLetters('other', { config: file() }, context)).rejects.toThrow(
      'There are: 000000000000/events',
    );
  });

  test('steward dlq redrive moves nothing where nothing is, and says what SQS refused', async () => {
    expect((await redriveDeadLetters(undefined, { config: file() }, context)).document).toMatchObject({
      started: false,
    });
    await bury(1);
    // This server has no such operation.
    await expect(redriveDeadLetters('events', { config: file() }, context)).rejects.toThrow(
      /^Nothing is moved: Amazon SQS refused \(\w+\)\. Check the permissions/,
    );
  });

  test('without a queue in the configuration both say so', async () => {
    writeFileSync(file(), 'accounts: {}');
    await expect(listDeadLetters(undefined, { config: file() }, context)).rejects.toThrow('names no queue');
  });
});

/** No server here has the operation but ElasticMQ: what is shown is the request as AWS documents it. */
describe('the request of a move', () => {
  let server: Server;
  const requests: Array<{ readonly target: unknown; readonly body: unknown }> = [];
  const arn = 'arn:aws:sqs:us-east-1:111122223333:dead';
  const deadLetters = { arn, name: '111122223333/dead', url: 'http://unused' };
  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      requests.push({ target: request.headers['x-amz-target'], body: JSON.parse(await text(request)) });
      const Results = [{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 3, StartedTimestamp: 1_700_000_000_000 }];
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify({ TaskHandle: 'handle', Results }));
    }
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  const client = () =>
    queueClient(queueAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/111122223333/q`));

  test('names the dead-letter queue by its ARN, and the rate where one is given', async () => {
    await redrive(client(), deadLetters);
    await redrive(client(), deadLetters, 10);
    expect(requests).toEqual([
      { target: 'AmazonSQS.StartMessageMoveTask', body: { SourceArn: arn } },
      { target: 'AmazonSQS.StartMessageMoveTask', body: { SourceArn: arn, MaxNumberOfMessagesPerSecond: 10 } },
    ]);
  });

  test('and its progress is read', async () => {
    expect(await moveTasks(client(), deadLetters)).toEqual([
      { status: 'RUNNING', moved: 3, startedAt: '2023-11-14T22:13:20.000Z' },
    ]);
  });
});
