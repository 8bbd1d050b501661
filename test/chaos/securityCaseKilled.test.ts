import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { received } from '@marketplace-steward/testing/received';
import { startTemporalServer, type RunningTemporal } from '@marketplace-steward/testing/temporal/temporalServer';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { securityStatusQuery, securityWorkflowId } from '../../src/workflows/securityCase/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { signingKey } from '@marketplace-steward/testing/notices';
import { startReceiver, type Receiver } from '@marketplace-steward/testing/receiver';
import { simulatedKeyOf, workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import { until } from '@marketplace-steward/testing/until';

const account = '123456789012';
const workflowId = securityWorkflowId(account);
const namespace = 'steward';
const hourMs = 3_600_000;
/** From the report that moves the due date to its only reminder: time enough to kill what has to be killed before it. */
const reminderAfterMs = 10_000;
/** The worker has the same: an open case follows its configuration. */
const policies = { securityCase: { beforeDueMs: [hourMs] } };
const context: RouteContext = {
  accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
  policies,
};
const patienceMs = 240_000;

let folder: string;
let databaseFile: string;
let server: RunningTemporal;
let connection: Connection;
let client: Client;
let handle: WorkflowHandle;
let simulator: CatalogSimulator;
let ops: Receiver;
let workers: WorkerProcesses;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  databaseFile = join(folder, 'temporal.db');
  simulator = await startCatalogSimulator({ seed: 6, quotas: 'off' });
  ops = await startReceiver();
  const configuration = {
    accounts: { [account]: { mode: 'observe' } },
    policies,
    endpoints: { marketplaceCatalog: simulator.url },
    notices: {
      channels: { log: { type: 'log' }, ops: { type: 'webhook', url: ops.url, secretVariables: ['OPS_KEY'] } },
    },
  };
  workers = workerProcesses({
    configuration,
    temporal: () => ({ address: server.address, namespace }),
    environment: { ...simulatedKeyOf(account), OPS_KEY: signingKey('ops') },
  });
  await serve();
}, 120_000);
afterAll(async () => {
  await workers.close();
  await connection.close();
  await server.stop();
  await ops.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
}, 60_000);

/** Starts the Temporal server on its file, on the same port as before, and connects to it. */
async function serve(port?: number): Promise<void> {
  server = await startTemporalServer({
    databaseFile,
    namespace,
    uiPort: false,
    searchAttributes: searchAttributeTypes,
    ...(port === undefined ? {} : { port }),
  });
  connection = await Connection.connect({ address: server.address });
  client = new Client({ connection, namespace });
  handle = client.workflow.getHandle(workflowId);
}

/** Kills the Temporal server at once, and starts it again where it was. */
async function killServer(): Promise<void> {
  const { address } = server;
  const owner = JSON.parse(readFileSync(`${databaseFile}.owner`, 'utf8')) as { server: { pid: number } };
  process.kill(owner.server.pid, 'SIGKILL');
  await connection.close();
  // It has ended already: this gives its file back.
  await server.stop();
  await serve(Number(address.split(':')[1]));
  expect(server.address).toBe(address);
}

/** Delivers a summary report, and gives the id by which it is known. */
async function report(issues: number, dueAt: string): Promise<string> {
  const sample = JSON.parse(
    readFileSync(new URL('../../packages/testing/fixtures/events/securityReportCreated.json', import.meta.url), 'utf8'),
  );
  const detail = {
    ...sample.detail,
    numberOfProductsWithIssues: issues,
    numberOfVersionsWithIssues: issues,
    numberOfLatestVersionsWithIssues: issues,
    newIssuesFound: false,
    upcomingResolutionDueDate: dueAt,
  };
  const event = { ...sample, id: randomUUID(), account, time: new Date().toISOString(), detail };
  const receipt = await received(client, context, 'eventbridge', Buffer.from(JSON.stringify(event)));
  if (receipt.outcome !== 'delivered') throw new Error(`the report was ${receipt.outcome}`);
  return receipt.deliveries[0].eventId;
}

/** Moves the due date, so that its only reminder lies a little ahead; gives the reminder's identity. */
async function moveDueDate(): Promise<string> {
  const dueAt = new Date(Date.now() + hourMs + reminderAfterMs).toISOString();
  await report(1, dueAt);
  return `${workflowId}:${dueAt}:before-1h`;
}

