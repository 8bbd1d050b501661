import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { NoticeRoute, OutgoingNotice } from '../../src/channels/port.ts';
import { keepMorningSchedules } from '../../src/delivery/morningSchedules.ts';
import { actOnSchedule, stewardSchedules } from '../../src/delivery/stewardSchedules.ts';
import {
  morningDigestId,
  morningDigestPrefix,
  type AskingRoute,
  type MorningStatus,
} from '../../src/workflows/morningDigest/contract.ts';
import { searchAttributePairs } from '../../src/workflows/shared/searchAttributes.ts';
import { hourMs, minuteMs } from '../../src/workflows/shared/durations.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { silent } from '@marketplace-steward/testing/silent';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const account = '111122223333';
const other = '444455556666';
/** The minute that is twenty minutes ago, by the clock of UTC: late, and not too late. */
const plannedMs = Math.floor(Date.now() / minuteMs) * minuteMs - 20 * minuteMs;
const at = new Date(plannedMs).toISOString().slice(11, 16);
const asking: NoticeRoute = {
  channels: ['team', 'ops'],
  accounts: [account],
  showBuyers: false,
  morningDigest: { at, timeZone: 'UTC' },
};
const digestId = morningDigestId(asking);

let world: StewardWorld;
let routes: readonly NoticeRoute[] = [{ channels: ['log'], showBuyers: false }, asking];
const sent: Array<readonly [channel: string, notice: OutgoingNotice]> = [];

beforeAll(async () => {
  const channel = (name: string) => ({
    name,
    send: (notice: OutgoingNotice) => {
      sent.push([name, notice]);
      return Promise.resolve();
    },
  });
  world = await stewardWorld('real', {
    parts: () => ({
      notices: {
        webUiUrl: 'https://temporal.example.com',
        channels: ['log', 'team', 'ops'].map(channel),
        get routes() {
          return routes;
        },
      },
    }),
  });
}, 60_000);
afterAll(() => world.close());

const keep = (wanted: readonly AskingRoute[]) =>
  keepMorningSchedules(world.client, wanted, silent, new AbortController().signal);
const schedule = (id = digestId) => world.client.schedule.getHandle(id);

/** The runs of the schedule that have ended, the oldest first, once there are so many. */
async function ended(count: number): Promise<readonly MorningStatus[]> {
  const found = await until(async () => {
    const runs = [];
    const query = `WorkflowId STARTS_WITH "${morningDigestPrefix}" AND ExecutionStatus="Completed"`;
    for await (const run of world.client.workflow.list({ query })) runs.push(run);
    return runs.length === count ? runs : undefined;
  });
  const inOrder = found.toSorted((one, two) => Number(one.closeTime) - Number(two.closeTime));
  return Promise.all(
    inOrder.map(async ({ workflowId, runId }) => {
      return (await world.client.workflow.getHandle(workflowId, runId).result()) as MorningStatus;
    }),
  );
}

/** Has the server make up for the time of a minute, as after an outage. */
async function fallDue(ms: number): Promise<void> {
  const [start, end] = [ms - 1_000, ms + 1_000].map((one) => new Date(one));
  await schedule().backfill({ start, end, overlap: ScheduleOverlapPolicy.BUFFER_ALL } as never);
}

test('a route that asks has a schedule, whichever process makes it; a change follows, and without the option it goes', async () => {
  const berlin = { ...asking, morningDigest: { at: '07:30', timeZone: 'europe/berlin' } };
  const four = await Promise.all(Array.from({ length: 4 }, () => keep([...routes.slice(0, 1), berlin])));
  expect(four.flatMap(({ problems }) => problems)).toEqual([]);
  expect(four.flatMap(({ made }) => made)).toEqual([digestId]);
  const { spec, policies, action } = await schedule().describe();
  expect(spec).toMatchObject({ timezone: 'Europe/Berlin' });
  expect(policies).toMatchObject({ overlap: 'BUFFER_ALL', catchupWindow: 6 * hourMs });
  expect(action).toMatchObject({ workflowId: digestId, taskQueue: stewardTaskQueue });
  await schedule().pause('on holiday');
  expect(await keep([asking])).toEqual({ made: [], updated: [digestId], deleted: [], problems: [] });
  expect(await keep([asking])).toEqual({ made: [], updated: [], deleted: [], problems: [] });
  await until(async () => ((await stewardSchedules(world.client)).length === 1 ? true : undefined));
  expect(await stewardSchedules(world.client)).toMatchObject([{ name: digestId, paused: true, note: 'on holiday' }]);
  expect(await keep(routes.slice(0, 1))).toMatchObject({ deleted: [digestId], problems: [] });
  expect(await stewardSchedules(world.client)).toEqual([]);
}, 60_000);

