import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import { failure } from '../../src/failures.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';

const minuteMs = 60_000;
let world: SkippingWorld;
/** Until when AWS does not answer, by the server's clock. */
let awayUntilMs: number;

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    parts: ({ catalog }) => ({
      catalog: {
        ...catalog,
        async describeChangeSet(_scope, changeSetId) {
          const nowMs = await world.environment.currentTimeMs();
          if (nowMs < awayUntilMs) throw failure('Unreachable', 'the connection failed');
          const change = { changeType: 'UpdateInformation', entityType: 'Offer@1.0', entityId: 'offer-1', errors: [] };
          return { changeSetId, intent: 'APPLY', changes: [change] };
        },
      },
    }),
  });
  const { accounts, policies } = world.context;
  const configured = accounts[account];
  if (configured === undefined) throw new Error(`the world has no account ${account}`);
  world.context = { accounts: { [account]: { ...configured, topics: ['changeSet.succeeded'] } }, policies };
}, 60_000);
afterAll(() => world.close());

test.each([
  ['comes back within the hour: the notice waits', 30, 'Offer offer-1: AWS applied UpdateInformation'],
  ['stays away: the notice says what the event said', 600, 'Change set “Publish it” (away-600) succeeded'],
])(
  'AWS %s',
  async (_what, awayMinutes, title) => {
    world.reset();
    const changeSetId = `away-${awayMinutes}`;
    const startMs = await world.environment.currentTimeMs();
    awayUntilMs = startMs + awayMinutes * minuteMs;
    await world.receive(finishedEvent('Succeeded', changeSetId, 'Publish it'));
    const handle = world.environment.client.workflow.getHandle(changeSetWorkflowId(changeSetId));
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(world.notices).toMatchObject([{ id: `change-set:${changeSetId}:succeeded:${changeSetId}`, title }]);
    const { events } = await handle.fetchHistory();
    const sending = events?.find(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'sendNotice',
    );
    const waitedMinutes = ((optionalTsToMs(sending?.eventTime) ?? 0) - startMs) / minuteMs;
    expect(waitedMinutes).toBeGreaterThan(30);
    expect(waitedMinutes).toBeLessThanOrEqual(60);
  },
  60_000,
);
