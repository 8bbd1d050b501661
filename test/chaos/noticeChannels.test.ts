import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { receive } from '../../src/delivery/receive.ts';
import { startLocalTopic, type LocalTopic } from '../../src/dev/localTopic.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { signingKey } from '../support/notices.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';
import { testTemporal, type TestTemporal } from '../support/temporal.ts';
import { historyOf, until } from '../support/world.ts';

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** A try that died with its worker is given up after its start-to-close time-out of a minute. */
const patienceMs = 240_000;

let temporal: TestTemporal;
let folder: string;
let ops: Receiver;
let team: Receiver;
let topic: LocalTopic;
const workers: ChildProcess[] = [];
const { promise: workerEnded, reject: endedByItself } = Promise.withResolvers<never>();
workerEnded.catch(() => undefined);

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  [ops, team, topic] = [await startReceiver(), await startReceiver(), await startLocalTopic()];
  folder = mkdtempSync(join(tmpdir(), 'steward-notices-'));
  const credentials = { accessKeyIdVariable: 'TOPIC_KEY_ID', secretAccessKeyVariable: 'TOPIC_KEY' };
  const channels = {
    ops: { type: 'webhook', url: ops.url, secretVariables: ['OPS_KEY'] },
    team: { type: 'slack', urlVariable: 'TEAM_URL' },
    topic: { type: 'sns', topicArn: topic.topicArn, endpoint: topic.endpoint, credentials },
  };
  writeFileSync(join(folder, 'steward.yaml'), JSON.stringify({ notices: { channels } }));
}, 60_000);
afterAll(async () => {
  await Promise.all(workers.map(kill));
  for (const one of [ops, team, topic]) await one.close();
  await temporal.close();
  rmSync(folder, { recursive: true });
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [entry, 'worker'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      STEWARD_CONFIG: join(folder, 'steward.yaml'),
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      OPS_KEY: signingKey('ops'),
      TEAM_URL: team.url,
      TOPIC_KEY_ID: 'local',
      TOPIC_KEY: 'local',
    },
  });
  workers.push(worker);
  worker.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL') endedByItself(new Error(`The worker ended by itself with ${code ?? signal}`));
  });
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

test(
  'one channel of three is broken and the worker is killed: after the repair each has the notice, under one identity',
  () => expect(Promise.race([workerEnded, breakAndRepair()])).resolves.toBeUndefined(),
  patienceMs,
);

async function breakAndRepair(): Promise<void> {
  team.answers = [{ status: 500 }];
  const first = startWorker();
  const receipt = await receive(
    temporal.client,
    { accounts: {}, policies: {} },
    'eventbridge',
    Buffer.from(`{"id": "${randomUUID()}`),
  );
  if (receipt.outcome !== 'quarantined') throw new Error(`the bytes were ${receipt.outcome}`);
  const handle = temporal.client.workflow.getHandle(receipt.workflowId);

  // Routed, sent to the two channels that work, and under way to the third.
  await until(async () => ((await historyOf(handle)).count('ACTIVITY_TASK_COMPLETED') === 3 ? true : undefined));
  await until(() => (team.received.length >= 2 ? true : undefined));
  await kill(first);
  team.answers = [{ status: 200 }];

  startWorker();
  await until(async () => ((await historyOf(handle)).count('ACTIVITY_TASK_COMPLETED') === 4 ? true : undefined));
  expect(ops.received).toHaveLength(1);
  const { headers, body } = ops.received[0]!;
  const { data } = new Webhook(signingKey('ops')).verify(body, headers as Record<string, string>) as {
    data: { id: string };
  };
  expect(data.id).toMatch(/^quarantine:/);
  expect((await topic.received()).map(({ attributes }) => attributes['identity'])).toEqual([data.id]);
  const taken = team.received.filter(
    ({ answer }) => typeof answer === 'object' && 'status' in answer && answer.status === 200,
  );
  expect(taken).toHaveLength(1);
  for (const { body: shown } of team.received) expect(shown).toContain(data.id);
  await handle.terminate('the test is over');
}
