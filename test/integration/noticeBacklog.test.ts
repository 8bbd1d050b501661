import { createAccountAlarms } from '../../src/delivery/accountAlarms.ts';
import { accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { failedChangeSet } from '@marketplace-steward/testing/changeSetWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const flood = 60;
const wrongInput = {
  failureCode: 'CLIENT_ERROR' as const,
  errors: [{ code: 'INVALID_INPUT', message: 'The title is too long.' }],
};

let world: StewardWorld;
const sent: string[] = [];

beforeAll(async () => {
  const channel = {
    name: 'pager',
    send: ({ workflowId }: { readonly workflowId: string }) => Promise.resolve(void sent.push(workflowId)),
  } as const;
  const routes = [{ channels: ['pager'], showBuyers: false, grouping: 'off' }] as const;
  world = await stewardWorld('real', {
    parts: () => ({ notices: { channels: [channel], routes } }),
    queues: ['workflows', 'aws', 'buyWithPrime'],
  });
}, 120_000);
afterAll(() => world.close(), 60_000);

/** Waits until the notice of a workflow waits for a worker. */
async function noticeWaits(workflowId: string): Promise<void> {
  const handle = world.client.workflow.getHandle(workflowId);
  await until(async () => {
    const { raw } = await handle.describe().catch(() => ({ raw: undefined }));
    return raw?.pendingActivities?.some(({ activityType }) => activityType?.name === 'sendNotice');
  });
}

test('a critical notice goes before the flood that waits for the same workers', async () => {
  const failed = Array.from({ length: flood }, () => failedChangeSet(world, wrongInput));
  for (const { event } of failed) await world.receive(event);
  await Promise.all(failed.map(({ changeSetId }) => noticeWaits(changeSetWorkflowId(changeSetId))));

  await createAccountAlarms(world.client, world.context).refused({
    account,
    catalog: 'AWSMarketplace',
    operation: 'ListChangeSets',
    failureType: 'AccessDenied',
    message: 'not authorized',
    at: new Date().toISOString(),
  });
  await noticeWaits(accountHealthWorkflowId(account));

  await world.startWorker(['notices']);
  await until(() => sent.length > flood);
  // The server keeps a queue in parts, and knows the order of each; in the order of time it would come as one of the last.
  expect(sent.indexOf(accountHealthWorkflowId(account))).toBeLessThan(flood / 2);
}, 120_000);
