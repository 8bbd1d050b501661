import { WorkflowNotFoundError } from '@temporalio/client';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { changeSetWorld } from '@marketplace-steward/testing/changeSetWorld';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

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
