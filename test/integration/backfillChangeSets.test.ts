import { randomUUID } from 'node:crypto';
import { TypedSearchAttributes } from '@temporalio/common';
import { backfillMemo } from '../../src/delivery/deliver.ts';
import { createAdmissionLimit } from '../../src/delivery/admissionLimit.ts';
import {
  backfillChangeSetsStatusQuery,
  backfillChangeSetsType,
  backfillChangeSetsWorkflowId,
  type BackfillChangeSetsInput,
  type BackfillChangeSetsStatus,
} from '../../src/workflows/backfillChangeSets/contract.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import {
  changeSetRemediationType,
  changeSetStatusQuery,
  changeSetWorkflowId,
  firstCheckState,
} from '../../src/workflows/changeSetRemediation/contract.ts';
import { accountAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { operator } from '@marketplace-steward/testing/operator';
import { stewardWorld, type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { account } from '@marketplace-steward/testing/changeSets';
import { finishedEvent, putListed, timeAgo } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
/** Calls a second that the account is said to be allowed. */
let callsPerSecond = 100;
/** How often it was asked for. */
let admissionChecks = 0;
beforeAll(async () => {
  world = await stewardWorld('real', {
    parts: ({ client }) => ({
      lineages: createAdmissionLimit(client, (_account, operation) => {
        if (operation === 'ListChangeSets') admissionChecks += 1;
        return callsPerSecond;
      }),
    }),
  });
}, 120_000);
afterAll(() => world.close());
beforeEach(() => {
  world.notices.length = 0;
  admissionChecks = 0;
  world.simulator.control.reset();
});

const handleOf = (changeSetId: string) => world.temporal.client.workflow.getHandle(changeSetWorkflowId(changeSetId));

function start(input: object) {
  return world.client.workflow.start<(input: BackfillChangeSetsInput) => Promise<BackfillChangeSetsStatus>>(
    backfillChangeSetsType,
    {
      workflowId: backfillChangeSetsWorkflowId(account, randomUUID()),
      taskQueue: stewardTaskQueue,
      args: [input as BackfillChangeSetsInput],
    },
  );
}

const pagesRead = (): number => world.simulator.control.log({ operation: 'ListChangeSets', kind: 'call' }).length;

/** By Temporal's own list, how many lineages there are, and how many of them each backfill started. */
async function lineages(prefix: string): Promise<{ total: number; by: ReadonlyMap<string, number> }> {
  const query = `WorkflowType = "${changeSetRemediationType}" AND WorkflowId STARTS_WITH "${changeSetWorkflowId(prefix)}"`;
  const openers = new Map<string, string>();
  // One that closes between two pages of the list is in both: each run counts once.
  for await (const { workflowId, runId, memo } of world.temporal.client.workflow.list({ query })) {
    const memoOf: unknown = memo?.[backfillMemo];
    openers.set(`${workflowId} ${runId}`, typeof memoOf === 'string' ? memoOf : 'something else');
  }
  const by = new Map<string, number>();
  for (const opener of openers.values()) by.set(opener, (by.get(opener) ?? 0) + 1);
  const { count: total } = await world.temporal.client.workflow.count(query);
  return { total, by };
}

/** Workflows that exist before; no worker serves their queue, so they are there and do nothing. */
async function openBefore(changeSetIds: readonly string[]): Promise<void> {
  const waiting = [...changeSetIds];
  const opener = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const workflowId = changeSetWorkflowId(id);
      await world.temporal.client.workflow.start(changeSetRemediationType, { workflowId, taskQueue: 'nobody' });
    }
  };
  await Promise.all(Array.from({ length: 10 }, opener));
}

/** Lineages of the account that wait for their first check, for good: no worker serves their queue. */
async function openWaiting(changeSetIds: readonly string[]) {
  const typedSearchAttributes = new TypedSearchAttributes([
    { key: stateAttribute, value: firstCheckState },
    { key: accountAttribute, value: account },
  ]);
  const { client } = world.temporal;
  const open = (changeSetId: string) =>
    client.workflow.start(changeSetRemediationType, {
      workflowId: changeSetWorkflowId(changeSetId),
      taskQueue: 'nobody',
      typedSearchAttributes,
    });
  const opened = await Promise.all(changeSetIds.map(open));
  const query = `${stateAttribute.name}="${firstCheckState}" AND ExecutionStatus="Running"`;
  await until(async () => ((await client.workflow.count(query)).count >= opened.length ? true : undefined));
  return opened;
}

