import { readFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { received } from '@marketplace-steward/testing/received';
import { offerReleasedSignal, offerStatusQuery, offerWorkflowId } from '../../src/workflows/offerWatch/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { simulatedKeyOf, workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import { until } from '@marketplace-steward/testing/until';

const account = '123456789012';
const dayMs = 86_400_000;
const endsInMs = 10 * dayMs;
/** From the release to its only reminder: time enough for the first worker to take the release. */
const reminderAfterMs = 15_000;
/** Of the release, and of the workers, whose activities answer it. */
const policies = { offerWatch: { beforeEndMs: [endsInMs - reminderAfterMs] } };
/** An attempt that died with its worker is given up after its start-to-close time-out of a minute. */
const patienceMs = 240_000;

let simulator: CatalogSimulator;
let temporal: TestTemporal;
let workers: WorkerProcesses;

beforeAll(async () => {
  simulator = await startCatalogSimulator({ seed: 7, quotas: 'off' });
  temporal = await testTemporal(searchAttributeTypes);
  workers = workerProcesses({
    configuration: {
      accounts: { [account]: { mode: 'observe' } },
      policies,
      endpoints: { marketplaceCatalog: simulator.url },
    },
    temporal: () => temporal,
    environment: simulatedKeyOf(account),
  });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await temporal.close();
  await simulator.close();
});

/** The notices that a workflow has sent. */
const sentBy = ({ workflowId }: WorkflowHandle): string[] =>
  workers.noticeIds.filter((id) => id.startsWith(`${workflowId}:`));
const untilSent = (handle: WorkflowHandle, count: number): Promise<true> =>
  until(() => (sentBy(handle).length >= count ? true : undefined));

interface Released {
  readonly handle: WorkflowHandle;
  /** The identity of the only reminder. */
  readonly reminder: string;
}

async function release(offerId: string): Promise<Released> {
  const event = JSON.parse(
    readFileSync(new URL('../../packages/testing/fixtures/events/offerReleased.isv.json', import.meta.url), 'utf8'),
  );
  const expirationDate = new Date(Date.now() + endsInMs).toISOString();
  const offer = { ...event.detail.offer, id: offerId, expirationDate };
  const summary = { State: 'Released', AvailabilityEndDate: expirationDate };
  simulator.control.putEntity({ account, entityId: offerId, entityType: 'Offer@1.0', summary });
  const bytes = Buffer.from(
    JSON.stringify({ ...event, time: new Date().toISOString(), detail: { ...event.detail, offer } }),
  );
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies,
  };
  expect(await received(temporal.client, context, 'eventbridge', bytes)).toMatchObject({ outcome: 'delivered' });
  const handle = temporal.client.workflow.getHandle(offerWorkflowId(account, offerId));
  const reminder = `before-${(endsInMs - reminderAfterMs) / 1_000}s`;
  return { handle, reminder: `${handle.workflowId}:${expirationDate}:${reminder}` };
}

/** Resets the run to the workflow task that decided on the reminder, so that it is decided once more. */
async function resetToReminder(handle: WorkflowHandle): Promise<void> {
  const { runId } = await handle.describe();
  const { events = [] } = await handle.fetchHistory();
  const fired = events?.findIndex(({ timerFiredEventAttributes }) => timerFiredEventAttributes) ?? -1;
  const decided = events?.slice(fired).find(({ workflowTaskCompletedEventAttributes: task }) => task);
  await temporal.connection.workflowService.resetWorkflowExecution({
    namespace: temporal.namespace,
    workflowExecution: { workflowId: handle.workflowId, runId },
    workflowTaskFinishEventId: decided?.eventId ?? null,
    reason: 'a test',
    requestId: `reset-${runId}`,
  });
}

test(
  'workers are killed and the run is reset: each notice keeps its one identity',
  () => expect(workers.whileTheyLive(killAndReset)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndReset(): Promise<void> {
  const first = workers.start();
  // It serves once it has reported another offer.
  await untilSent((await release('warm-up')).handle, 1);
  const { handle, reminder } = await release('watched');
  await untilSent(handle, 1);
  await workers.kill(first);

  const second = workers.start();
  await until(() => (sentBy(handle).includes(reminder) ? true : undefined));
  await workers.kill(second);
  const before = sentBy(handle);

  await resetToReminder(handle);
  workers.start();
  // Where the first worker died before its answer was recorded, the opening comes once more too, under its one identity.
  await until(() => (sentBy(handle).slice(before.length).includes(reminder) ? true : undefined));
  expect(await handle.query(offerStatusQuery)).toMatchObject({
    state: 'watching',
    remindersSent: [reminder.slice(handle.workflowId.length + 1)],
    notes: [],
  });
  const [opening] = before;
  expect(new Set(sentBy(handle))).toEqual(new Set([opening, reminder]));
}

/** The message that the first signal of a run brought. */
async function firstMessage(handle: WorkflowHandle): Promise<object> {
  const { events } = await handle.fetchHistory();
  const signal = events?.find(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled);
  const data = signal?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data;
  return JSON.parse(Buffer.from(data ?? []).toString('utf8'));
}

test(
  'a run whose history has grown long is continued by another, which repeats nothing',
  () => expect(workers.whileTheyLive(growLong)).resolves.toBeUndefined(),
  patienceMs,
);

async function growLong(): Promise<void> {
  workers.start();
  const { handle, reminder } = await release('continued');
  await untilSent(handle, 1);
  const { runId } = await handle.describe();
  // Repeats of the release, made long: the server suggests another run at 4 MB of history.
  const repeat = { ...(await firstMessage(handle)), padding: 'x'.repeat(100_000) };
  await until(async () => {
    await handle.signal(offerReleasedSignal.name, repeat);
    return (await handle.describe()).runId === runId ? undefined : true;
  });
  await handle.signal(offerReleasedSignal.name, repeat);
  await until(() => (sentBy(handle).includes(reminder) ? true : undefined));
  const { remindersSent, state } = await handle.query(offerStatusQuery);
  expect([state, remindersSent]).toEqual(['watching', [reminder.slice(handle.workflowId.length + 1)]]);
  expect(sentBy(handle)).toEqual([expect.stringContaining(':released:'), reminder]);
}
