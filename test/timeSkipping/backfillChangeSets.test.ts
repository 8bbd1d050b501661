import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type Client, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { failure } from '../../src/failures.ts';
import type { CatalogListing } from '../../src/vendors/marketplaceCatalog/port.ts';
import {
  backfillChangeSetsStatusQuery,
  backfillChangeSetsType,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../src/workflows/backfillChangeSets/contract.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { operator } from '@marketplace-steward/testing/operator';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

const dayMs = 86_400_000;
const pageSize = 20;
let environment: TestWorkflowEnvironment;
/** Lets no time pass, as the environment's own does while it waits for a result. */
let client: Client;
let world: SkippingWorld;
/** What AWS lists, the oldest first. */
let listed: CatalogListing[];
/** Thrown by the listing while it is set. */
let denied: Error | undefined;
/** Who opened which workflow, and when by the server's time. */
const opened = new Map<string, { readonly backfillId: string; readonly atMs: number }>();
/** Not taken while they are here. */
const refused = new Set<string>();

beforeAll(async () => {
  world = await stewardWorld('skipping', {
    parts: ({ catalog }) => ({
      lineages: { remainingFor: () => Promise.resolve(100) },
      catalog: {
        ...catalog,
        async listChangeSetsPage(_scope, { startedFrom, nextToken }) {
          if (denied !== undefined) throw denied;
          const rows = listed.filter(({ startTime = '' }) => startTime >= startedFrom);
          const start = Number(nextToken ?? 0);
          const end = start + pageSize;
          return { rows: rows.slice(start, end), ...(end < rows.length && { nextToken: String(end) }) };
        },
      },
      changeSets: {
        async ownershipOf(_scope, { changeSetId }) {
          const opening = opened.get(changeSetId);
          if (opening === undefined) return { owned: false };
          return { owned: true, workflowId: changeSetId, foundBy: opening.backfillId };
        },
        async deliver(_scope, { changeSetId }, foundBy) {
          if (refused.has(changeSetId)) throw failure('Unreachable', `Temporal did not take ${changeSetId}`);
          opened.set(changeSetId, {
            backfillId: foundBy?.backfillId ?? '',
            atMs: await environment.currentTimeMs(),
          });
          return changeSetId;
        },
        async openingOf(changeSetId) {
          const { backfillId } = opened.get(changeSetId) ?? {};
          return backfillId === undefined ? undefined : { backfillId, changeSetId };
        },
      },
    }),
  });
  ({ client, environment } = world);
}, 120_000);
afterAll(() => world.close());
beforeEach(() => {
  world.reset();
  listed = [];
  denied = undefined;
  opened.clear();
  refused.clear();
});

/** So many change sets, a second apart, of five days ago by the server's clock. */
async function list(count: number): Promise<string> {
  const firstMs = (await environment.currentTimeMs()) - 5 * dayMs;
  listed = Array.from({ length: count }, (_, index) => ({
    changeSetId: `cs-${index}`,
    status: 'FAILED',
    startTime: new Date(firstMs + index * 1_000).toISOString(),
    entityIds: [],
  }));
  return new Date(firstMs).toISOString();
}

type BackfillHandle = WorkflowHandleWithFirstExecutionRunId<
  (input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>
>;

function start(input: object): Promise<BackfillHandle> {
  return client.workflow.start<(input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>>(
    backfillChangeSetsType,
    {
      workflowId: `backfill-change-sets:${account}:${randomUUID()}`,
      taskQueue: stewardTaskQueue,
      args: [input as BackfillChangeSetsInput],
    },
  );
}

/** The result, with time passing as fast as there is nothing to do. */
function ended({ workflowId }: BackfillHandle): Promise<BackfillChangeSetsStatus> {
  return environment.client.workflow.getHandle(workflowId).result() as Promise<BackfillChangeSetsStatus>;
}

const untilOpened = (count: number): Promise<boolean> => until(() => opened.size >= count);

async function untilState(backfill: BackfillHandle, state: string): Promise<void> {
  await until(async () => (await backfill.query(backfillChangeSetsStatusQuery)).state === state);
}

test('2,000 at a rate, over several runs: each once, under one identity, with digests whose numbers add up', async () => {
  const from = await list(2_000);
  const backfill = await start({ account, from, dryRun: false, ratePerSecond: 1 });
  expect(await ended(backfill)).toMatchObject({
    state: 'completed',
    found: 2_000,
    known: 0,
    started: 2_000,
    failed: 0,
    left: 0,
  });
  const { workflowId, firstExecutionRunId } = backfill;
  expect(opened.size).toBe(2_000);
  expect(new Set([...opened.values()].map(({ backfillId }) => backfillId))).toEqual(
    new Set([`${workflowId}:${firstExecutionRunId}`]),
  );
  // Five hundred at one a second, less one burst of five; with room for what an attempt takes on a busy machine.
  const times = [...opened.values()].map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const stretches = times.slice(500).map((atMs, index) => atMs - (times[index] ?? 0));
  expect(Math.min(...stretches)).toBeGreaterThanOrEqual(450_000);

  const { runId } = await client.workflow.getHandle(workflowId).describe();
  expect(runId).not.toBe(firstExecutionRunId);
  const first = await client.workflow.getHandle(workflowId, firstExecutionRunId).describe();
  expect(first.status.name).toBe('CONTINUED_AS_NEW');
  expect(first.historyLength).toBeLessThan(6_000);
  // One digest names a thousand at most.
  const identity = `${workflowId}:${firstExecutionRunId}`;
  expect(world.notices.map(({ id }) => id)).toEqual([`${identity}:part-1`, `${identity}:end`]);
  expect(world.notices.flatMap(({ decisions = [] }) => decisions)).toHaveLength(2_000);
  expect(new Set(world.notices.flatMap(({ decisions = [] }) => decisions))).toEqual(new Set(opened.keys()));
  expect(world.notices.at(-1)?.lines).toEqual([
    '2,000 found = 0 known already + 2,000 started + 0 failed + 0 left.',
    expect.stringContaining('Started: 2,000 workflows'),
    'This digest names 1,000 of them; 1 digest before it named 1,000.',
    ...Array.from({ length: 13 }, () => expect.stringContaining('cs-') as string),
    expect.stringMatching(/^… and \d+ more, which the status of /),
  ]);
}, 240_000);

test('pause holds, resume goes on, stop ends: with who and why, and numbers that add up', async () => {
  const from = await list(60);
  const backfill = await start({ account, from, dryRun: false, ratePerSecond: 2 });
  await untilOpened(10);
  const paused = await backfill.executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [operator] });
  expect(paused).toMatchObject({ state: 'paused', changed: true });
  expect(await backfill.executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [operator] })).toMatchObject({
    changed: false,
  });
  await environment.sleep('1 day');
  expect(opened.size).toBe(10);
  await backfill.executeUpdate<CommandAnswer, [CommandInput]>('resume', { args: [operator] });
  await untilOpened(20);
  await backfill.executeUpdate<CommandAnswer, [CommandInput]>('stop', { args: [operator] });
  expect(await ended(backfill)).toMatchObject({
    state: 'stopped',
    found: 60,
    started: 20,
    left: 40,
    audit: ['pause', 'resume', 'stop'].map((command) => expect.objectContaining({ command, ...operator }) as object),
  });
  expect(world.notices).toMatchObject([{ title: 'Backfill of 60 change sets stopped' }]);
}, 120_000);

