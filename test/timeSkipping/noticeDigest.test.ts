import { MockActivityEnvironment } from '@temporalio/testing';
import pMap from 'p-map';
import { createNoticeActivities } from '../../src/activities/notices.ts';
import { createNoticeDigests } from '../../src/delivery/noticeDigests.ts';
import { noticeDigestWorkflowId, type DigestStatus } from '../../src/workflows/noticeDigest/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
import { actionsOf } from '@marketplace-steward/testing/actions';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';

let world: SkippingWorld;
const sent: Notice[] = [];
const channel = {
  name: 'pager',
  isForOperators: true,
  closesMatters: true,
  send: (notice: Notice) => {
    sent.push(notice);
    return Promise.resolve();
  },
} as const;
const routes = [{ channels: ['pager'], showBuyers: false }];
/** It closes nothing, so that an end waits with its beginning. */
const chat = { name: 'chat', isForOperators: true, send: channel.send } as const;
const chatRoutes = [{ channels: ['chat'], showBuyers: false }];

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    parts: () => ({ notices: { channels: [channel, chat], routes: [...routes, ...chatRoutes] } }),
  });
}, 120_000);
afterAll(() => world.close(), 60_000);

test('2,000 failed change sets at once page a handful of times, and every decision is reported once', async () => {
  const activities = createNoticeActivities({
    channels: [channel],
    routes,
    digests: createNoticeDigests(world.client),
  });
  const account = '123456789012';
  const notices = Array.from({ length: 2_000 }, (_, at): Notice => ({
    id: `change-set:failed-${at}:decision-1`,
    kind: 'opening',
    severity: 'warning',
    account,
    workflowId: `change-set:failed-${at}`,
    title: `Change set failed-${at} needs a decision`,
    lines: ['AWS refused it.'],
    nextStep: 'Decide.',
  }));
  const send = async (notice: Notice): Promise<void> => {
    await new MockActivityEnvironment().run((given: Notice) => activities.sendNotice(given, []), notice);
  };
  // The time-skipping server may lose a signal that comes in the moment in which another one starts the workflow.
  const begun = notices.slice(0, 10);
  for (const notice of begun) await send(notice);
  await pMap(notices.slice(begun.length), send, { concurrency: 20 });
  const subject = { channel: 'pager', account, matter: 'change-set' };
  const handle = world.environment.client.workflow.getHandle(noticeDigestWorkflowId(subject));
  expect((await handle.result()) as DigestStatus).toMatchObject({ state: 'quiet', reported: 1_995, digests: 2 });

  const digests = sent.filter(({ decisions }) => decisions !== undefined);
  expect(sent.length - digests.length).toBe(5);
  expect(digests.map(({ workflowId }) => workflowId)).toEqual([handle.workflowId, handle.workflowId]);
  // PagerDuty opens an incident for each workflow's id.
  expect(new Set(sent.map(({ workflowId }) => workflowId)).size).toBe(6);
  const named = sent.flatMap(({ id, decisions }) => decisions ?? [id]);
  expect(named.toSorted()).toEqual(notices.map(({ id }) => id).toSorted());
  for (const { title, decisions = [] } of digests) expect(title).toContain(`${decisions.length} more notices`);
}, 120_000);

