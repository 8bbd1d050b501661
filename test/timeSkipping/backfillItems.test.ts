import { randomUUID } from 'node:crypto';
import { type Client, WorkflowFailedError, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { failure } from '../../src/failures.ts';
import {
  backfillItemsType,
  backfillStatusQuery,
  type BackfillItemsInput,
  type BackfillStatus,
} from '../../src/workflows/backfillItems/contract.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { operator } from '@marketplace-steward/testing/operator';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let environment: TestWorkflowEnvironment;
/** Lets no time pass, as the environment's own does while it waits for a result. */
let client: Client;
let world: SkippingWorld;
/** What was delivered, with the time of the server. */
const handed: Array<{ itemId: string; eventId: string; atMs: number }> = [];
/** Refused while they are here. */
const refused = new Set<string>();

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    parts: () => ({
      items: {
        async recheck({ itemId }, eventId) {
          if (refused.has(itemId)) throw failure('Unreachable', `Temporal did not take ${itemId}`);
          handed.push({ itemId, eventId, atMs: await environment.currentTimeMs() });
          return { wasOpen: false };
        },
      },
    }),
  });
  ({ client, environment } = world);
}, 120_000);
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  handed.length = 0;
  refused.clear();
});

type Backfill = WorkflowHandleWithFirstExecutionRunId<(input: BackfillItemsInput) => Promise<BackfillStatus>>;

function start(input: unknown): Promise<Backfill> {
  return client.workflow.start<(input: BackfillItemsInput) => Promise<BackfillStatus>>(backfillItemsType, {
    workflowId: `backfill-items:${randomUUID()}`,
    taskQueue: stewardTaskQueue,
    args: [input as BackfillItemsInput],
  });
}

/** The result, with time passing as fast as there is nothing to do. */
function ended({ workflowId }: Backfill): Promise<BackfillStatus> {
  return environment.client.workflow.getHandle(workflowId).result() as Promise<BackfillStatus>;
}

const items = (count: number): string[] => Array.from({ length: count }, (_, index) => `item-${index}`);

async function untilHanded(count: number): Promise<void> {
  await until(() => handed.length >= count);
}

test('2,000 items: at the rate, over several runs, each once and under one identity, with one digest', async () => {
  const backfill = await start({ businessProductId: 'm', items: items(2_000), ratePerSecond: 1 });
  const status = await ended(backfill);
  expect(status).toMatchObject({
    state: 'completed',
    given: 2_000,
    delivered: 2_000,
    failed: 0,
    duplicates: 0,
    left: 0,
  });
  expect(handed.map(({ itemId }) => itemId)).toEqual(expect.arrayContaining(items(2_000)));
  expect(handed).toHaveLength(2_000);
  const { firstExecutionRunId } = backfill;
  expect(new Set(handed.map(({ eventId }) => eventId))).toEqual(new Set([`backfill:${firstExecutionRunId}`]));

  // Five hundred at one a second, less one burst of five; with room for what an attempt takes on a busy machine.
  const times = handed.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const stretches = times.slice(500).map((atMs, index) => atMs - (times[index] ?? 0));
  expect(Math.min(...stretches)).toBeGreaterThanOrEqual(450_000);

  const { runId } = await client.workflow.getHandle(backfill.workflowId).describe();
  expect(runId).not.toBe(firstExecutionRunId);
  const first = await client.workflow.getHandle(backfill.workflowId, firstExecutionRunId).describe();
  expect(first.status.name).toBe('CONTINUED_AS_NEW');
  expect(first.historyLength).toBeLessThan(6_000);
  expect(world.notices).toMatchObject([
    {
      id: `${backfill.workflowId}:${firstExecutionRunId}:end`,
      lines: ['2,000 given = 2,000 delivered (0 of them open before) + 0 failed + 0 given twice + 0 left.'],
    },
  ]);
}, 240_000);

test('pause holds, resume goes on, stop ends: with who and why, and numbers that add up', async () => {
  const backfill = await start({ businessProductId: 'm', items: [...items(30), 'item-0'] });
  await untilHanded(10);
  const paused = await backfill.executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [operator] });
  expect(paused).toMatchObject({ state: 'paused', changed: true });
  const again = await backfill.executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [operator] });
  expect(again).toMatchObject({ state: 'paused', changed: false });
  await environment.sleep('1 day');
  expect(handed).toHaveLength(10);
  await backfill.executeUpdate<CommandAnswer, [CommandInput]>('resume', { args: [operator] });
  await untilHanded(20);
  await backfill.executeUpdate<CommandAnswer, [CommandInput]>('stop', { args: [operator] });
  const status = await ended(backfill);
  expect(status).toMatchObject({
    state: 'stopped',
    given: 31,
    delivered: 20,
    duplicates: 1,
    left: 10,
    audit: ['pause', 'resume', 'stop'].map((command) => expect.objectContaining({ command, ...operator }) as object),
  });
  expect(world.notices).toMatchObject([
    { lines: [expect.stringContaining('+ 10 not delivered.'), expect.any(String)] },
  ]);
}, 120_000);

test('an undelivered item gets another attempt after a minute and after ten, then counts as failed and is listed', async () => {
  refused.add('item-1');
  const backfill = await start({ businessProductId: 'm', items: items(3) });
  await expect(ended(backfill)).resolves.toMatchObject({
    state: 'completed',
    delivered: 2,
    failed: 1,
    failures: [{ businessProductId: 'm', itemId: 'item-1', reason: 'Temporal did not take item-1' }],
  });
  expect(world.notices).toMatchObject([{ severity: 'warning' }]);

  handed.length = 0;
  const other = await start({ businessProductId: 'm', items: items(2) });
  await untilHanded(1);
  await environment.sleep(30_000);
  refused.delete('item-1');
  await expect(ended(other)).resolves.toMatchObject({ state: 'completed', delivered: 2, failed: 0 });
  const [first, second] = handed;
  expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(50_000);
}, 120_000);

test('a cancellation means stop: what is under way is counted', async () => {
  const backfill = await start({ businessProductId: 'm', items: items(30) });
  await untilHanded(10);
  await backfill.cancel();
  await expect(ended(backfill)).resolves.toMatchObject({
    state: 'stopped',
    delivered: 10,
    left: 20,
    audit: [{ command: 'stop', actor: 'unknown (cancellation request)' }],
  });
}, 60_000);

test('a malformed input fails the run with a sentence that names the field', async () => {
  const backfill = await start({ businessProductId: 'm', items: ['a', 'b/c'] });
  const error: unknown = await ended(backfill).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const { cause } = error as WorkflowFailedError;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  expect(cause).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining('"items[1]" must be an id') });
}, 60_000);

test('commands without actor or reason, and unknown data, are refused with a sentence', async () => {
  const backfill = await start({ businessProductId: 'm', items: items(30) });
  await untilHanded(10);
  const refusal = await backfill
    .executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [{ actor: 'ann', reason: '' }] })
    .then(
      () => undefined,
      (error: unknown) => (error as { cause?: Error }).cause?.message,
    );
  expect(refusal).toContain('"reason" must be a text');
  expect(await backfill.query(backfillStatusQuery)).toMatchObject({
    state: 'delivering',
    commands: ['pause', 'stop'],
  });
  await backfill.executeUpdate<CommandAnswer, [CommandInput]>('stop', { args: [operator] });
  await ended(backfill);
}, 60_000);
