import { Worker } from '@temporalio/worker';
import { Context } from '@temporalio/activity';
import { pino } from 'pino';
import { createNoticeActivities } from '../../src/activities/notices.ts';
import { createReconcileActivities } from '../../src/activities/reconcileChangeSets/index.ts';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { createListedChangeSets } from '../../src/delivery/listedChangeSets.ts';
import { failure } from '../../src/failures.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { createMarketplaceCatalog } from '../../src/vendors/marketplaceCatalog/index.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { installRuntime } from '../../src/workers/temporalLogger.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import {
  reconcileChangeSetsType,
  type ReconcileActivities,
  type ReconcileInput,
  type ReconcileStatus,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { joinErrorRealms } from '@marketplace-steward/testing/realm';
import { putEnded, vendorTime } from '@marketplace-steward/testing/reconcileWorld';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { historyOf, until } from '@marketplace-steward/testing/world';

joinErrorRealms();

const silent = pino({ level: 'silent' });
const minuteMs = 60_000;
let temporal: TestTemporal;
let simulator: CatalogSimulator;
let worker: Worker;
let run: Promise<void>;
const notices: Notice[] = [];

/** Does all of the work in the first attempt, and dies before it answers. */
function dyingOnce(activities: ReconcileActivities): ReconcileActivities {
  const once = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = await work();
    if (Context.current().info.attempt === 1) throw failure('Unreachable', 'the worker is gone');
    return result;
  };
  return {
    findMissed: (check) => once(() => activities.findMissed(check)),
    deliverMissed: (batch) => once(() => activities.deliverMissed(batch)),
  };
}

beforeAll(async () => {
  installRuntime(silent);
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 4, quotas: 'off' });
  const context: RouteContext = {
    accounts: { [account]: { mode: 'observe', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies: {},
  };
  const catalog = createMarketplaceCatalog({
    endpoint: simulator.url,
    credentialsFor: () => ({ accessKeyId: `SIM${account}`, secretAccessKey: 'simulated' }),
  });
  const found = createListedChangeSets(temporal.client, context);
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue: stewardTaskQueue,
    workflowBundle: await bundleWorkflows(silent),
    activities: {
      ...dyingOnce(createReconcileActivities({ catalog, found, context })),
      ...createNoticeActivities({
        channels: [{ name: 'test', send: async (notice) => void notices.push(notice) }],
        routes: [{ channels: ['test'], showBuyers: false }],
      }),
    },
  });
  run = worker.run();
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await run;
  await simulator.close();
  await temporal.close();
});

function start(workflowId: string, input: ReconcileInput) {
  return temporal.client.workflow.start<(input: ReconcileInput) => Promise<ReconcileStatus>>(reconcileChangeSetsType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [input],
  });
}

test('what an attempt delivered before it died counts as missed, once, and has one workflow', async () => {
  const endMs = Date.now() - 30 * minuteMs;
  const ids = Array.from({ length: 30 }, () => putEnded(simulator, { account, endMs }));
  const handle = await start('reconcile:tries', { account, from: vendorTime(endMs - minuteMs) });
  const status = await handle.result();
  expect(status).toMatchObject({ listed: 30, known: 0, missed: 30, undelivered: 0 });
  expect(status.missedIds.toSorted()).toEqual(ids.toSorted());
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatchObject({ kind: 'opening', severity: 'warning', account, workflowId: 'reconcile:tries' });
  const query = 'WorkflowType="changeSetRemediation"';
  await until(async () => ((await temporal.client.workflow.count(query)).count >= ids.length ? true : undefined));
  expect((await temporal.client.workflow.count(query)).count).toBe(ids.length);
  for (const id of ids) {
    const lineage = temporal.client.workflow.getHandle(changeSetWorkflowId(id));
    expect((await historyOf(lineage)).count('WORKFLOW_EXECUTION_STARTED')).toBe(1);
  }

  // Reset to its beginning, it finds nothing more, tells of nothing, and ends.
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await temporal.connection.workflowService.resetWorkflowExecution({
    namespace: temporal.namespace,
    workflowExecution: { workflowId: 'reconcile:tries', runId },
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
    reason: 'a test',
    requestId: `reset-${runId}`,
  });
  const newest = temporal.client.workflow.getHandle<() => Promise<ReconcileStatus>>('reconcile:tries');
  await until(async () => ((await newest.describe()).runId === runId ? undefined : true));
  const again = await newest.result();
  expect(again).toMatchObject({ state: 'allKnown', listed: 30, known: 30, missed: 0 });
  expect(notices).toHaveLength(1);
}, 120_000);

test('a terminated lineage is somebody’s decision: it is known, and nothing is begun again', async () => {
  const endMs = Date.now() - 60 * minuteMs;
  const id = putEnded(simulator, { account, endMs });
  const input = { account, from: vendorTime(endMs - minuteMs), to: vendorTime(endMs + minuteMs) };
  expect(await (await start('reconcile:first', input)).result()).toMatchObject({ missed: 1 });
  const lineage = temporal.client.workflow.getHandle(changeSetWorkflowId(id));
  const { runId } = await lineage.describe();
  await lineage.terminate('settled by hand');
  expect(await (await start('reconcile:second', input)).result()).toMatchObject({ known: 1, missed: 0 });
  expect(await lineage.describe()).toMatchObject({ runId, status: { name: 'TERMINATED' } });
}, 60_000);
