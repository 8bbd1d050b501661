import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createEventDelivery } from '../../src/delivery/eventDelivery.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import { read } from '../../src/delivery/read.ts';
import { deliverAll, receive } from '../../src/delivery/receive.ts';
import { workerSchema } from '../../src/config/workerSchema.ts';
import { startWorkers, type RunningWorker } from '../../src/workers/worker.ts';
import { successorName } from '../../src/workflows/changeSetRemediation/lineage.ts';
import type { ChangeSetOutcomeMessage } from '../../src/workflows/changeSetRemediation/contract.ts';
import { changeSetsAttribute, searchAttributeTypes } from '../../src/workflows/shared/searchAttributes.ts';
import { failureTypeOf } from '../../src/failures.ts';
import { changed, context } from '@marketplace-steward/testing/sampleEvents';
import { silent } from '@marketplace-steward/testing/silent';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';

let server: TestTemporal;
let workflowBundle: WorkflowBundleWithSourceMap;
let worker: RunningWorker;

beforeAll(async () => {
  server = await testTemporal(searchAttributeTypes);
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../packages/testing/src/closingWorkflow.ts', import.meta.url)),
  });
  const { nativeConnection: connection, namespace } = server;
  const none = () => ({});
  worker = await startWorkers({
    ...workerSchema.parse({}),
    connection,
    namespace,
    logger: silent,
    queues: ['workflows'],
    workflowBundle,
    activities: { workflows: none, aws: none, buyWithPrime: none, notices: none },
  });
});
afterAll(async () => {
  await worker.close();
  await server.close('nothing');
});

const take = (bytes: Uint8Array) => receive(server.client, context, 'eventbridge', bytes);
const failed = (changeSetId: string, name = 'Name') =>
  changed('changeSetFailed', { ChangeSetId: changeSetId, ChangeSetName: name });

/** Delivers an origin's event and waits until its workflow has ended. */
async function closedOrigin(changeSetId: string): Promise<void> {
  expect(await take(failed(changeSetId))).toMatchObject({ outcome: 'delivered' });
  await server.client.workflow.getHandle(`change-set:${changeSetId}`).result();
}

async function inputOf(workflowId: string): Promise<unknown> {
  const { events } = await server.client.workflow.getHandle(workflowId).fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return defaultPayloadConverter.fromPayload(payload!);
}

test('a repeat to a lineage that has ended is a duplicate, and starts nothing', async () => {
  await closedOrigin('ended');
  const { runId } = await server.client.workflow.getHandle('change-set:ended').describe();
  expect(await take(failed('ended'))).toMatchObject({
    outcome: 'duplicate',
    deliveries: [{ outcome: 'duplicate', workflowId: 'change-set:ended' }],
  });
  expect((await server.client.workflow.getHandle('change-set:ended').describe()).runId).toBe(runId);
});

test('a lineage that was terminated is started again', async () => {
  await server.client.workflow.start('nobodyWorksOnThis', {
    workflowId: 'change-set:terminated',
    taskQueue: 'another',
  });
  await server.client.workflow.getHandle('change-set:terminated').terminate();
  expect(await take(failed('terminated'))).toMatchObject({ outcome: 'delivered' });
  await server.client.workflow.getHandle('change-set:terminated').result();
});

test('a name copied from a lineage that has ended loses nothing: the change set gets a workflow of its own', async () => {
  await closedOrigin('copied');
  const bytes = failed('copy', successorName('Name', 'copied', 1));
  expect(await take(bytes)).toMatchObject({
    outcome: 'delivered',
    deliveries: [{ outcome: 'delivered', workflowId: 'change-set:copy' }],
  });
  expect(await inputOf('change-set:copy')).toMatchObject({ changeSetId: 'copy', foreignMarker: true });
  await server.client.workflow.getHandle('change-set:copy').result();
  expect(await take(bytes)).toMatchObject({
    outcome: 'duplicate',
    deliveries: [{ outcome: 'duplicate', workflowId: 'change-set:copy' }],
  });
});

test('a member’s event to a lineage that has ended is a duplicate', async () => {
  await server.client.workflow.execute('changeSetRemediation', {
    workflowId: 'change-set:owner',
    taskQueue: 'steward',
    typedSearchAttributes: [{ key: changeSetsAttribute, value: ['owner', 'member'] }],
  });
  expect(await take(failed('member', successorName('Name', 'owner', 1)))).toMatchObject({
    outcome: 'duplicate',
    deliveries: [{ outcome: 'duplicate', workflowId: 'change-set:owner' }],
  });
  await expect(server.client.workflow.getHandle('change-set:member').describe()).rejects.toThrow('not found');
});

