import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { encryptedBy } from '@marketplace-steward/testing/encryption';
import { changeSetWorld, failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { historyText, taskFailures, textsIn } from '@marketplace-steward/testing/history';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { silent } from '@marketplace-steward/testing/silent';
import type { StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import type { Encryption } from '../../src/config/encryption.ts';
import { clientOf } from '../../src/delivery/connect.ts';
import { dataConverterOf } from '../../src/delivery/dataConverter.ts';
import { keepSchedules } from '../../src/delivery/schedules.ts';
import { taskProblemOf } from '../../src/delivery/taskProblems.ts';
import { describeWorkflow, pendingActivities } from '../../src/delivery/workflows.ts';
import { itemBuyabilityDefaults } from '../../src/policies/defaults.ts';
import { bundleWorkflows } from '../../src/workers/bundle.ts';
import { bundleFor } from '../../src/workers/worker.ts';
import {
  buyabilityChangedSignal,
  itemBuyabilityType,
  itemStatusQuery,
  itemWorkflowId,
} from '../../src/workflows/itemBuyability/contract.ts';
import { reconcileScheduleId } from '../../src/workflows/reconcileChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';

const encryption = encryptedBy('2026-11', '2026-05');
let world: StewardWorld;
/** What the workers have: a test gives them further keys. */
const ofWorkers: { -readonly [Member in keyof Encryption]: Encryption[Member] } = { ...encryption };
beforeAll(async () => {
  world = await changeSetWorld({}, { encryption: ofWorkers });
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
});

const { handleOf, untilState } = lineagesOf(() => world);
const clientWith = (keys?: Encryption) =>
  clientOf(world.temporal.connection, world.temporal.namespace, keys === undefined ? {} : { encryption: keys });

/** All that the server's own API gives of a workflow, bytes as text. */
async function stored({ workflowId }: WorkflowHandle): Promise<string> {
  const { client, namespace } = world.temporal;
  const described = await client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } });
  return `${textsIn(described)}\n${await historyText(client.workflow.getHandle(workflowId))}`;
}

test('what AWS said, what an operator wrote and amended, and every failure is read by us, and not stored in clear', async () => {
  const said = 'The logo of Rosalind Franklin Ltd is too small.';
  const errors = [{ code: 'INVALID_INPUT', message: said }];
  const { changeSetId, name, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');
  const amended = '{"ProductTitle":"The double helix"}';
  const reason = 'Rosalind asked for it';
  const amend = { actor: 'ann', reason, changes: [{ index: 0, details: amended }] };
  await handle.executeUpdate('amend', { args: [amend] });
  const status = JSON.stringify(await handle.query('status'));
  for (const text of [said, reason]) expect(status).toContain(text);
  const { staticSummary } = await handle.describe();
  expect(await staticSummary()).toContain(name);

  const text = await stored(handle);
  expect(text).toContain('2026-11');
  for (const secret of ['Rosalind', 'double helix', name, 'too small', 'asked for it'])
    expect([secret, text.includes(secret)]).toEqual([secret, false]);
  // By search attributes the server finds workflows: they stay in clear.
  expect(text).toContain('awaitingDecision');
  await handle.terminate('the test is over');
}, 60_000);

test('a refusal reaches the operator in words, with or without a key, and is not stored', async () => {
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');
  // The Web UI decrypts no failure of an update.
  for (const client of [world.client, clientWith({ ...encryption, encrypts: false }), clientWith()]) {
    const refused = client.workflow.getHandle(handle.workflowId).executeUpdate('abandon', {
      args: [{ actor: 'ann', reason: '' } as never],
    });
    await expect(refused).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"reason" must be a text') },
    });
  }
  expect(await stored(handle)).not.toContain('"reason"');
  await handle.terminate('the test is over');
}, 60_000);

test('the failure of a run is encrypted, though all bundles are the same', async () => {
  const handle = await world.client.workflow.start(itemBuyabilityType, {
    workflowId: itemWorkflowId('merchant-1', randomUUID()),
    taskQueue: stewardTaskQueue,
    args: [{ businessProductId: 'merchant-1' }],
  });
  await expect(handle.result()).rejects.toMatchObject({
    cause: { message: expect.stringContaining('wrong or missing: itemId') },
  });
  const text = await stored(handle);
  expect(text).toContain('Encoded failure');
  expect(text).not.toMatch(/wrong or missing|\.ts:\d/);
}, 60_000);

test('the last failure of an activity is shown to those who have the key, and named as encrypted to others', async () => {
  const error = { fault: 'error', operation: 'DescribeChangeSet', type: 'ServiceUnavailableException' } as const;
  world.simulator.control.addFault({ ...error, times: 50, status: 503, message: 'away' });
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  const failureTo = async (client: ReturnType<typeof clientWith>): Promise<string | undefined> => {
    const description = await describeWorkflow(client, handle.workflowId);
    return description && (await pendingActivities(client, description))[0]?.lastFailure;
  };
  const failure = 'the service failed (status 503)';
  expect(await until(() => failureTo(world.client))).toContain(failure);
  expect(await failureTo(clientWith(encryptedBy('2027-01')))).toBe(
    'encrypted with key 2026-11, which is not here or is another',
  );
  expect(await failureTo(clientWith())).toBe('encrypted with key 2026-11, which is not here or is another');
  expect(await stored(handle)).not.toContain(failure);
  await handle.terminate('the test is over');
}, 60_000);

