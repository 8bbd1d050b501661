import { createHash, randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { quarantineDelivery } from '../../src/delivery/quarantine.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import { createQuarantineActivities } from '../../src/activities/quarantinedEvent/index.ts';
import type { RedeliveryResult } from '../../src/workflows/quarantinedEvent/contract.ts';
import { failure } from '../../src/failures.ts';
import { quarantineDefaults as policy } from '../../src/policies/defaults.ts';
import {
  quarantinedEventType,
  quarantineStatusQuery,
  quarantineWorkflowId,
  type QuarantineStatus,
} from '../../src/workflows/quarantinedEvent/contract.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { nextOf } from '@marketplace-steward/testing/plannedProducts';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { actions, quiet } from '@marketplace-steward/testing/skipping';
import { until } from '@marketplace-steward/testing/until';

const operator = { actor: 'ann', reason: 'the account is configured now' };

describe('bytes that could not be handled, as time passes', () => {
  let world: SkippingWorld;
  /** What a redelivery gives, in order; the last goes on. An error is thrown. */
  let redeliveries: Array<RedeliveryResult | Error> = [];
  /** What was redelivered, as text. */
  const redelivered: string[] = [];
  let text = '';
  let handle: WorkflowHandle<() => Promise<QuarantineStatus>>;

  beforeAll(async () => {
    world = await stewardWorld('skipping', {
      activities: {
        ...createQuarantineActivities({
          delivery: {
            redeliver: async (envelope, bytes) => {
              redelivered.push(`${envelope} ${Buffer.from(bytes).toString()}`);
              const result = nextOf(redeliveries);
              if (result instanceof Error) throw result;
              return result;
            },
          },
        }),
      },
    });
  }, 120_000);
  afterAll(() => world.close(), 60_000);
  beforeEach(() => {
    world.reset();
    redeliveries = [];
    redelivered.length = 0;
    text = `{"id": "${randomUUID()}`;
    const sha256 = createHash('sha256').update(text).digest('hex');
    handle = world.environment.client.workflow.getHandle(quarantineWorkflowId(sha256));
  });
  afterEach(async () => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') await handle.terminate('the test is over');
  });

  const sent = (): string[] => world.notices.map(({ kind, severity }) => `${kind} ${severity}`);
  const shown = (): Promise<QuarantineStatus> => handle.query(quarantineStatusQuery);

  /** The bytes arrive, and the workflow comes to rest. */
  async function arrives(reason = '(body): found text, expected an object'): Promise<void> {
    const receivedAt = new Date(await world.environment.currentTimeMs()).toISOString();
    const delivery = quarantineDelivery('eventbridge', Buffer.from(text), reason, receivedAt, {
      accounts: {},
      policies: {},
    });
    expect(await deliver(world.environment.client, delivery)).toMatchObject({ outcome: 'delivered' });
    await until(() => world.notices.length > 0);
    await quiet(handle);
  }

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute].map((key) => typedSearchAttributes.get(key));
  }

  test('are kept with one notice; the same bytes again are counted, for one action and four events', async () => {
    await arrives();
    const opened = await history(handle);
    expect(actions(opened)).toBe(3);
    expect(opened).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    await arrives('another reason');
    await until(async () => (await shown()).count === 2);
    expect((await quiet(handle)).slice(opened.length)).toEqual([
      'WORKFLOW_EXECUTION_SIGNALED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
    ]);
    expect(await shown()).toMatchObject({ state: 'quarantined', sizeBytes: text.length, reason: 'another reason' });
    expect(sent()).toEqual(['opening warning']);
    expect(await attributes()).toEqual(['quarantined', true]);
  });

  test('a replay answers at once, hands the bytes on whole, and ends', async () => {
    redeliveries = [{ outcome: 'delivered', workflowIds: ['change-set:1'] }];
    await arrives();
    const answer = await handle.executeUpdate<CommandAnswer, [CommandInput]>('replay', { args: [operator] });
    expect(answer).toMatchObject({ state: 'replaying', changed: true });
    expect(await handle.result()).toMatchObject({
      state: 'replayed',
      deliveredTo: ['change-set:1'],
      audit: [{ command: 'replay', ...operator }],
    });
    expect(redelivered).toEqual([`eventbridge ${text}`]);
    expect(sent()).toEqual(['opening warning', 'resolution information']);
    expect(await attributes()).toEqual(['replayed', false]);
  });

  test('a replay that is still unreadable keeps them with the new reason; the next may succeed', async () => {
    redeliveries = [
      { outcome: 'unreadable', reason: 'time: found text' },
      { outcome: 'ignored', reason: 'an API call' },
    ];
    await arrives();
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('replay', { args: [operator] });
    await until(async () => (await shown()).state === 'quarantined');
    expect((await shown()).reason).toBe('time: found text');
    expect(await attributes()).toEqual(['quarantined', true]);
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('replay', { args: [operator] });
    const { state, notes } = await handle.result();
    expect(state).toBe('replayed');
    expect(notes.join(' ')).toContain('an API call');
  });

  test('a replay goes on while Temporal does not take the event', async () => {
    redeliveries = [failure('Unreachable', 'away'), { outcome: 'delivered', workflowIds: ['item:1:2'] }];
    await arrives();
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('replay', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'replayed' });
    expect(redelivered).toHaveLength(2);
  });

  test('a replay that fails for an hour leaves them where they were', async () => {
    redeliveries = [failure('Unreachable', 'away')];
    await arrives();
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('replay', { args: [operator] });
    while ((await shown()).state !== 'quarantined') await world.environment.sleep(60_000);
    expect((await shown()).notes.join(' ')).toContain('away');
  });

  test('a discard ends them without a delivery', async () => {
    await arrives();
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('discard', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'discarded', deliveredTo: [] });
    expect(world.attempts).toEqual(['sendNotice', 'sendNotice']);
  });

  test('a command without a name is refused with an example', async () => {
    await arrives();
    const unnamed = handle.executeUpdate('replay', { args: [{ reason: 'why' }] });
    await expect(unnamed).rejects.toMatchObject({
      cause: { message: expect.stringContaining('"actor" must be a text') },
    });
    expect((await shown()).state).toBe('quarantined');
  });

  test('a cancellation discards them', async () => {
    await arrives();
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      state: 'discarded',
      audit: [{ command: 'discard', actor: 'unknown (cancellation request)' }],
    });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
  });

  test('their time is over after 30 days, which is reported', async () => {
    const startMs = await world.environment.currentTimeMs();
    await arrives();
    expect(await handle.result()).toMatchObject({ state: 'expired' });
    expect(await world.environment.currentTimeMs()).toBeGreaterThanOrEqual(startMs + policy.keepMs);
    expect(sent()).toEqual(['opening warning', 'resolution warning']);
  });

  test('an empty body is kept; a start by hand without bytes fails with the field’s name', async () => {
    text = '';
    const { workflow } = world.environment.client;
    const input = { version: 1, sha256: randomUUID(), envelope: 'eventbridge' };
    const start = (args: object) => ({
      args: [args],
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
    });
    const without = await workflow.start(quarantinedEventType, start(input));
    await expect(without.result()).rejects.toMatchObject({
      cause: { message: expect.stringContaining('bytesBase64') },
    });
    await workflow.start(quarantinedEventType, start({ ...input, bytesBase64: '' }));
    await until(() => world.notices.length === 1);
    await quiet(handle);
    expect(await shown()).toMatchObject({ state: 'quarantined', sizeBytes: 0, count: 1 });
  });
});