test('a worker that comes into a flood sends nothing past the digest, be it an end or a repeat of what is in it', async () => {
  sent.length = 0;
  const account = '222222222222';
  const worker = () =>
    createNoticeActivities({ channels: [chat], routes: chatRoutes, digests: createNoticeDigests(world.client) });
  const notice = (at: number, kind: Notice['kind']): Notice => ({
    id: `change-set:failed-${at}:${kind}`,
    kind,
    severity: 'warning',
    account,
    workflowId: `change-set:failed-${at}`,
    title: `Change set failed-${at}`,
    lines: [],
    nextStep: 'Decide.',
  });
  const send = async (activities: ReturnType<typeof worker>, given: Notice, attempt = 1) => {
    await new MockActivityEnvironment({ attempt }).run((one: Notice) => activities.sendNotice(one, []), given);
  };
  const [first, second, afterRestart] = [worker(), worker(), worker()];
  await send(second, notice(0, 'opening'));
  for (let at = 1; at <= 6; at += 1) await send(first, notice(at, 'opening'));
  expect(sent).toHaveLength(6);
  // The opening of the sixth waits in the digest of the first worker.
  await send(second, notice(6, 'resolution'));
  for (const at of [7, 8]) await send(afterRestart, notice(at, 'opening'), 2);
  await send(afterRestart, notice(9, 'opening'));
  expect(sent).toHaveLength(6);
  const subject = { channel: 'chat', account, matter: 'change-set' };
  const handle = world.environment.client.workflow.getHandle(noticeDigestWorkflowId(subject));
  expect((await handle.result()) as DigestStatus).toMatchObject({ state: 'quiet', reported: 5, digests: 1 });
  // Long after it a notice is one of calm times again.
  await send(worker(), notice(10, 'opening'));
  expect(sent.map(({ id, decisions }) => decisions ?? id).slice(-2)).toEqual([
    [
      'change-set:failed-6:opening',
      'change-set:failed-6:resolution',
      'change-set:failed-7:opening',
      'change-set:failed-8:opening',
      'change-set:failed-9:opening',
    ],
    'change-set:failed-10:opening',
  ]);
}, 60_000);

test('what observe mode kept back comes in one digest a day, through the routes that ask for it', async () => {
  sent.length = 0;
  const account = '333333333333';
  const asking = [...chatRoutes, { channels: ['chat'], showBuyers: false, topics: ['changeSet.observed'] as const }];
  const activities = createNoticeActivities({
    channels: [chat],
    routes: asking,
    digests: createNoticeDigests(world.client),
  });
  const kept = (at: number): Notice => ({
    id: `change-set:kept-${at}:question:1`,
    kind: 'opening',
    severity: 'information',
    account,
    workflowId: `change-set:kept-${at}`,
    title: `Change set kept-${at} needs a decision`,
    lines: [],
    nextStep: 'Decide.',
    observed: `kept-${at}: attempt 1 by rule 8`,
  });
  // The first twice, as after a lost answer.
  for (const at of [1, 1, 2]) {
    await new MockActivityEnvironment().run((given: Notice) => activities.sendNotice(given, []), kept(at));
  }
  const subject = { channel: 'chat', account, matter: 'observed' };
  const handle = world.environment.client.workflow.getHandle(noticeDigestWorkflowId(subject));
  expect((await handle.result()) as DigestStatus).toMatchObject({ state: 'quiet', reported: 2, digests: 1 });
  expect(sent.filter(({ decisions }) => decisions === undefined)).toHaveLength(3);
  expect(sent.filter(({ decisions }) => decisions !== undefined)).toMatchObject([
    { kind: 'report', lines: ['kept-1: attempt 1 by rule 8', 'kept-2: attempt 1 by rule 8'] },
  ]);
  // The start, a signal a line, the timer of each of two days, the digest, and the upsert at the end (docs/cost.md).
  expect(await actionsOf(handle, 1)).toMatchObject({ starts: 1, signals: 2, timers: 2, activities: 1, upserts: 1 });

  // Who does not want to wait a day asks for it.
  sent.length = 0;
  await new MockActivityEnvironment().run((given: Notice) => activities.sendNotice(given, []), kept(3));
  const answer = await handle.executeUpdate('send', { args: [{ actor: 'ann', reason: 'to see it' }] });
  expect(answer).toMatchObject({ state: 'gathering', changed: true });
  expect(await handle.result()).toMatchObject({ state: 'quiet', reported: 1, digests: 1, audit: [{ actor: 'ann' }] });
  expect(sent.filter(({ decisions }) => decisions !== undefined)).toMatchObject([
    { kind: 'report', lines: ['kept-3: attempt 1 by rule 8'] },
  ]);
}, 60_000);
