import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';

const account = '123456789012';
/** `npm run kills` has ten times as many. */
const messages = Number(process.env['STEWARD_KILLED_MESSAGES'] ?? 1_000);
const kills = messages > 1_000 ? 40 : 7;
const patienceMs = messages > 1_000 ? 900_000 : 120_000;

let temporal: TestTemporal;
let local: LocalQueue;
let ingresses: WorkerProcesses;

beforeEach(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  // As often as a message may be received that several of the killed processes had: what is spent otherwise would show.
  local = await startLocalQueue({ maxReceiveCount: 10 });
  const credentials = { accessKeyIdVariable: 'QUEUE_KEY_ID', secretAccessKeyVariable: 'QUEUE_KEY' };
  const queue = {
    url: local.url,
    region: 'us-east-1',
    credentials,
    receivers: 2,
    waitSeconds: 1,
    visibilitySeconds: 10,
  };
  ingresses = workerProcesses({
    command: 'ingress',
    configuration: { accounts: { [account]: { mode: 'observe' } }, ingress: { port: 0, sqs: { queues: [queue] } } },
    temporal: () => temporal,
    environment: { QUEUE_KEY_ID: local.credentials.accessKeyId, QUEUE_KEY: local.credentials.secretAccessKey },
  });
}, 60_000);
afterEach(async () => {
  await ingresses.close();
  await local.close();
  await temporal.close('nothing');
});

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `kill${String(index).padStart(5, '0')}`);
const send = (ids: readonly string[]) =>
  local.send(ids.map((id) => changed('changeSetFailed', { ChangeSetId: id }).toString('utf8')));
const left = async () => {
  const { visible, inFlight } = await local.depth();
  return visible + inFlight;
};

/** The change sets that have a workflow; the list is complete a moment later than the deliveries. */
async function delivered(atLeast: number): Promise<readonly string[]> {
  return until(async () => {
    const found: string[] = [];
    for await (const { workflowId } of temporal.client.workflow.list({
      query: "WorkflowType='changeSetRemediation'",
    })) {
      found.push(workflowId.replace('change-set:', ''));
    }
    return found.length >= atLeast ? found.toSorted() : undefined;
  }, 30_000);
}

test(
  'the consumer is killed again and again: every message has its workflow, and none goes to the dead-letter queue',
  () => expect(ingresses.whileTheyLive(killAgainAndAgain)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAgainAndAgain(): Promise<void> {
  const ids = idsOf(messages);
  await send(ids);
  let running = ingresses.start();
  for (let killed = 1; killed <= kills; killed += 1) {
    // In the midst of its deliveries.
    await until(async () => {
      const { visible, inFlight } = await local.depth();
      return inFlight > 0 && visible + inFlight <= messages * (1 - killed / (kills + 1));
    });
    await ingresses.kill(running);
    running = ingresses.start();
  }
  await until(async () => (await left()) === 0, patienceMs);
  expect(await delivered(messages)).toEqual(ids);
  expect(await local.deadLetters()).toEqual({ visible: 0, inFlight: 0 });
  await ingresses.stop(running);
}

test(
  'SIGTERM in the midst of deliveries: each is ended and deleted, nothing is left with the process, and it ends in time',
  () => expect(ingresses.whileTheyLive(stopInFlood)).resolves.toBeUndefined(),
  120_000,
);

async function stopInFlood(): Promise<void> {
  const ids = idsOf(300);
  await send(ids);
  const running = ingresses.start();
  await until(async () => (await left()) <= 250);
  const askedMs = performance.now();
  await ingresses.stop(running);
  // Within what orchestrators give: it waits a second for messages, and each delivery takes 2.5 s at most.
  expect(performance.now() - askedMs).toBeLessThan(10_000);
  const { visible, inFlight } = await local.depth();
  expect(inFlight).toBe(0);
  expect(visible).toBeGreaterThan(0);
  // What was deleted is with Temporal, and what is with Temporal was deleted.
  expect(await delivered(ids.length - visible)).toHaveLength(ids.length - visible);
}
