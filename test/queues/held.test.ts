import { createGate } from '../../src/queues/gate.ts';
import { backOffOf, createHeldMessages } from '../../src/queues/held.ts';
import { startLocalQueue, type LocalQueue } from '@marketplace-steward/testing/localQueue';
import { silent } from '@marketplace-steward/testing/silent';
import { until } from '@marketplace-steward/testing/until';

let local: LocalQueue;
beforeEach(async () => {
  local = await startLocalQueue();
});
afterEach(() => local.close());

const received = (count: string) => ({ Attributes: { ApproximateReceiveCount: count } });

test('a message that cannot be delivered comes again later each time, and in an hour at the latest', () => {
  const seconds = ['1', '2', '3', '7', '8', '100', '999999999'].map((count) => backOffOf(received(count)));
  expect(seconds).toEqual([30, 60, 120, 1_920, 3_600, 3_600, 3_600]);
});

test('a message that Temporal refuses for long while the checks find it ready is let go, and frees the queue', async () => {
  await local.send(['refused']);
  const gate = createGate(
    async () => ({ ready: true }),
    () => undefined,
    { firstMs: 5, longestMs: 20 },
  );
  let attempts = 0;
  const held = createHeldMessages({
    client: local.client,
    url: local.url,
    visibilitySeconds: 30,
    gate,
    logger: silent,
    releaseAfterReadyMs: 100,
    async take() {
      attempts += 1;
      return { outcome: 'unavailable', reason: 'a refusal that concerns this message, of a kind that nobody knows' };
    },
  });
  const [message] = await local.receive();
  held.hold(message!, { outcome: 'unavailable', reason: 'refused' });
  expect(held.size()).toBe(1);
  const room = held.fewerThan(1, new AbortController().signal);
  await until(() => held.size() === 0);
  await room;
  expect(attempts).toBeGreaterThan(2);
  // It is hidden for its back-off, not given back at once.
  await held.close();
  expect(await local.depth()).toEqual({ visible: 0, inFlight: 1 });
});