test('an undelivered row gets another attempt after a minute and after ten, then counts as failed with its reason', async () => {
  const from = await list(30);
  refused.add('cs-7');
  const backfill = await start({ account, from, dryRun: false });
  expect(await ended(backfill)).toMatchObject({
    state: 'completed',
    found: 30,
    started: 29,
    failed: 1,
    failures: [{ changeSetId: 'cs-7', reason: 'Temporal did not take cs-7' }],
  });
  expect(world.notices).toMatchObject([{ severity: 'warning' }]);
}, 120_000);

test('a denied account waits, a quarter of an hour at most between two attempts, and goes on once it may', async () => {
  const from = await list(25);
  denied = failure('AccessDenied', 'ListChangeSets: the account may not call it');
  const backfill = await start({ account, from, dryRun: true });
  await untilState(backfill, 'finding');
  await environment.sleep('1 day');
  const { raw } = await client.workflow.getHandle(backfill.workflowId).describe();
  const [pending] = raw.pendingActivities ?? [];
  // A day of quarters of an hour, and the quicker ones before.
  expect(pending?.attempt ?? 0).toBeGreaterThanOrEqual(90);
  expect(pending?.attempt ?? 0).toBeLessThan(130);
  denied = undefined;
  expect(await ended(backfill)).toMatchObject({ state: 'completed', found: 25, left: 25 });
}, 120_000);

test('one that AWS keeps refusing can be stopped', async () => {
  const from = await list(25);
  denied = failure('AccessDenied', 'ListChangeSets: the account may not call it');
  const waiting = await start({ account, from, dryRun: false });
  await untilState(waiting, 'finding');
  await waiting.executeUpdate<CommandAnswer, [CommandInput]>('stop', { args: [operator] });
  expect(await ended(waiting)).toMatchObject({ state: 'stopped', found: 0, started: 0 });
}, 120_000);

test('one that AWS refuses for good ends with its words', async () => {
  const from = await list(25);
  denied = failure('NotFound', 'ListChangeSets: there is no such catalog');
  const lost = await start({ account, from, dryRun: false });
  expect(await ended(lost)).toMatchObject({ state: 'stopped', nextStep: expect.stringContaining('what AWS names') });
  expect(world.notices.at(-1)?.lines).toContain('AWS refused the listing: ListChangeSets: there is no such catalog');
}, 120_000);

test('a cancellation means stop: what is under way is counted', async () => {
  const from = await list(60);
  const backfill = await start({ account, from, dryRun: false, ratePerSecond: 2 });
  await untilOpened(10);
  await backfill.cancel();
  const status = await ended(backfill);
  expect(status).toMatchObject({ state: 'stopped', audit: [{ actor: 'unknown (cancellation request)' }] });
  expect(status.started).toBe(opened.size);
  expect(status.started + status.left).toBe(60);
}, 60_000);

test.each([
  ['a misspelt switch', { dryrun: false }, '"dryrun" is no field here'],
  ['a reversed range', { to: '2020-01-01' }, '"from" must be before "to"'],
  ['an unknown account', { account: '999999999999' }, '"account" must be one of the configuration'],
  ['a catalog that is not configured', { catalog: 'Other' }, '"catalog" must be one that account 123456789012'],
])(
  '%s fails the run with the field named, and nothing is started',
  async (_name, more, sentence) => {
    const from = await list(5);
    const backfill = await start({ account, from, dryRun: false, ...more });
    const error: unknown = await ended(backfill).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    const { cause } = error as WorkflowFailedError;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'InvalidInput', message: expect.stringContaining(sentence) });
    expect(opened.size).toBe(0);
    expect(world.notices).toEqual([]);
  },
  60_000,
);
