import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { accountHealthStatusQuery, accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { accountAttribute, attentionAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { changeSetWorld, finishedEvent } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';
import { defined } from '../../src/defined.ts';

const lineages = 20;
/** In a vendor's text, as a signed address would be. */
const vendorSecret = 'X-Amz-Security-Token=notForTheHistory';
/** The secret key that the world signs with. */
const signingSecret = 'simulated';

/** In place of an hour, and of what is longer than the longest wait between two attempts. */
const failing = { failingAfterMs: 10_000, failingQuietMs: 20_000 };

let world: StewardWorld;
let ids: string[];
/** The same before and after a reset: nothing else may seem to have happened. */
let times: { StartTime: string; EndTime: string };
beforeAll(async () => {
  world = await changeSetWorld({
    accountHealth: { recheckFirstMs: 300, recheckLongestMs: 1_000, quietMs: 1_500, ...failing },
  });
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.notices.length = 0;
  ids = Array.from({ length: lineages }, () => randomUUID().replaceAll('-', '').slice(0, 25));
  times = { StartTime: time(120_000), EndTime: time(60_000) };
  putFailed();
});

const alarm = (): WorkflowHandle => world.temporal.client.workflow.getHandle(accountHealthWorkflowId(account));
const handles = (): WorkflowHandle[] =>
  ids.map((id) => world.temporal.client.workflow.getHandle(changeSetWorkflowId(id)));
const nameOf = (id: string): string => `Update ${id}`;
const time = (agoMs: number): string => `${new Date(Date.now() - agoMs).toISOString().slice(0, 19)}Z`;

/** The failed change sets, as AWS has them. */
function putFailed(): void {
  for (const id of ids) {
    world.simulator.control.putChangeSet({
      changeSetId: id,
      name: nameOf(id),
      status: 'FAILED',
      failureCode: 'SERVER_FAULT',
      startTime: times.StartTime,
      endTime: times.EndTime,
      changes: [
        { changeType: 'UpdateInformation', entityType: 'SaaSProduct@1.0', identifier: `prod-${id}`, details: '{}' },
      ],
    });
  }
}

function refuse(operation: '*' | 'StartChangeSet', type: string): void {
  const message = `not now, see https://example.com/?${vendorSecret}`;
  world.simulator.control.addFault({ fault: 'error', operation, type, status: 403, message, times: 1_000_000 });
}

/** Nothing was submitted yet, so that forgetting everything but the failed change sets takes the faults away alone. */
function mend(): void {
  world.simulator.control.reset();
  putFailed();
}

/** Every change set's failure arrives at once. */
async function storm(): Promise<void> {
  const detail = { FailureCode: 'SERVER_FAULT', ...times };
  await Promise.all(ids.map((id) => world.receive(finishedEvent('Failed', id, nameOf(id), detail))));
}

const refusals = (operation?: string): number =>
  world.simulator.control.log({ kind: 'refusal', ...defined({ operation }) }).length;
const submitted = (): number => world.simulator.control.log({ kind: 'call', operation: 'StartChangeSet' }).length;
const reported = (): string[] =>
  world.notices.map(({ kind, severity, workflowId }) => `${workflowId} ${kind} ${severity}`);
const opening = `account:${account} opening critical`;
const resolution = `account:${account} resolution information`;

/** Every change set was submitted again once, the alarm has ended, and nothing of what was secret is in a history. */
async function expectResumed(): Promise<void> {
  for (const handle of handles()) expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });
  expect(submitted()).toBe(lineages);
  expect(await alarm().result()).toMatchObject({ state: 'recovered' });
  expect(reported()).toEqual([opening, resolution]);
  for (const handle of [alarm(), ...handles()]) {
    const { events } = await handle.fetchHistory();
    // As JSON, a payload's bytes are base64.
    const text = JSON.stringify(events, (key, value: unknown) =>
      key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
    );
    expect([account, vendorSecret, signingSecret].filter((each) => text.includes(each))).toEqual([account]);
  }
}

test.each([
  ['ExpiredTokenException', `Renew the credentials of account ${account}`],
  ['AccessDeniedException', `Grant aws-marketplace:DescribeChangeSet to the role that is used for account ${account}`],
])(
  'while AWS answers %s to every call there is one alarm, and all goes on when it stops',
  async (type, action) => {
    refuse('*', type);
    await storm();
    await until(() => (refusals('DescribeChangeSet') >= 2 * lineages && reported().length > 0 ? true : undefined));

    expect(reported()).toEqual([opening]);
    expect(world.notices[0]).toMatchObject({ account, nextStep: `${action}. No restart is needed.` });
    const { typedSearchAttributes } = await alarm().describe();
    const shown = [stateAttribute, attentionAttribute, accountAttribute].map((key) => typedSearchAttributes.get(key));
    expect(shown).toEqual(['refused', true, account]);
    expect(await alarm().query(accountHealthStatusQuery)).toMatchObject({ missing: [{ action, refusals: 1 }] });
    expect((await historyOf(alarm())).count('WORKFLOW_EXECUTION_SIGNALED')).toBe(1);
    for (const handle of handles()) {
      expect(await handle.query(changeSetStatusQuery)).toMatchObject({ state: 'diagnosing', attempt: 0, notes: [] });
    }

    mend();
    await expectResumed();
  },
  120_000,
);

test('where only StartChangeSet is denied, that is what is missing, and nothing is sent to try it', async () => {
  refuse('StartChangeSet', 'AccessDeniedException');
  await storm();
  await until(() => (refusals('StartChangeSet') >= lineages ? true : undefined));
  await until(() => (reported().length > 0 ? true : undefined));
  expect(world.notices[0]?.nextStep).toContain('Grant aws-marketplace:StartChangeSet to the role');
  mend();
  await expectResumed();
  expect(world.notices[1]?.lines[0]).toContain('is not proven');
}, 120_000);

test('calls of twenty lineages that fail for long are one alarm and one notice, and all goes on when they succeed', async () => {
  world.simulator.control.addFault({
    fault: 'error',
    operation: 'DescribeChangeSet',
    type: 'InternalServiceException',
    status: 500,
    message: `not now, see https://example.com/?${vendorSecret}`,
    times: 1_000_000,
  });
  await storm();
  await until(() => reported().length > 0);
  const id = accountHealthWorkflowId(account, 'ServiceFault');
  const handle = world.temporal.client.workflow.getHandle(id);
  const { typedSearchAttributes } = await handle.describe();
  const shown = [stateAttribute, attentionAttribute, accountAttribute].map((key) => typedSearchAttributes.get(key));
  expect(shown).toEqual(['failing', true, account]);
  expect(reported()).toEqual([`${id} opening warning`]);
  expect((await historyOf(handle)).count('WORKFLOW_EXECUTION_SIGNALED')).toBe(1);

  mend();
  for (const each of handles()) expect(await each.result()).toMatchObject({ state: 'remediated', attempt: 1 });
  expect(await handle.result()).toMatchObject({ state: 'recovered' });
  expect(reported()).toEqual([`${id} opening warning`, `${id} resolution information`]);
  expect(JSON.stringify(world.notices)).not.toContain(vendorSecret);
}, 150_000);
