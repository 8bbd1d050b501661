import { ApplicationFailure } from '@temporalio/common';
import { receive } from '../../src/delivery/receive.ts';
import { createEventDelivery } from '../../src/delivery/eventDelivery.ts';
import { fanOutStatusQuery } from '../../src/workflows/eventFanOut/contract.ts';
import { attentionAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { changed } from '@marketplace-steward/testing/sampleEvents';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
/** What the delivery of the parts throws, for as often as it says. */
const failures: Error[] = [];

beforeAll(async () => {
  world = await stewardWorld('real', {
    activities: (composed) => ({
      ...composed,
      fanOut: async (...args: never[]) => {
        const failure = failures.pop();
        if (failure !== undefined) throw failure;
        return composed['fanOut']?.(...args);
      },
    }),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);
afterEach(() => failures.splice(0));

const event = (merchant: string, items: number, id: string) =>
  changed(
    'buyabilityChanged.eventBridge',
    {
      idempotencyKey: id,
      eventId: undefined,
      resources: Array.from({ length: items }, (_, at) => `businessProduct/${merchant}/items/i-${at}`),
      data: { product: { id: 'p', buyability: { status: 'BUYABLE' } } },
    },
    { id },
  );
const take = (bytes: Buffer) => receive(world.client, world.context, 'eventbridge', bytes);

/** How many events each item of a merchant has had. */
async function eventsOf(merchant: string): Promise<readonly number[]> {
  const counts: number[] = [];
  const query = `WorkflowType="itemBuyability" AND StewardAccount="${merchant}"`;
  for await (const { workflowId } of world.client.workflow.list({ query })) {
    const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
    counts.push((events ?? []).filter((one) => one.workflowExecutionSignaledEventAttributes != null).length);
  }
  return counts;
}
const hundredTimes = (count: number): readonly number[] => Array.from({ length: 100 }, () => count);

test('an event of 100 items is taken in one call while no worker runs, and every item gets it once', async () => {
  await world.stopWorkers();
  const bytes = event('hundred', 100, 'event-1');
  const receipt = await take(bytes);
  expect(receipt).toMatchObject({
    outcome: 'delivered',
    deliveries: [{ kind: 'fanOut', outcome: 'delivered', workflowId: expect.stringMatching(/^fan-out:[0-9a-f]{32}$/) }],
  });
  const [{ workflowId }] = 'deliveries' in receipt ? receipt.deliveries : [{ workflowId: '' }];
  // Nothing else was called: no item has a workflow yet.
  expect(await eventsOf('hundred')).toEqual([]);
  // The sender repeats it before and after it is delivered.
  expect(await take(bytes)).toMatchObject({ outcome: 'delivered', deliveries: [{ workflowId }] });
  failures.push(new Error('a worker has died'));
  await world.startWorker();
  const handle = world.client.workflow.getHandle(workflowId);
  expect(await handle.result()).toMatchObject({ state: 'delivered', parts: 100, arrivals: 2 });
  await until(async () => (await eventsOf('hundred')).length === 100);
  expect(await eventsOf('hundred')).toEqual(hundredTimes(1));
  expect(await take(bytes)).toMatchObject({ outcome: 'duplicate', deliveries: [{ workflowId }] });
  expect(world.notices.filter((notice) => notice.workflowId === workflowId)).toEqual([]);

  // Another event of the same items is another one.
  const next = await take(event('hundred', 100, 'event-2'));
  expect(next).toMatchObject({ outcome: 'delivered' });
  await until(async () => (await eventsOf('hundred')).every((count) => count === 2));
}, 60_000);

test('an event of five items goes to them directly', async () => {
  expect(await take(event('five', 5, 'event-3'))).toMatchObject({
    outcome: 'delivered',
    deliveries: Array.from({ length: 5 }, (_, at) => ({ kind: 'buyability.changed', workflowId: `item:five:i-${at}` })),
  });
});

test('an activity that gives up is attention and a notice, the event stays, and a cancellation is reported', async () => {
  failures.push(ApplicationFailure.nonRetryable('a bug', 'Bug'));
  const receipt = await take(event('broken', 6, 'event-4'));
  const [{ workflowId }] = 'deliveries' in receipt ? receipt.deliveries : [{ workflowId: '' }];
  const handle = world.client.workflow.getHandle(workflowId);
  await until(() => world.notices.some((notice) => notice.workflowId === workflowId && notice.kind === 'opening'));
  expect(await handle.query(fanOutStatusQuery)).toMatchObject({
    state: 'delivering',
    notes: [expect.stringContaining('a bug')],
  });
  const { status, typedSearchAttributes } = await handle.describe();
  expect([status.name, typedSearchAttributes.get(attentionAttribute)]).toEqual(['RUNNING', true]);
  await handle.cancel();
  expect(await handle.result()).toMatchObject({ state: 'abandoned' });
  const kinds = world.notices.filter((notice) => notice.workflowId === workflowId).map(({ kind }) => kind);
  expect(kinds).toEqual(['opening', 'resolution']);
});

test('parts that Temporal has are not delivered again, and one that it refuses holds back no other', async () => {
  const delivery = createEventDelivery(world.client, world.context);
  const done = new Set([0, 1, 2]);
  const { signal } = new AbortController();
  expect(await delivery.fanOut('eventbridge', event('rest', 6, 'event-5'), done, signal)).toEqual({
    outcome: 'delivered',
    parts: 6,
  });
  expect(done.size).toBe(6);
  await until(async () => (await eventsOf('rest')).length === 3);
});

test('bytes that read otherwise by now are kept by the quarantine', async () => {
  const delivery = createEventDelivery(world.client, world.context);
  const { signal } = new AbortController();
  const result = await delivery.fanOut('eventbridge', Buffer.from('{"source":"another"}'), new Set(), signal);
  expect(result).toMatchObject({ outcome: 'quarantined', workflowId: expect.stringMatching(/^quarantine:/) });
});
