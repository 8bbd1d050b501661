import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Policies } from '../../src/config/policySchema.ts';
import { itemBuyabilityDefaults as policy } from '../../src/policies/defaults.ts';
import {
  buyabilityChangedSignal,
  itemBuyabilityType,
  itemStatusQuery,
  itemWorkflowId,
  type ItemStatus,
} from '../../src/workflows/itemBuyability/contract.ts';
import { newItem } from '../../src/workflows/itemBuyability/state.ts';
import { next } from '../../src/workflows/itemBuyability/transitions/next.ts';
import { attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { plannedProducts } from '@marketplace-steward/testing/plannedProducts';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history, taskFailures } from '@marketplace-steward/testing/history';
import { actions, quiet } from '@marketplace-steward/testing/skipping';
import { until } from '@marketplace-steward/testing/until';

const merchant = 'merchant-1';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const duplicate = [
  'WORKFLOW_EXECUTION_SIGNALED',
  'WORKFLOW_TASK_SCHEDULED',
  'WORKFLOW_TASK_STARTED',
  'WORKFLOW_TASK_COMPLETED',
];

const throttled = { fails: 'Throttled' } as const;

describe('an item, as time passes', () => {
  let world: SkippingWorld;
  const products = plannedProducts();
  let itemId = '';
  let policies: Policies = {};
  let handle: WorkflowHandle<() => Promise<ItemStatus>>;

  beforeAll(async () => {
    world = await stewardWorld('skipping', { parts: () => ({ products }) });
  }, 120_000);
  afterAll(() => world.close(), 60_000);
  beforeEach(() => {
    world.reset();
    products.answers = [];
    policies = {};
    itemId = randomUUID();
    handle = world.environment.client.workflow.getHandle(itemWorkflowId(merchant, itemId));
  });
  afterEach(async () => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') await handle.terminate('the test is over');
  });

  const serverMs = (): Promise<number> => world.environment.currentTimeMs();
  const counts = (name: string): number => world.attempts.filter((each) => each === name).length;
  const reported = (): string[] => world.notices.map(({ kind, severity }) => `${kind} ${severity}`);

  /** Hands a webhook's event to the way in, and waits until the workflow is at rest. */
  async function event(status?: string, atMs?: number, eventId: string = randomUUID()): Promise<string> {
    const product = { id: 'p', sku: { value: 's' }, buyability: { status } };
    const body = {
      idempotencyKey: eventId,
      eventDescriptor: 'BUYABILITY_CHANGED',
      resources: [`businessProduct/${merchant}/items/${itemId}`],
      eventId,
      apiVersion: '2024-11-01',
      subscriptionId: 'subscription',
      eventTime: new Date(atMs ?? (await serverMs())).toISOString(),
      data: status === undefined ? {} : { product },
    };
    world.context = { accounts: {}, policies };
    expect(await world.receive(body, 'webhook')).toMatchObject({ outcome: 'delivered' });
    return eventId;
  }

  const state = async (): Promise<string> => (await handle.query(itemStatusQuery)).state;
  const becomes = (wanted: string): Promise<boolean> => until(async () => (await state()) === wanted);

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute].map((key) => typedSearchAttributes.get(key));
  }

  /** Lets time pass until something holds. */
  async function passUntil(stepMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await world.environment.sleep(stepMs);
  }

  test('with data it is recorded, and closes a day later: two actions and eleven events', async () => {
    const startMs = await serverMs();
    await event('BUYABLE');
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE', itemId, product: { sku: 's' } });
    expect(await serverMs()).toBeGreaterThanOrEqual(startMs + policy.lingerMs);
    const events = await history(handle);
    // This server and the real one order the first events differently.
    expect(events.toSorted()).toEqual(
      [
        'WORKFLOW_EXECUTION_STARTED',
        ...duplicate,
        'TIMER_STARTED',
        'TIMER_FIRED',
        ...duplicate.slice(1),
        'WORKFLOW_EXECUTION_COMPLETED',
      ].toSorted(),
    );
    expect(actions(events)).toBe(2);
    expect(world.attempts).toEqual([]);
    expect(await attributes()).toEqual(['BUYABLE', false]);
  });

  test('a repeat costs one action and four events, and so does a newer event; the day counts from the newest', async () => {
    const eventId = await event('BUYABLE');
    const opened = await quiet(handle);
    await event('BUYABLE', undefined, eventId);
    await until(async () => (await history(handle)).length >= opened.length + duplicate.length);
    const repeated = await quiet(handle);
    expect(repeated.slice(opened.length)).toEqual(duplicate);
    await world.environment.sleep(20 * hourMs);
    const newerMs = await serverMs();
    await event('BUYABLE');
    await until(async () => (await history(handle)).length >= repeated.length + duplicate.length);
    expect((await quiet(handle)).slice(repeated.length)).toEqual(duplicate);
    await handle.result();
    expect(await serverMs()).toBeGreaterThanOrEqual(newerMs + policy.lingerMs);
    expect((await history(handle)).filter((name) => name === 'TIMER_STARTED')).toHaveLength(2);
  });

  test('without data it is asked for until it is found; however many attempts, one activity in the history', async () => {
    products.answers = [
      'notFound',
      { buyabilityStatus: 'UNKNOWN' },
      { fails: 'Throttled' },
      { buyabilityStatus: 'BUYABLE' },
    ];
    await event();
    await until(() => counts('awaitProduct') === 1);
    expect(await state()).toBe('querying');
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE', notes: [] });
    expect(world.attempts).toEqual(Array<string>(4).fill('awaitProduct'));
    const events = await history(handle);
    expect(events.filter((name) => name.startsWith('ACTIVITY'))).toHaveLength(3);
    // The history: start, one activity, one upsert, one timer.
    expect(actions(events)).toBe(4);
    expect(events).not.toContain('TIMER_CANCELED');
    expect(world.notices).toEqual([]);
    expect(await attributes()).toEqual(['BUYABLE', false]);
  });

  test('an old event that opens a run is proved', async () => {
    products.answers = [{ buyabilityStatus: 'BUYABLE' }];
    await event('NOT_BUYABLE', (await serverMs()) - 2 * hourMs);
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(world.attempts).toEqual(['awaitProduct']);
    expect(world.notices).toEqual([]);
  });

  test('never found it is INVALID_PRODUCT after 72 hours, checked daily for a week, and lifted by an event', async () => {
    products.answers = ['notFound'];
    const startMs = await serverMs();
    await event();
    await passUntil(hourMs, async () => (await state()) === 'INVALID_PRODUCT');
    expect(await serverMs()).toBeGreaterThanOrEqual(startMs + policy.queryWithinMs);
    await until(() => world.notices.length === 1);
    await quiet(handle);
    // 30 s doubling to 1 h: seven attempts in the first hour, then hourly.
    expect(counts('awaitProduct')).toBeGreaterThan(70);
    expect(counts('awaitProduct')).toBeLessThan(85);
    expect(counts('queryProduct')).toBe(1);
    expect(await attributes()).toEqual(['INVALID_PRODUCT', true]);
    for (let day = 0; day < 10; day += 1) {
      await world.environment.sleep(24 * hourMs);
      await quiet(handle);
    }
    expect(counts('queryProduct')).toBe(8);
    expect(reported()).toEqual(['opening warning']);
    await event('BUYABLE');
    await becomes('BUYABLE');
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(reported()).toEqual(['opening warning', 'resolution information']);
    expect(await attributes()).toEqual(['BUYABLE', false]);
  }, 180_000);

  test('found again by a daily check it is settled', async () => {
    products.answers = ['notFound'];
    await event();
    await passUntil(hourMs, async () => (await state()) === 'INVALID_PRODUCT');
    products.answers = ['notFound', { buyabilityStatus: 'BUYABLE' }];
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(counts('queryProduct')).toBe(3);
    expect(reported()).toEqual(['opening warning', 'resolution information']);
  }, 180_000);

  test.each([
    ['throttled', 'Throttled', []],
    ['not found for a while and then failing', 'ServiceFault', ['notFound', 'notFound', 'notFound']],
  ] as const)(
    '%s to the end it is UNVERIFIED',
    async (_name, fails, before) => {
      policies = { itemBuyability: { queryWithinMs: 2 * hourMs } };
      products.answers = [...before, { fails }];
      await event();
      await passUntil(hourMs, async () => (await state()) === 'UNVERIFIED');
      await until(() => world.notices.length === 1);
      await quiet(handle);
      expect(reported()).toEqual(['opening warning']);
      expect(world.notices[0]?.lines.join(' ')).toContain(`the vendor says ${fails}`);
      expect(await attributes()).toEqual(['UNVERIFIED', true]);
    },
    60_000,
  );

  test('a question that is tried 25 times leaves the same history as one that is tried once', async () => {
    const histories: string[][] = [];
    for (const notFound of [0, 24]) {
      itemId = randomUUID();
      handle = world.environment.client.workflow.getHandle(itemWorkflowId(merchant, itemId));
      world.reset();
      products.answers = [];
      products.answers = [...Array<'notFound'>(notFound).fill('notFound'), { buyabilityStatus: 'BUYABLE' }];
      await event();
      expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
      expect(world.attempts).toEqual(Array<string>(notFound + 1).fill('awaitProduct'));
      histories.push((await history(handle)).toSorted());
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[0]?.length).toBeLessThanOrEqual(20);
  }, 60_000);

  test('throttled and not found in turns, the last check is repeated until its first real answer, which decides', async () => {
    policies = { itemBuyability: { queryWithinMs: 2 * hourMs } };
    products.answers = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'notFound' : throttled));
    await event();
    // After 0, 1/2, 3/2, 7/2, 15/2, 31/2, 63/2 and 127/2 minutes; a ninth would come after the window.
    await passUntil(hourMs / 2, () => counts('awaitProduct') === 8);
    products.answers = [throttled, throttled, throttled, 'notFound'];
    await passUntil(minuteMs, async () => (await state()) === 'INVALID_PRODUCT');
    await until(() => world.notices.length === 1);
    await quiet(handle);
    expect([counts('awaitProduct'), counts('queryProduct')]).toEqual([8, 4]);
    expect(reported()).toEqual(['opening warning']);
  }, 60_000);

  test('NOT_BUYABLE is reported once, with what one query adds, and resolved by BUYABLE', async () => {
    products.answers = [{ buyabilityStatus: 'NOT_BUYABLE', offerPrime: true, amazonSku: 'asku' }];
    const eventId = await event('NOT_BUYABLE');
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    expect(world.attempts).toEqual(['queryProduct', 'sendNotice']);
    expect(actions(opened)).toBe(4);
    expect(await attributes()).toEqual(['NOT_BUYABLE', true]);
    expect(world.notices[0]?.lines.join(' ')).toContain('asku');
    const startMs = await serverMs();
    await event('NOT_BUYABLE', startMs, eventId);
    await event('NOT_BUYABLE', startMs + 1);
    await event('BUYABLE', startMs - hourMs);
    await world.environment.sleep(30 * 24 * hourMs);
    await quiet(handle);
    expect(await state()).toBe('NOT_BUYABLE');
    expect(world.attempts).toEqual(['queryProduct', 'sendNotice']);
    await event('BUYABLE');
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(reported()).toEqual(['opening warning', 'resolution information']);
    expect(await attributes()).toEqual(['BUYABLE', false]);
  });

  test('with the offer switched off it is for information, and needs nobody', async () => {
    products.answers = [{ buyabilityStatus: 'NOT_BUYABLE', offerPrime: false }];
    await event('NOT_BUYABLE');
    await until(() => world.notices.length === 1);
    await quiet(handle);
    expect(reported()).toEqual(['opening information']);
    expect(await attributes()).toEqual(['NOT_BUYABLE', false]);
  });

  test('the notice waits a minute for a query that fails, and then goes out without it', async () => {
    products.answers = [{ fails: 'ServiceFault' }];
    const startMs = await serverMs();
    await event('NOT_BUYABLE');
    await passUntil(1_000, () => world.notices.length === 1);
    await quiet(handle);
    // 1 s doubling: after 0, 1, 3, 7, 15 and 31 seconds.
    expect(counts('queryProduct')).toBe(6);
    expect(await serverMs()).toBeGreaterThanOrEqual(startMs + policy.completeNoticeWithinMs / 2);
    expect(reported()).toEqual(['opening warning']);
    expect(world.notices[0]?.lines.join(' ')).toContain('the vendor says ServiceFault');
  });

  test('a cancellation ends it with the last state', async () => {
    products.answers = [{ buyabilityStatus: 'NOT_BUYABLE', offerPrime: true }];
    await event('NOT_BUYABLE');
    await until(() => world.notices.length === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ state: 'NOT_BUYABLE' });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(await attributes()).toEqual(['NOT_BUYABLE', false]);
  });

  test('a run that continues another one goes on from its state, and knows its repeats', async () => {
    products.answers = [{ buyabilityStatus: 'BUYABLE' }];
    const nowMs = await serverMs();
    const input = { version: 1, businessProductId: merchant, itemId } as const;
    const eventId = 'taken by the run before';
    const message = { eventId, eventTime: new Date(nowMs).toISOString() };
    const { state: carried } = next(newItem(input, { policy, nowMs }), { type: 'event', message }, { policy, nowMs });
    await world.environment.client.workflow.start(itemBuyabilityType, {
      args: [{ ...input, policy, carried }],
      workflowId: handle.workflowId,
      taskQueue: stewardTaskQueue,
    });
    await becomes('BUYABLE');
    expect(await attributes()).toEqual(['BUYABLE', false]);
    const later = new Date((await serverMs()) + minuteMs).toISOString();
    const repeat = { eventId, eventTime: later, product: { buyabilityStatus: 'NOT_BUYABLE' } };
    await handle.signal(buyabilityChangedSignal, repeat);
    expect(await handle.result()).toMatchObject({ state: 'BUYABLE' });
    expect(world.attempts).toEqual(['awaitProduct']);
  });

  test('a signal typed by hand that is no event changes nothing', async () => {
    await event('BUYABLE');
    for (const typed of [undefined, null, 'BUYABLE', { eventTime: 'soon' }])
      await handle.signal('buyabilityChanged', typed);
    await handle.signal(buyabilityChangedSignal.name);
    await quiet(handle);
    expect(await state()).toBe('BUYABLE');
    expect(await taskFailures(handle)).toEqual([]);
  });

  // Time does not skip while an activity runs, nor after its workflow ended without it: these two come last.
  test('a cancellation ends a query that is under way', async () => {
    products.answers = ['notFound'];
    await event();
    await until(() => counts('awaitProduct') === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({ state: 'UNKNOWN' });
  });

  test('the notice does not wait for a query that hangs', async () => {
    policies = { itemBuyability: { completeNoticeWithinMs: 300 } };
    products.answers = ['silence'];
    await event('NOT_BUYABLE');
    await until(() => world.notices.length === 1);
    expect(counts('queryProduct')).toBe(1);
    expect(reported()).toEqual(['opening warning']);
  });
});