test('a history is replayed with the keys that it was written with, and stops at a missing one by its name', async () => {
  const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors: [] });
  await world.receive(event);
  const handle = handleOf(changeSetId);
  await untilState(handle, 'awaitingDecision');
  const recorded = await handle.fetchHistory();
  await handle.terminate('the test is over');
  const replay = async (keys: Encryption) =>
    Worker.runReplayHistory(
      { workflowBundle: bundleFor(keys, await bundleWorkflows(silent)), dataConverter: dataConverterOf(keys) },
      recorded,
    );
  await expect(replay(encryption)).resolves.toBeUndefined();
  await expect(replay(encryptedBy('2027-05', '2026-11'))).resolves.toBeUndefined();
  await expect(replay({ ...encryption, encrypts: false })).resolves.toBeUndefined();
  // In clear, for the message.
  await expect(replay({ ...encryptedBy('2027-05'), encrypts: false })).rejects.toThrow('encrypted with key 2026-11');
}, 60_000);

function startItem(client: ReturnType<typeof clientWith>, workflowId: string) {
  return client.workflow.signalWithStart(itemBuyabilityType, {
    workflowId,
    taskQueue: stewardTaskQueue,
    args: [
      {
        version: 1,
        businessProductId: 'merchant-1',
        itemId: workflowId.split(':')[2] ?? '',
        policy: itemBuyabilityDefaults,
      },
    ],
    signal: buyabilityChangedSignal.name,
    signalArgs: [{}],
  });
}

test('what was written in clear, before there were keys, is read', async () => {
  const { workflowId } = await startItem(clientWith(), itemWorkflowId('merchant-1', randomUUID()));
  const handle = world.client.workflow.getHandle(workflowId);
  expect(await handle.query(itemStatusQuery)).toMatchObject({ businessProductId: 'merchant-1' });
  await handle.cancel();
  await handle.result();
}, 60_000);

test('a signal of a missing key is ignored with a note that names the key, and stops nothing', async () => {
  const handle = await startItem(world.client, itemWorkflowId('merchant-1', randomUUID()));
  const lost = clientWith(encryptedBy('lost')).workflow.getHandle(handle.workflowId);
  await lost.signal(buyabilityChangedSignal, { eventId: 'x' } as never);
  await lost.signal('nobodyKnowsIt', 'x');
  const { notes } = await handle.query(itemStatusQuery);
  expect(notes).toContain(
    'Ignored a signal (buyabilityChanged): its payload is encrypted with key lost, which the worker does not have, or cannot be decrypted with it.',
  );
  await handle.cancel();
  await handle.result();
  expect(await taskFailures(handle)).toEqual([]);
}, 60_000);

test('an input of a missing key waits, is reported with the key’s name, and goes on once the worker has the key', async () => {
  const keys = encryptedBy('2026-11', '2027-01');
  const { workflowId } = await startItem(
    clientWith(encryptedBy('2027-01')),
    itemWorkflowId('merchant-1', randomUUID()),
  );
  const problem = await until(async () => {
    const description = await describeWorkflow(world.client, workflowId);
    return description && taskProblemOf(world.client, description);
  });
  expect(problem.message).toContain('The input cannot be read: its payload is encrypted with key 2027-01');
  await world.stopWorkers();
  ofWorkers.keys = keys.keys;
  await world.startWorker();
  const handle = clientWith(keys).workflow.getHandle(workflowId);
  expect(await until(() => handle.query(itemStatusQuery).catch(() => undefined))).toMatchObject({
    businessProductId: 'merchant-1',
  });
  await handle.cancel();
  await handle.result();
}, 90_000);

test('the arguments of a schedule are encrypted, and a second keeping finds them as they were', async () => {
  const account = '444455556666';
  const context = {
    policies: {},
    accounts: {
      [account]: {
        mode: 'observe' as const,
        catalogs: ['RosalindMarketplace'],
        kind: 'vendor' as const,
        dailyCap: 50,
      },
    },
  };
  const keep = () => keepSchedules(world.client, context, silent, new AbortController().signal);
  expect(await keep()).toMatchObject({ schedule: 'made', problems: [] });
  expect(await keep()).toMatchObject({ schedule: 'asItWas', problems: [] });
  // A worker without the key must not forget since when accounts are checked, and which are paused.
  const without = await keepSchedules(clientWith(encryptedBy('lost')), context, silent, new AbortController().signal);
  expect(without).toMatchObject({ schedule: 'asItWas', problems: [expect.stringContaining('cannot be read')] });
  expect(await keep()).toMatchObject({ schedule: 'asItWas', problems: [] });
  const { client, namespace } = world.temporal;
  const scheduleId = reconcileScheduleId;
  const text = textsIn(await client.workflowService.describeSchedule({ namespace, scheduleId }));
  expect(text).toContain('binary/encrypted');
  expect(text).not.toContain('Rosalind');
  await client.schedule.getHandle(scheduleId).delete();
}, 60_000);