test('each day has one digest at the hour of the zone, also on the days on which its clocks change', async () => {
  await keep([{ ...asking, morningDigest: { at: '07:30', timeZone: 'Europe/Berlin' } }]);
  const timesOf = async (from: string, to: string) => {
    const { startTime } = await world.client.workflowService.listScheduleMatchingTimes({
      namespace: world.temporal.namespace,
      scheduleId: digestId,
      startTime: { seconds: (Date.parse(from) / 1_000) as never },
      endTime: { seconds: (Date.parse(to) / 1_000) as never },
    });
    return startTime.map(({ seconds }) => new Date(Number(seconds) * 1_000).toISOString());
  };
  expect(await timesOf('2027-03-27T00:00:00Z', '2027-03-29T12:00:00Z')).toEqual([
    '2027-03-27T06:30:00.000Z',
    '2027-03-28T05:30:00.000Z',
    '2027-03-29T05:30:00.000Z',
  ]);
  expect(await timesOf('2027-10-30T00:00:00Z', '2027-11-01T12:00:00Z')).toEqual([
    '2027-10-30T05:30:00.000Z',
    '2027-10-31T06:30:00.000Z',
    '2027-11-01T06:30:00.000Z',
  ]);
}, 60_000);

test('the digest comes once a day, through the channels of its route and no other', async () => {
  const lineage = (workflowId: string, of: string) =>
    world.client.workflow.start('changeSetRemediation', {
      workflowId,
      taskQueue: stewardTaskQueue,
      // It is there to be listed.
      startDelay: hourMs,
      typedSearchAttributes: searchAttributePairs({
        state: 'awaitingDecision',
        account: of,
        attention: true,
        subject: 'Acme Scanner 4.4.3: SCAN_ERROR',
      }),
    });
  await lineage('change-set:mine', account);
  await lineage('change-set:theirs', other);
  await until(async () => {
    const { count } = await world.client.workflow.count('StewardAttention=true');
    return count === 2 ? true : undefined;
  });
  await keep([asking]);
  // Nobody works at its hour; the worker that comes later takes it.
  await world.stopWorkers();
  await fallDue(plannedMs);
  await until(async () => ((await schedule().describe()).info.runningActions.length === 1 ? true : undefined));
  await world.startWorker();
  const [status] = await ended(1);
  const day = new Date(plannedMs).toISOString().slice(0, 10);
  expect(status).toMatchObject({ state: 'reported', sentDay: day, notes: [] });
  expect(sent.map(([channel]) => channel).toSorted()).toEqual(['ops', 'team']);
  const [[, notice] = []] = sent;
  expect(notice).toMatchObject({ id: `${digestId}:${day}`, kind: 'report', account });
  expect(sent.every(([, one]) => one.id === notice?.id)).toBe(true);

  // It speaks of the route’s own account. The schedule’s start counts three actions, and each of these one.
  expect(notice?.title).toBe(`Morning digest of ${day}: 1 needs you`);
  expect(notice?.lines).toEqual([
    expect.stringMatching(/^Late: it was planned for \d\d:\d\d \(UTC\), 2\d minutes ago; no worker took it before\./),
    'Needs you, the most urgent first: 1.',
    expect.stringMatching(/^Since .* UTC, .* ago: Acme Scanner 4\.4\.3: SCAN_ERROR \(change-set:mine\)$/),
    'Due within 7 days, beyond today: nothing.',
    expect.stringMatching(/^Done since .* UTC: nothing\.$/),
    'Lost events: none, and none waits.',
  ]);
  const found: Record<string, number> = {};
  for (const { title, address } of notice?.links ?? []) {
    const query = new URL(address).searchParams.get('query') ?? '';
    found[title] = (await world.client.workflow.count(query)).count;
  }
  expect(found).toEqual({
    'What needs me?': 1,
    'What is due this week?': 0,
    'Which events were lost?': 0,
    'What did it do last night?': 0,
  });
  expect(world.attempts.toSorted()).toEqual(['collectMorning', 'sendNotice', 'sendNoticeTo', 'sendNoticeTo']);

  // The same time again, as with another hour on the same day: nothing more goes out.
  await fallDue(plannedMs);
  expect((await ended(2)).at(-1)).toMatchObject({ state: 'sentBefore', sentDay: day });
  // By hand somebody gets one at once, under an identity of its own, and the day’s stays the day’s.
  await actOnSchedule(world.client, digestId, 'trigger', 'to see what it looks like');
  expect((await ended(3)).at(-1)).toMatchObject({ state: 'reported', sentDay: day });
  // The Web UI’s own trigger gives a run no result of the one before; the next run has it all the same.
  await schedule().trigger();
  await ended(4);
  await fallDue(plannedMs);
  expect((await ended(5)).at(-1)).toMatchObject({ state: 'sentBefore', sentDay: day });
  expect(sent).toHaveLength(6);
  expect(new Set(sent.map(([, { id }]) => id)).size).toBe(3);
  // A morning for which no worker came in time is left out.
  await fallDue(plannedMs - 24 * hourMs);
  expect((await ended(6)).at(-1)).toMatchObject({ state: 'tooLate', sentDay: day });
  // The route asks no more, and its schedule has not gone yet.
  routes = routes.slice(0, 1);
  await actOnSchedule(world.client, digestId, 'trigger', 'it has gone');
  expect((await ended(7)).at(-1)).toMatchObject({ state: 'notAsked' });
  expect(sent).toHaveLength(6);
}, 60_000);
