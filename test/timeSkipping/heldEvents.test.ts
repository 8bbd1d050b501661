import { createReceiverMemory } from '../../src/delivery/receive.ts';
import { received } from '@marketplace-steward/testing/received';
import { accountHeading } from '../../src/delivery/headings.ts';
import { heldEventsWorkflowId, type HeldEventsStatus } from '../../src/workflows/heldEvents/contract.ts';
import { finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { history } from '@marketplace-steward/testing/history';
import { actions, quiet } from '@marketplace-steward/testing/skipping';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const account = '555566660000';
const workflowId = heldEventsWorkflowId(accountHeading(account));

describe('events of an account that nobody configures, as time passes', () => {
  let world: SkippingWorld;
  beforeAll(async () => {
    world = await stewardWorld('skipping');
  }, 120_000);
  afterAll(() => world.close(), 60_000);
  const sent = () =>
    world.notices
      .filter((notice) => notice.workflowId === workflowId)
      .map(({ kind, severity }) => `${kind} ${severity}`);

  test('are asked about once, reminded of once, and expire with a warning; the question costs five actions', async () => {
    // The time-skipping server counts no workflows; the limit has a test on the dev server.
    const memory = { ...createReceiverMemory(world.client), limit: { admits: () => Promise.resolve(true) } };
    const handle = world.environment.client.workflow.getHandle<() => Promise<HeldEventsStatus>>(workflowId);
    for (const id of ['one', 'two']) {
      const bytes = Buffer.from(JSON.stringify({ ...finishedEvent('Succeeded', id, 'Name'), account }));
      const receipt = await received(world.client, world.context, 'eventbridge', bytes, memory);
      expect(receipt).toMatchObject({ outcome: 'held' });
      await until(() => sent().length > 0);
      await quiet(handle);
    }
    const opened = await history(handle);
    // Two signals, the check, the notice and the timer.
    expect(actions(opened)).toBe(5);
    expect(opened).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');

    expect(await handle.result()).toMatchObject({ state: 'expired', count: 2, expired: 2, held: 0 });
    expect(sent()).toEqual(['opening warning', 'reminder warning', 'resolution warning']);
    expect(world.notices.filter((notice) => notice.workflowId !== workflowId)).toEqual([]);
    const [opening, reminder] = world.notices;
    const days =
      (Date.parse(reminder?.dueAt ?? '') - Date.parse(opening?.id.slice(workflowId.length + 1) ?? '')) / 86_400_000;
    expect(days).toBeCloseTo(30, 1);
  }, 120_000);
});