/** The identities of the notices that the receiver was sent, repeats included. */
const posted = (): string[] => ops.received.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id);

const untilSent = (id: string): Promise<true> =>
  until(() => (workers.noticeIds.includes(id) && posted().includes(id) ? true : undefined));

/** Notices that are under way: what was sent, and of which the server has not heard yet. */
async function sending(): Promise<string[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).flatMap(({ activityId, activityType }) =>
    activityType?.name?.startsWith('sendNotice') && activityId ? [activityId] : [],
  );
}
const untilSending = (count: number): Promise<string[]> =>
  until(async () => {
    const ids = await sending();
    return ids.length === count ? ids : undefined;
  });

/** How many timers towards a reminder that is near were started, and how many timers have ended. */
async function nearTimers(): Promise<{ started: number; fired: number }> {
  const { events } = await handle.fetchHistory();
  const isNear = (seconds: unknown): boolean => Number(seconds) * 1_000 <= reminderAfterMs;
  return {
    started: (events ?? []).filter(
      ({ timerStartedEventAttributes: timer }) => timer && isNear(timer.startToFireTimeout?.seconds),
    ).length,
    fired: (events ?? []).filter(({ timerFiredEventAttributes }) => timerFiredEventAttributes).length,
  };
}

test(
  'workers and the Temporal server are killed around the reminders: each keeps its one identity and comes once',
  () => expect(workers.whileTheyLive(killAndGoOn)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndGoOn(): Promise<void> {
  const first = workers.start();
  // The reminder of this date has passed: only the opening is reported.
  const opening = `${workflowId}:report:${await report(1, new Date(Date.now() + hourMs / 2).toISOString())}`;
  await untilSent(opening);
  await untilSending(0);

  // The first worker waits for the reminder, which comes due while there is none.
  const earlier = await moveDueDate();
  await until(async () => ((await nearTimers()).started === 1 ? true : undefined));
  await workers.kill(first);
  await until(async () => ((await nearTimers()).fired === 1 ? true : undefined));
  expect(workers.noticeIds).toEqual([opening]);

  // The second is killed between sending and the server's hearing of it: the receiver has the notice and holds its answer.
  ops.answers = ['nothing', { status: 200 }];
  const second = workers.start();
  await untilSent(earlier);
  const [lost] = await untilSending(1);
  await workers.kill(second);
  await shortenTry(lost ?? '');

  // The third repeats it, and waits for the next reminder while the server is killed.
  workers.start();
  await until(() => (posted().length === 3 ? true : undefined));
  await untilSending(0);
  // The server hands tasks to the worker that is gone for some seconds more; from the answer on this one has the case.
  expect(await handle.query(securityStatusQuery)).toMatchObject({ lastReminder: 'before-1h' });
  const later = await moveDueDate();
  await until(async () => ((await nearTimers()).started === 2 ? true : undefined));
  expect(workers.noticeIds).toEqual([opening, earlier]);
  await killServer();
  await untilSent(later);

  // What closes the case goes the same way as all before it: nothing is still to come.
  const closing = `${workflowId}:report:${await report(0, new Date(Date.now() + hourMs).toISOString())}`;
  await untilSent(closing);
  expect(workers.noticeIds).toEqual([opening, earlier, later, closing]);
  // One attempt was lost with its worker: only its repeat is doubled, and under the same identity.
  expect(posted()).toEqual([opening, earlier, earlier, later, closing]);
  const { state, remindersSent, notes } = await handle.query(securityStatusQuery);
  expect({ state, notes }).toEqual({ state: 'clear', notes: [] });
  expect(remindersSent.map((key) => `${workflowId}:${key}`)).toEqual([earlier, later]);
}

/** What an operator can do about an attempt that died with its worker: the server gives it up after ten seconds, and not after its minute; the repeat has as long. */
async function shortenTry(activityId: string): Promise<void> {
  await connection.workflowService.updateActivityOptions({
    namespace,
    execution: { workflowId },
    id: activityId,
    activityOptions: { startToCloseTimeout: msToTs(10_000) },
    updateMask: { paths: ['start_to_close_timeout'] },
  });
}