test('2,000 change sets: each started once by Temporal’s own count, live events overtake, one digest that adds up', async () => {
  const failed = putListed(world.simulator, { prefix: 'a', count: 100, status: 'FAILED', daysAgo: 30 });
  const succeeded = putListed(world.simulator, { prefix: 'b', count: 1_900, status: 'SUCCEEDED', daysAgo: 20 });
  await openBefore(succeeded.slice(0, 1_500));
  const input = { account, from: timeAgo(40), statuses: ['FAILED', 'SUCCEEDED'] };
  const dry = await (await start(input)).result();
  expect(dry).toMatchObject({
    state: 'completed',
    found: 2_000,
    known: 1_500,
    started: 0,
    left: 500,
    sample: failed.slice(0, 5),
    realRun: { ...input, dryRun: false },
  });
  expect((await lineages('')).by.size).toBe(1);

  const real = await start(dry.realRun ?? {});
  // The dry run has read a hundred pages, the first way of the real one another hundred.
  await until(() => (pagesRead() >= 210 ? true : undefined));
  expect(await real.executeUpdate<CommandAnswer, [CommandInput]>('pause', { args: [operator] })).toMatchObject({
    state: 'paused',
  });
  const backfillId = `${real.workflowId}:${real.firstExecutionRunId}`;

  // Live events of what the backfill has not reached yet, and of one that it has opened already.
  const overtaking = succeeded.slice(-40);
  for (const id of overtaking) await world.receive(finishedEvent('Succeeded', id, `Update ${id}`));
  const [reached = ''] = failed;
  const asking = await handleOf(reached).query(changeSetStatusQuery);
  await world.receive(finishedEvent('Failed', reached, `Update ${reached}`, { FailureCode: 'SERVER_FAULT' }));
  expect(await handleOf(reached).query(changeSetStatusQuery)).toEqual(asking);

  await real.executeUpdate<CommandAnswer, [CommandInput]>('resume', { args: [operator] });
  const status = await real.result();
  expect(status).toMatchObject({ state: 'completed', found: 2_000, known: 1_540, started: 460, failed: 0, left: 0 });
  const { total, by } = await until(async () => {
    const now = await lineages('');
    const listed = [...now.by.values()].reduce((sum, one) => sum + one, 0);
    return Math.min(now.total, listed) >= 2_000 ? now : undefined;
  });
  expect(total).toBe(2_000);
  expect(by).toEqual(
    new Map([
      [backfillId, 460],
      ['something else', 1_540],
    ]),
  );

  // A hundred questions, and the one notice of the digest.
  await until(() => (world.notices.length > 0 ? true : undefined));
  expect(world.notices).toMatchObject([{ id: `${backfillId}:end` }]);
  const { lines = [], decisions = [] } = world.notices[0] ?? {};
  expect(lines.slice(0, 2)).toEqual([
    '2,000 found = 1,540 known already + 460 started + 0 failed + 0 left.',
    expect.stringContaining('Started: 460 workflows'),
  ]);
  const begun = [...failed, ...succeeded.slice(1_500, -40)].map(changeSetWorkflowId);
  expect(decisions.toSorted()).toEqual(begun.toSorted());
  expect(status.lastDecisions).toEqual(decisions);
  expect(world.simulator.control.log({ operation: 'StartChangeSet' })).toEqual([]);
  const { events } = await historyOf(real);
  expect(events).toBeLessThan(400);
  expect(asking).toMatchObject({ state: 'awaitingDecision', nextStep: expect.stringContaining('24 hours ago') });
}, 280_000);

test('room is what an account’s own lineages leave of its tightest quota; those that are stuck for minutes count no more', async () => {
  const other = '444455556666';
  const quotaOf = (_whose: string, operation: string): number => (operation === 'ListChangeSets' ? 1 : 100);
  const room = createAdmissionLimit(world.temporal.client, quotaOf);
  await until(async () => (await room.remainingFor(account)) === 10);
  const waiting = await openWaiting(['stuck-1', 'stuck-2', 'stuck-3']);
  expect([await room.remainingFor(account), await room.remainingFor(other)]).toEqual([7, 10]);
  const later = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 301_000);
  const laterRoom = await room.remainingFor(account);
  later.mockRestore();
  expect(laterRoom).toBe(10);
  await Promise.all(waiting.map((one) => one.terminate()));
  await until(async () => ((await room.remainingFor(account)) === 10 ? true : undefined));
}, 60_000);

test('while enough lineages wait for their first check nothing is delivered; a limit is kept; successors count with theirs', async () => {
  const [origin = '', ...others] = putListed(world.simulator, {
    prefix: 'c',
    count: 30,
    status: 'FAILED',
    daysAgo: 10,
  });
  world.simulator.control.putChangeSet({
    changeSetId: 'd-successor',
    name: `Update ${origin}+retry.${origin}.1`,
    status: 'FAILED',
    failureCode: 'SERVER_FAULT',
    startTime: timeAgo(5),
    endTime: timeAgo(5, 1),
    changes: [{ changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: `prod-${origin}` }],
  });
  const waiting = await openWaiting(['waits-1', 'waits-2', 'waits-3']);
  callsPerSecond = 0.3;
  const held = await start({ account, from: timeAgo(12), dryRun: false, limit: 12 });
  await until(() => (admissionChecks > 2 ? true : undefined));
  expect(await held.query(backfillChangeSetsStatusQuery)).toMatchObject({
    state: 'delivering',
    started: 0,
    found: 31,
  });
  expect((await lineages('c')).total).toBe(0);
  await Promise.all(waiting.map((one) => one.terminate()));
  callsPerSecond = 100;
  expect(await held.result()).toMatchObject({ state: 'completed', found: 31, started: 12, known: 0, left: 19 });

  const rest = await start({ account, from: timeAgo(12), dryRun: false });
  expect(await rest.result()).toMatchObject({ state: 'completed', found: 31, known: 13, started: 18, left: 0 });
  const { by } = await until(async () => {
    const now = await lineages('c');
    return now.total === 30 ? now : undefined;
  });
  expect([...by.values()]).toEqual(expect.arrayContaining([12, 18]));
  await expect(handleOf('d-successor').describe()).rejects.toThrow('not found');
  expect(others).toHaveLength(29);
}, 120_000);
