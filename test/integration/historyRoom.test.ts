import { defaultPayloadConverter } from '@temporalio/common';
import pMap from 'p-map';
import { defined } from '../../src/defined.ts';
import { largestMessagesBytes } from '../../src/delivery/read.ts';
import { receive } from '../../src/delivery/receive.ts';
import type { Receipt } from '../../src/delivery/delivery.ts';
import { offerStatusQuery } from '../../src/workflows/offerWatch/contract.ts';
import { changed, context } from '@marketplace-steward/testing/sampleEvents';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

// No worker runs at first: what is acknowledged has to wait in histories.
let world: StewardWorld;
beforeAll(async () => {
  world = await stewardWorld('real');
  await world.stopWorkers();
}, 120_000);
afterAll(() => world.close(), 60_000);

const workflowId = 'offer:123456789012:offerset-full';
const take = (bytes: Buffer): Promise<Receipt> => receive(world.client, context, 'eventbridge', bytes);
const mostHistoryBytes = 30 * 1024 * 1024;

/** An offer set of so many offers, whose message has about 250 bytes for each. */
const offerSet = (id: string, at: number, offers: number) =>
  changed(
    'offerSetReleased',
    {
      offerSet: { id },
      associatedOffers: Array.from({ length: offers }, (_, offer) => ({
        offer: { id: `o-${at}-${offer}`, name: 'n'.repeat(210) },
      })),
    },
    { id: `event-${at}` },
  );

async function historyNow() {
  const handle = world.client.workflow.getHandle(workflowId);
  const { status, historySize = 0 } = await handle.describe();
  const events = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await world.client.workflowService.getWorkflowExecutionHistory({
      namespace: world.temporal.namespace,
      execution: { workflowId },
      // The client takes 4 MB of an answer.
      maximumPageSize: 10,
      ...defined({ nextPageToken }),
    });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken ?? undefined;
  } while (nextPageToken !== undefined && nextPageToken.length > 0);
  const signals = events.flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
  const ids = signals.map(
    ({ input }) => defaultPayloadConverter.fromPayload<{ eventId: string }>(input!.payloads![0]!).eventId,
  );
  return { status: status.name, historySize, ids };
}

const eventIdsOf = (receipts: readonly Receipt[]) =>
  receipts.flatMap((receipt) =>
    receipt.outcome === 'delivered' ? receipt.deliveries.map(({ eventId }) => eventId) : [],
  );

test('a run is filled with the largest messages, and every one that was acknowledged is in it afterwards', async () => {
  const sent = await pMap(
    Array.from({ length: 150 }, (_, at) => at),
    (at) => take(offerSet('offerset-full', at, 1_000)),
    { concurrency: 3 },
  );
  const taken = sent.filter(({ outcome }) => outcome === 'delivered');
  const refused = sent.filter(({ outcome }) => outcome === 'unavailable');
  expect(taken.length + refused.length).toBe(150);
  // As much as there is room for, and not much less.
  expect(taken.length).toBeGreaterThan(80);
  expect(refused.map((receipt) => 'reason' in receipt && receipt.reason)).toContainEqual(
    expect.stringMatching(
      /^Temporal has no room for it now: the history of offer:123456789012:offerset-full has \d+ bytes/,
    ),
  );
  const { status, historySize, ids } = await historyNow();
  expect(status).toBe('RUNNING');
  expect(historySize).toBeGreaterThan(80 * 0.9 * largestMessagesBytes);
  expect(historySize).toBeLessThan(mostHistoryBytes);
  expect(ids).toEqual(expect.arrayContaining([...eventIdsOf(taken)]));
  expect(new Set(ids).size).toBe(ids.length);
  // Beyond those, only one whose answer came too late may be in it: what there is no room for is not.
  const unanswered = refused.filter((receipt) => !('reason' in receipt && receipt.reason.includes('no room')));
  expect(ids.length - taken.length).toBeLessThanOrEqual(unanswered.length);

  // A small message still has room, and another workflow is not concerned.
  expect(await take(offerSet('offerset-full', 1_000, 2))).toMatchObject({
    outcome: 'delivered',
  });
  expect(await take(offerSet('offerset-other', 1, 1_000))).toMatchObject({
    outcome: 'delivered',
  });

  // A worker that comes back handles all of it, in the run or in those that it continues as.
  await world.startWorker();
  await until(async () => {
    const handle = world.client.workflow.getHandle(workflowId);
    const { historySize = Infinity } = await handle.describe();
    await handle.query(offerStatusQuery);
    return historySize < 1024 * 1024;
  });
  expect(await take(offerSet('offerset-full', 2_000, 1_000))).toMatchObject({ outcome: 'delivered' });
}, 120_000);
