import type { WorkflowHandle } from '@temporalio/client';
import type { RouteContext } from '../../src/delivery/delivery.ts';
import { received } from '@marketplace-steward/testing/received';
import { startCatalogSimulator, type CatalogSimulator } from '@marketplace-steward/simulators/marketplaceCatalog';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { simulatedKeyOf, workerProcesses, type WorkerProcesses } from '@marketplace-steward/testing/workerProcesses';
import { failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

/** An attempt that died with its worker is given up after its start-to-close time-out of a minute. */
const patienceMs = 240_000;

/** Of the events, and of the workers, whose configuration a lineage follows. */
const policies = {
  changeSet: { retryBackOffMs: [5_000], pollFirstMs: 500, pollLongestMs: 1_000, submitRetryFirstMs: 500 },
};

let temporal: TestTemporal;
let simulator: CatalogSimulator;
let workers: WorkerProcesses;

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  simulator = await startCatalogSimulator({ seed: 3, quotas: 'off', defaultDurationMs: 200 });
  const configuration = {
    accounts: { [account]: { mode: 'auto' } },
    policies,
    endpoints: { marketplaceCatalog: simulator.url },
  };
  workers = workerProcesses({ configuration, temporal: () => temporal, environment: simulatedKeyOf(account) });
}, 60_000);
afterAll(async () => {
  await workers.close();
  await simulator.close();
  await temporal.close();
});

async function deliverFailure(): Promise<{ handle: WorkflowHandle; changeSetId: string }> {
  const { changeSetId, event } = failedChangeSet({ simulator });
  const context: RouteContext = {
    accounts: { [account]: { mode: 'auto', catalogs: ['AWSMarketplace'], kind: 'vendor', dailyCap: 50 } },
    policies,
  };
  const receipt = await received(temporal.client, context, 'eventbridge', Buffer.from(JSON.stringify(event)));
  expect(receipt.outcome).toBe('delivered');
  return { changeSetId, handle: temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId)) };
}

function successorsOf(changeSetId: string): string[] {
  return simulator.control
    .log({ operation: 'StartChangeSet' })
    .flatMap((one) =>
      one.kind === 'call' && !one.tokenRepeated && one.changeSetName?.endsWith(`+retry.${changeSetId}.1`)
        ? [one.changeSetId ?? '']
        : [],
    );
}

test(
  'the worker is killed during a back-off and during a submit: each lineage ends with one successor',
  () => expect(workers.whileTheyLive(killAndGoOn)).resolves.toBeUndefined(),
  patienceMs,
);

async function killAndGoOn(): Promise<void> {
  // The first submit is accepted, and its answer held back for longer than the worker lives.
  simulator.control.addFault({ fault: 'slow', operation: 'StartChangeSet', delayMs: 600_000 });
  const first = workers.start();
  const submitting = await deliverFailure();
  await until(() => (successorsOf(submitting.changeSetId).length === 1 ? true : undefined));
  const backingOff = await deliverFailure();
  await until(async () => ((await historyOf(backingOff.handle)).count('TIMER_STARTED') === 1 ? true : undefined));
  await workers.kill(first);
  expect(successorsOf(backingOff.changeSetId)).toEqual([]);

  workers.start();
  for (const { handle, changeSetId } of [backingOff, submitting]) {
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(successorsOf(changeSetId)).toHaveLength(1);
  }
  // The attempt that died left nothing in the history but its time-out: the second one adopted what it had sent.
  const { members } = (await submitting.handle.result()) as { members: Array<{ changeSetId: string }> };
  expect(members.map(({ changeSetId }) => changeSetId)).toEqual([
    submitting.changeSetId,
    ...successorsOf(submitting.changeSetId),
  ]);
}
