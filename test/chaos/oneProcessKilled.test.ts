import pMap from 'p-map';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { freePort } from '@marketplace-steward/testing/ports';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';
import { simulatedKeyOf, workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';

const account = '123456789012';
const header = 'x-steward-key';
const key = 'the key of a sender';
const events = 300;
const senders = 12;
/** So many acknowledged events, and the process is killed. */
const killedAt = [60, 140, 220];
const patienceMs = 300_000;

let temporal: TestTemporal;
let both: WorkerProcesses;
let url: string;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/v1/events/eventbridge`;
  const credentials = { eventbridge: [{ header, valueVariable: 'SENDER_KEY' }] };
  both = workerProcesses({
    command: 'run',
    configuration: { accounts: { [account]: { mode: 'observe' } }, ingress: { port, credentials } },
    temporal: () => temporal,
    environment: { ...simulatedKeyOf(account), SENDER_KEY: key },
  });
}, 60_000);
afterAll(async () => {
  await both.close();
  await temporal.close();
});

/** True where the event was acknowledged; false where there was no answer, or another. */
async function isAcknowledged(body: Uint8Array): Promise<boolean> {
  const headers = { 'content-type': 'application/json', [header]: key };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
    await answer.arrayBuffer();
    return answer.status === 202;
  } catch {
    return false;
  }
}

test(
  'worker and ingress in one process are killed in a flood of events: each acknowledged event arrives, and once',
  () => expect(both.whileTheyLive(killInFlood)).resolves.toBeUndefined(),
  patienceMs,
);

async function killInFlood(): Promise<void> {
  let running = both.start();
  const ids = Array.from({ length: events }, (_, index) => `flood${String(index).padStart(4, '0')}`);
  const acknowledged: string[] = [];
  // A sender repeats what was not acknowledged, and never what was.
  const sending = pMap(
    ids,
    async (id) => {
      const body = changed('changeSetSucceeded', { ChangeSetId: id });
      await until(() => isAcknowledged(body));
      acknowledged.push(id);
    },
    { concurrency: senders },
  );
  for (const count of killedAt) {
    await until(() => acknowledged.length >= count);
    await both.kill(running);
    running = both.start();
  }
  await sending;
  expect(acknowledged.toSorted()).toEqual(ids);
  const results = await pMap(ids, (id) => temporal.client.workflow.getHandle(`change-set:${id}`).result(), {
    concurrency: senders,
  });
  expect(results).toEqual(ids.map(() => expect.objectContaining({ state: 'succeeded' })));
  expect(new Set((await all()).map(({ workflowId }) => workflowId)).size).toBe(events);
  expect(await all()).toHaveLength(events);
  await both.stop(running);
}

/** Every run of the flood's lineages, the closed ones too; the list is complete a moment later than the results. */
async function all() {
  return until(async () => {
    const found = [];
    for await (const run of temporal.client.workflow.list({ query: "WorkflowType='changeSetRemediation'" }))
      found.push(run);
    return found.length >= events ? found : undefined;
  });
}
