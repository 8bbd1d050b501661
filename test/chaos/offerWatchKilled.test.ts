import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import type { RouteContext } from '../../src/delivery/context.ts';
import { receive } from '../../src/delivery/receive.ts';
import { offerReleasedSignal, offerStatusQuery, offerWorkflowId } from '../../src/workflows/offerWatch/messages.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { testTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/world.ts';

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const account = '123456789012';
const dayMs = 86_400_000;
const endsInMs = 10 * dayMs;
/** From the release to its only reminder: time enough for the first worker to take the release. */
const rungAfterMs = 15_000;
/** A try that died with its worker is given up after its start-to-close time-out of a minute. */
const patienceMs = 240_000;

let temporal: TestTemporal;
let folder: string;
const workers: ChildProcess[] = [];
/** The identity of every notice that a reader has got, by the workflow that sent it, repeats included. */
const noticeIds: string[] = [];

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  writeFileSync(join(folder, 'steward.yaml'), JSON.stringify({ accounts: { [account]: { mode: 'observe' } } }));
}, 60_000);
afterAll(async () => {
  await Promise.all(workers.map(kill));
  await temporal.close();
  rmSync(folder, { recursive: true });
});

/** A worker whose notices are lines of its log. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [entry, 'worker'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      STEWARD_CONFIG: join(folder, 'steward.yaml'),
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      AWS_ACCESS_KEY_ID: `SIM${account}`,
      AWS_SECRET_ACCESS_KEY: 'simulated',
    },
  });
  workers.push(worker);
  createInterface({ input: worker.stderr }).on('line', (line) => {
    const id = /"noticeId":"([^"]+)"/.exec(line)?.[1];
    if (id !== undefined) noticeIds.push(id);
  });
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

const sentBy = ({ workflowId }: WorkflowHandle): string[] => noticeIds.filter((id) => id.startsWith(`${workflowId}:`));
const untilSent = (handle: WorkflowHandle, count: number): Promise<true> =>
  until(() => (sentBy(handle).length >= count ? true : undefined));

interface Released {
  readonly handle: WorkflowHandle;
  /** The identity of the only reminder. */
  readonly reminder: string;
}

async function release(offerId: string): Promise<Released> {
  const event = JSON.parse(readFileSync(new URL('../fixtures/events/offerReleased.isv.json', import.meta.url), 'utf8'));
  const expirationDate = new Date(Date.now() + endsInMs).toISOString();
  const offer = { ...event.detail.offer, id: offerId, expirationDate };
  const bytes = Buffer.from(
    JSON.stringify({ ...event, time: new Date().toISOString(), detail: { ...event.detail, offer } }),
  );
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: { offerWatch: { beforeEndMs: [endsInMs - rungAfterMs] } },
  };
  expect(await receive(temporal.client, context, 'eventbridge', bytes)).toMatchObject({ outcome: 'delivered' });
  const handle = temporal.client.workflow.getHandle(offerWorkflowId(account, offerId));
  const rung = `before-${(endsInMs - rungAfterMs) / 1_000}s`;
  return { handle, reminder: `${handle.workflowId}:${expirationDate}:${rung}` };
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
  async () => {
    const first = startWorker();
    // It serves once it has told of another offer.
    await untilSent((await release('warm-up')).handle, 1);
    const { handle, reminder } = await release('watched');
    await untilSent(handle, 1);
    await kill(first);

    const second = startWorker();
    await until(() => (sentBy(handle).includes(reminder) ? true : undefined));
    await kill(second);
    const before = sentBy(handle);

    await resetToReminder(handle);
    startWorker();
    await untilSent(handle, before.length + 1);
    expect(sentBy(handle).at(-1)).toBe(reminder);
    expect(await handle.query(offerStatusQuery)).toMatchObject({
      state: 'watching',
      remindersSent: [reminder.slice(handle.workflowId.length + 1)],
      notes: [],
    });
    const [opening] = before;
    expect(new Set(sentBy(handle))).toEqual(new Set([opening, reminder]));
  },
  patienceMs,
);

/** The message that the first signal of a run brought. */
async function firstMessage(handle: WorkflowHandle): Promise<object> {
  const { events } = await handle.fetchHistory();
  const signal = events?.find(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled);
  const data = signal?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data;
  return JSON.parse(Buffer.from(data ?? []).toString('utf8'));
}

test(
  'a run whose history has grown long is continued by another, which repeats nothing',
  async () => {
    startWorker();
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
  },
  patienceMs,
);
