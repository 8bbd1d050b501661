import { backfillMemo } from '../../src/delivery/deliver.ts';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import {
  backfillChangeSetsType,
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../src/workflows/backfillChangeSets/contract.ts';
import { changeSetRemediationType, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { putListed, timeAgo } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';
import { account } from '@marketplace-steward/testing/changeSets';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { simulatedKeyOf, workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';

/** An attempt that died with its worker is given up after a quarter of a minute. */
const patienceMs = 240_000;
const changeSets = 190;

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 9, quotas: 'off' });
  const configuration = {
    accounts: { [account]: { mode: 'observe' } },
    endpoints: { marketplaceCatalog: simulator.url },
  };
  workers = workerProcesses({ configuration, temporal: () => temporal, environment: simulatedKeyOf(account) });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await simulator.close();
  await temporal.close();
});

test(
  'the worker is killed in the middle of a backfill: another one goes on, nothing is started twice, and the numbers are exact',
  () => expect(workers.whileTheyLive(killAndGoOn)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndGoOn(): Promise<void> {
  const ids = putListed(simulator, { prefix: 'cs', count: changeSets, status: 'SUCCEEDED', daysAgo: 10 });
  const first = workers.start();
  // All of them are one batch, so that the worker dies within it.
  const handle = await temporal.client.workflow.start<
    (input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>
  >(backfillChangeSetsType, {
    workflowId: backfillChangeSetsWorkflowId(account, 'killed'),
    taskQueue: stewardTaskQueue,
    args: [{ account, from: timeAgo(12), statuses: ['SUCCEEDED'], dryRun: false }],
  });
  const [, , thirtieth = ''] = ids.filter((_, index) => index % 15 === 0);
  await until(async () => {
    const lineage = temporal.client.workflow.getHandle(changeSetWorkflowId(thirtieth));
    return lineage.describe().then(
      () => true,
      () => undefined,
    );
  });
  await workers.kill(first);
  const { count } = await historyOf(handle);
  expect(count('ACTIVITY_TASK_SCHEDULED') - count('ACTIVITY_TASK_COMPLETED')).toBe(1);

  workers.start();
  expect(await handle.result()).toMatchObject({
    state: 'completed',
    found: changeSets,
    known: 0,
    started: changeSets,
    failed: 0,
    left: 0,
  });
  const backfillId = `${handle.workflowId}:${handle.firstExecutionRunId}`;
  const started: Array<{ workflowId: string; memo: unknown }> = [];
  await until(async () => {
    started.length = 0;
    const query = `WorkflowType = "${changeSetRemediationType}"`;
    for await (const { workflowId, memo } of temporal.client.workflow.list({ query })) {
      started.push({ workflowId, memo: memo?.[backfillMemo] });
    }
    return started.length >= changeSets ? true : undefined;
  });
  expect(started.map(({ workflowId }) => workflowId).toSorted()).toEqual(ids.map(changeSetWorkflowId));
  expect(started.filter(({ memo }) => memo !== backfillId)).toEqual([]);
  const delivered = [];
  for (const id of ids) {
    const lineage = await historyOf(temporal.client.workflow.getHandle(changeSetWorkflowId(id)));
    delivered.push(lineage.count('WORKFLOW_EXECUTION_SIGNALED'));
  }
  expect(delivered.filter((times) => times !== 1)).toEqual([]);
}