describe('a change of inventory', () => {
  const inventoryOf = (itemId: string) =>
    Buffer.from(
      JSON.stringify({
        id: `id of ${itemId}`,
        'detail-type': 'INVENTORY_CHANGED',
        source: 'aws.partner/buywithprime/one',
        time: '2026-03-01T12:00:00Z',
        resources: [`businessProduct/b/item-quantities/${itemId}`],
        detail: {},
      }),
    );

  test('has an item queried again whose workflow is open, by one signal', async () => {
    const { workflow } = server.client;
    const handle = await workflow.start('itemBuyability', { workflowId: 'item:b:open', taskQueue: 'another' });
    expect(await take(inventoryOf('open'))).toMatchObject({
      outcome: 'delivered',
      deliveries: [{ kind: 'inventory.changed', workflowId: 'item:b:open' }],
    });
    const { events = [] } = await handle.fetchHistory();
    const signals = (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
    expect(signals.map(({ signalName }) => signalName)).toEqual(['recheck']);
    expect(defaultPayloadConverter.fromPayload(signals[0]!.input!.payloads![0]!)).toEqual({
      eventId: 'inventory:b:open:envelope:id of open',
    });
    await handle.terminate();
  });

  test('starts nothing where the item’s workflow has ended, or where there is none', async () => {
    await server.client.workflow.start('itemBuyability', { workflowId: 'item:b:ended', taskQueue: 'another' });
    await server.client.workflow.getHandle('item:b:ended').terminate();
    for (const itemId of ['ended', 'unknown']) {
      expect(await take(inventoryOf(itemId))).toEqual({
        outcome: 'ignored',
        kind: 'inventory.changed',
        eventId: `inventory:b:${itemId}:envelope:id of ${itemId}`,
        reason: expect.stringContaining(`item:b:${itemId}`),
      });
    }
    expect((await server.client.workflow.getHandle('item:b:ended').describe()).status.name).toBe('TERMINATED');
    await expect(server.client.workflow.getHandle('item:b:unknown').describe()).rejects.toThrow('not found');
  });

  test('of which Temporal knows nothing stays with its sender', async () => {
    const { connection } = server;
    const client = new Client({ connection, namespace: 'nobody-made-this' });
    const receipt = await receive(client, context, 'eventbridge', inventoryOf('open'));
    expect(receipt).toMatchObject({ outcome: 'unavailable' });
  });
});

describe('for activities', () => {
  // As in the worker: over its own connection.
  const delivery = () =>
    createEventDelivery(new Client({ connection: server.nativeConnection, namespace: server.namespace }), context);

  test('bytes are read and delivered', async () => {
    expect(await delivery().redeliver('eventbridge', failed('again'))).toEqual({
      outcome: 'delivered',
      workflowIds: ['change-set:again'],
    });
  });

  test('what still cannot be read is reported with its reason, and not kept twice', async () => {
    expect(await delivery().redeliver('webhook', Buffer.from('{'))).toMatchObject({ outcome: 'unreadable' });
    const noise = JSON.stringify({ source: 'aws.marketplace', id: 'id' });
    expect(await delivery().redeliver('eventbridge', Buffer.from(noise))).toMatchObject({ outcome: 'ignored' });
  });

  test('what has to wait for a configuration is reported to the workflow that asks for all, unless it holds it', async () => {
    const unknown = changed('changeSetFailed', {}, { account: '111122223333' });
    const heldBy = 'unconfigured:111122223333';
    const held = {
      outcome: 'held',
      reason: expect.stringContaining('111122223333'),
      holding: { heldBy, account: '111122223333' },
    };
    const { workflow } = server.client;
    expect(await delivery().redeliver('eventbridge', unknown, heldBy)).toEqual(held);
    await expect(workflow.getHandle(heldBy).describe()).rejects.toThrow('not found');
    expect(await delivery().redeliver('eventbridge', unknown)).toEqual(held);
    expect((await workflow.getHandle(heldBy).describe()).type).toBe('heldEvents');
  });

  const message: ChangeSetOutcomeMessage = {
    eventId: 'change-set:handed:FAILED',
    account: '123456789012',
    catalog: 'AWSMarketplace',
    changeSetId: 'handed',
    changeSetName: successorName('Name', 'open', 1),
    outcome: 'FAILED',
    startTime: '2026-01-01T00:00:00.000Z',
    endTime: '2026-01-01T01:00:00.000Z',
  };

  test('an outcome that a lineage does not own is delivered, and again without harm', async () => {
    expect(await delivery().deliverOutcome(message)).toBe('change-set:handed');
    expect(await inputOf('change-set:handed')).toMatchObject({ changeSetId: 'handed', foreignMarker: true });
    await server.client.workflow.getHandle('change-set:handed').result();
    expect(await delivery().deliverOutcome(message)).toBe('change-set:handed');
  });

  test('what Temporal does not take is Unreachable', async () => {
    const client = new Client({ connection: server.nativeConnection, namespace: 'nobody-made-this' });
    const unreachable = createEventDelivery(client, context);
    const failureOf = (attempt: Promise<unknown>) => attempt.then(() => undefined, failureTypeOf);
    expect(await failureOf(unreachable.deliverOutcome(message))).toBe('Unreachable');
    expect(await failureOf(unreachable.redeliver('eventbridge', failed('x')))).toBe('Unreachable');
  });
});

describe('what Temporal refuses, for whatever reason, is unavailable and never lost', () => {
  const deliveryOf = (changeSetId: string) => {
    const reading = read('eventbridge', failed(changeSetId), context);
    if (reading.outcome !== 'deliver') throw new Error(reading.outcome);
    return reading.deliveries[0];
  };
  const refused = () => ({ ...deliveryOf('refused'), workflowId: 'x'.repeat(2_000) });

  test('one delivery', async () => {
    expect(await deliver(server.client, refused())).toMatchObject({
      outcome: 'unavailable',
      reason: expect.stringContaining('exceeds'),
    });
  });

  test('one of several: the sender repeats all, and what was taken is known by then', async () => {
    const several = [deliveryOf('taken'), refused()] as const;
    expect(await deliverAll(server.client, several)).toMatchObject({ outcome: 'unavailable' });
    await server.client.workflow.getHandle('change-set:taken').result();
    expect(await deliverAll(server.client, [deliveryOf('taken'), deliveryOf('other')])).toMatchObject({
      outcome: 'delivered',
      deliveries: [
        { outcome: 'duplicate', workflowId: 'change-set:taken' },
        { outcome: 'delivered', workflowId: 'change-set:other' },
      ],
    });
  });
});
