import pMap from 'p-map';
import { receive } from '../../src/delivery/receive.ts';
import { changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const garbageBodies = 200;

let world: StewardWorld;
const sent: string[] = [];

beforeAll(async () => {
  const channel = {
    name: 'pager',
    isForOperators: true,
    send: ({ workflowId }: { readonly workflowId: string }) => {
      sent.push(workflowId);
      return Promise.resolve();
    },
  } as const;
  const routes = [{ channels: ['pager'], showBuyers: false }];
  world = await stewardWorld('real', { parts: () => ({ notices: { channels: [channel], routes } }) });
  await world.stopWorkers();
}, 120_000);
afterAll(() => world.close(), 60_000);

/** When the first task of a workflow began, in milliseconds since the epoch; undefined while it waits. */
async function begunAt(workflowId: string): Promise<number | undefined> {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  const started = (events ?? []).find((event) => event.workflowTaskStartedEventAttributes != null);
  return started === undefined
    ? undefined
    : Number(started.eventTime?.seconds) * 1_000 + Number(started.eventTime?.nanos) / 1e6;
}

test('a failed change set goes before the garbage and the unknown accounts that came before it', async () => {
  const take = (bytes: Buffer) => receive(world.client, world.context, 'eventbridge', bytes);
  const numbers = Array.from({ length: garbageBodies }, (_, at) => at);
  const kept = await pMap(
    numbers,
    (at) =>
      at % 10 === 0
        ? take(
            Buffer.from(JSON.stringify({ ...finishedEvent('Failed', `far-${at}`, 'Name'), account: '999999999999' })),
          )
        : take(Buffer.from(`garbage ${at}`)),
    { concurrency: 4 },
  );
  const garbage = kept.flatMap((receipt) => (receipt.outcome === 'quarantined' ? [receipt.workflowId] : []));
  expect(garbage.length).toBeGreaterThan(garbageBodies / 2);
  expect(kept.map(({ outcome }) => outcome)).toContain('held');
  expect(await world.receive(finishedEvent('Failed', 'real', 'Name'))).toMatchObject({ outcome: 'delivered' });

  await world.startWorker();
  const startedAt = await until(() => begunAt(changeSetWorkflowId('real')));
  await until(async () => (await world.client.workflow.count('StewardState="quarantined"')).count === garbage.length);
  const before = await pMap(garbage, async (id) => ((await begunAt(id)) ?? Infinity) < startedAt, { concurrency: 4 });
  // Tasks that the server had matched before, and those of the worker's other pollers: on a busy machine one in five. Without
  // its priority it would come last.
  expect(before.filter(Boolean).length).toBeLessThan(garbage.length / 2);

  // Of hundreds of questions, operators get the first five one by one; the digest waits.
  await until(async () => (await world.client.workflow.count('WorkflowType="noticeDigest"')).count >= 1);
  expect(sent.filter((id) => id.startsWith('quarantine:')).length).toBeLessThanOrEqual(5);
}, 120_000);
