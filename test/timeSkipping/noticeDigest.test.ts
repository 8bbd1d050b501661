import { MockActivityEnvironment } from '@temporalio/testing';
import pMap from 'p-map';
import { createNoticeActivities } from '../../src/activities/notices.ts';
import { createNoticeDigests } from '../../src/delivery/noticeDigests.ts';
import { noticeDigestWorkflowId, type DigestStatus } from '../../src/workflows/noticeDigest/contract.ts';
import type { Notice } from '../../src/workflows/shared/notices.ts';
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

beforeAll(async () => {
  world = await stewardWorld('skipping', { parts: () => ({ notices: { channels: [channel], routes } }) });
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
  await pMap(
    notices,
    async (notice) => {
      await new MockActivityEnvironment().run((given: Notice) => activities.sendNotice(given, []), notice);
    },
    { concurrency: 20 },
  );
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
