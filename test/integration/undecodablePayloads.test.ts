import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import {
  buyabilityChangedSignal,
  itemBuyabilityType,
  itemStatusQuery,
  itemWorkflowId,
} from '../../src/workflows/itemBuyability/contract.ts';
import { itemBuyabilityDefaults, securityDefaults } from '../../src/policies/defaults.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { securityCaseType, securityWorkflowId } from '../../src/workflows/securityCase/contract.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { clientOf } from '../../src/delivery/connect.ts';
import { taskFailures } from '@marketplace-steward/testing/history';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';

let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real');
}, 60_000);
afterAll(() => world.close());

/** As `temporal workflow signal --input AAA --input-meta encoding=binary/encrypted` sends it. */
const encrypted = { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('AAA') };
const brokenJson = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"eventId":') };

async function signalRaw({ workflowId }: WorkflowHandle, signalName: string, payload: object): Promise<void> {
  const { client, namespace } = world.temporal;
  const input = { payloads: [payload] };
  await client.workflowService.signalWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    signalName,
    input,
    requestId: randomUUID(),
  });
}

test('a signal, an unknown signal and an update that nobody can decode stop no workflow, also when it is replayed', async () => {
  const itemId = randomUUID();
  const handle = await world.client.workflow.signalWithStart(itemBuyabilityType, {
    workflowId: itemWorkflowId('merchant-1', itemId),
    taskQueue: stewardTaskQueue,
    args: [{ version: 1, businessProductId: 'merchant-1', itemId, policy: itemBuyabilityDefaults }],
    signal: buyabilityChangedSignal.name,
    signalArgs: [{}],
  });
  for (const payload of [encrypted, brokenJson]) {
    await signalRaw(handle, buyabilityChangedSignal.name, payload);
    await signalRaw(handle, 'nobodyKnowsIt', payload);
  }
  const { notes } = await handle.query(itemStatusQuery);
  expect(notes).toEqual([
    'Ignored a signal (buyabilityChanged): its payload has the encoding binary/encrypted, or is broken, and cannot be decoded.',
    'Ignored a signal (buyabilityChanged): its payload has the encoding json/plain, or is broken, and cannot be decoded.',
  ]);
  await handle.cancel();
  await handle.result();
  expect(await taskFailures(handle)).toEqual([]);
  const replayed = Worker.runReplayHistory(
    { workflowBundle: await bundleWorkflows(silent) },
    await handle.fetchHistory(),
  );
  await expect(replayed).resolves.toBeUndefined();
}, 60_000);

test('an update that nobody can decode is refused by the names of its fields', async () => {
  const workflowId = securityWorkflowId('111122223333');
  const { client, namespace } = world.temporal;
  const handle = await client.workflow.start(securityCaseType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [{ version: 1, account: '111122223333', policy: securityDefaults }],
  });
  const answer = await client.workflowService.updateWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    request: { meta: { updateId: randomUUID() }, input: { name: 'recheck', args: { payloads: [encrypted] } } },
    waitPolicy: { lifecycleStage: 3 },
  });
  expect(answer.outcome?.failure?.message).toMatch(/actor/);
  await handle.terminate('the test is over');
  expect(await taskFailures(handle)).toEqual([]);
}, 60_000);

test('an input that nobody can decode ends the run with the names of its fields', async () => {
  const { client, namespace } = world.temporal;
  const workflowId = itemWorkflowId('merchant-1', randomUUID());
  await client.workflowService.startWorkflowExecution({
    namespace,
    workflowId,
    workflowType: { name: itemBuyabilityType },
    taskQueue: { name: stewardTaskQueue },
    input: { payloads: [encrypted] },
    memo: { fields: { note: encrypted } },
    requestId: randomUUID(),
  });
  const handle = clientOf(world.temporal.connection, namespace).workflow.getHandle(workflowId);
  await expect(handle.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining('itemId') } });
  // A client of ours shows a memo that it cannot decode, too.
  expect((await handle.describe()).memo).toEqual({ note: { undecodable: 'binary/encrypted' } });
}, 60_000);
