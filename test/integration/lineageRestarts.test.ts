import { WorkflowNotFoundError } from '@temporalio/client';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { changeSetWorld } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { createEventDelivery } from '../../src/delivery/eventDelivery.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { successorName } from '../../src/workflows/changeSetRemediation/lineage.ts';

let world: StewardWorld;
beforeAll(async () => {
  world = await changeSetWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
});

const { untilSent, submits, inFlight, letSucceed } = lineagesOf(() => world);

describe('a run that begins after another one sent a successor', () => {
  test('terminated after its submit and started again, it adopts the successor', async () => {
    const { event, handle } = await inFlight();
    await handle.terminate('a test');
    expect((await world.receive(event)).outcome).toBe('delivered');
    await untilSent(handle);
    const [successor = ''] = submits();
    letSucceed(successor);
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
    expect(submits()).toEqual([successor]);
  });

  test('its history gone and the event repeated, it starts again and adopts the successor', async () => {
    const { changeSetId, event, handle } = await inFlight();
    const { runId, workflowId } = await handle.describe();
    await world.temporal.connection.workflowService.deleteWorkflowExecution({
      namespace: world.temporal.namespace,
      workflowExecution: { workflowId, runId },
    });
    const isGone = (error: unknown) => (error instanceof WorkflowNotFoundError ? true : undefined);
    await until(() => handle.describe().then(() => undefined, isGone));
    expect((await world.receive(event)).outcome).toBe('delivered');
    await untilSent(handle);
    const [successor = ''] = submits();
    letSucceed(successor);
    expect(await handle.result()).toMatchObject({
      state: 'remediated',
      members: [{ changeSetId }, { changeSetId: successor }],
    });
    expect(submits()).toEqual([successor]);
  });

  test('an outcome that it delivers and owns meanwhile opens no other workflow', async () => {
    const { changeSetId, handle } = await inFlight();
    const [successor = ''] = submits();
    const outcome = {
      eventId: `change-set:${successor}:SUCCEEDED`,
      account: Object.keys(world.context.accounts)[0] ?? '',
      catalog: 'AWSMarketplace',
      changeSetId: successor,
      changeSetName: successorName('A name', changeSetId, 1),
      outcome: 'SUCCEEDED',
      startTime: '',
      endTime: '',
    } as const;
    const delivery = createEventDelivery(world.client, world.context);
    expect(await delivery.deliverOutcome(outcome)).toBe(handle.workflowId);
    const foreign = { ...outcome, changeSetId: `${successor}x`, eventId: 'another' };
    expect(await delivery.deliverOutcome(foreign)).toBe(changeSetWorkflowId(`${successor}x`));
    letSucceed(successor);
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('reset to before its submit, it adopts the successor', async () => {
    const { changeSetId, handle } = await inFlight();
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const firstTask = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
    await world.temporal.connection.workflowService.resetWorkflowExecution({
      namespace: world.temporal.namespace,
      workflowExecution: { workflowId: handle.workflowId, runId },
      workflowTaskFinishEventId: firstTask?.eventId ?? null,
      reason: 'a test',
      requestId: `reset-${changeSetId}`,
    });
    await until(async () => ((await handle.describe()).runId === runId ? undefined : true));
    await untilSent(handle);
    const [successor = ''] = submits();
    letSucceed(successor);
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
    expect(submits()).toEqual([successor]);
  });
});
