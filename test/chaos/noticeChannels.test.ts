import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { received } from '@marketplace-steward/testing/received';
import { startLocalTopic, type LocalTopic } from '@marketplace-steward/testing/localTopic';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

/** An attempt that died with its worker is given up after its start-to-close time-out of a minute. */
const patienceMs = 240_000;

let temporal: TestTemporal;
let ops: Receiver;
let team: Receiver;
let topic: LocalTopic;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  [ops, team, topic] = [await startReceiver(), await startReceiver(), await startLocalTopic()];
  const credentials = { accessKeyIdVariable: 'TOPIC_KEY_ID', secretAccessKeyVariable: 'TOPIC_KEY' };
  const channels = {
    ops: { type: 'webhook', url: ops.url, secretVariables: ['OPS_KEY'] },
    team: { type: 'slack', urlVariable: 'TEAM_URL' },
    topic: { type: 'sns', topicArn: topic.topicArn, endpoint: topic.endpoint, credentials },
  };
  workers = workerProcesses({
    configuration: { notices: { channels } },
    temporal: () => temporal,
    environment: { OPS_KEY: signingKey('ops'), TEAM_URL: team.url, TOPIC_KEY_ID: 'local', TOPIC_KEY: 'local' },
  });
}, 60_000);
afterAll(async () => {
  await workers.close();
  for (const one of [ops, team, topic]) await one.close();
  await temporal.close();
});

test(
  'one channel of three is broken and the worker is killed: after the repair each has the notice, under one identity',
  () => expect(workers.whileTheyLive(breakAndRepair)).resolves.toBeUndefined(),
  patienceMs,
);

async function breakAndRepair(): Promise<void> {
  team.answers = [{ status: 500 }];
  const first = workers.start();
  const receipt = await received(
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
  await workers.kill(first);
  team.answers = [{ status: 200 }];

  workers.start();
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
