import { listNewestFirst } from '../../src/delivery/newestFirst.ts';
import { replacedRuns } from '../../src/delivery/replacedRuns.ts';
import { shiftFacts } from '../../src/delivery/shiftFacts.ts';
import { shiftQuestions, urgencyViews } from '../../src/delivery/shift.ts';
import { dayMs, hourMs } from '../../src/workflows/shared/durations.ts';
import {
  searchAttributePairs,
  searchAttributeTypes,
  type StewardAttributes,
} from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { testTemporal, type TestTemporal } from '@marketplace-steward/testing/temporal/testServer';
import { until } from '@marketplace-steward/testing/until';

let temporal: TestTemporal;
const nowMs = Date.now();
const inMs = (ms: number): string => new Date(nowMs + ms).toISOString();

/** One of each kind that a shift meets; none of them needs a worker to be listed. */
const staged: Readonly<Record<string, readonly [type: string, attributes: Partial<StewardAttributes>, ended?: true]>> =
  {
    asked: ['changeSetRemediation', { state: 'awaitingDecision', attention: true }],
    observed: ['changeSetRemediation', { state: 'observed' }],
    retrying: ['changeSetRemediation', { state: 'retrying', attempt: 1 }],
    overdue: ['securityCase', { state: 'open', attention: true, dueAt: inMs(-hourMs) }],
    dueToday: ['securityCase', { state: 'open', dueAt: inMs(hourMs) }],
    dueLater: ['offerWatch', { state: 'watching', dueAt: inMs(30 * dayMs) }],
    unreadable: ['quarantinedEvent', { state: 'quarantined', attention: true }],
    held: ['quarantinedEvent', { state: 'held' }],
    lost: ['reconcileChangeSets', { state: 'missedFound' }, true],
    deadLetters: ['deadLetterQueue', { state: 'filled', attention: true }],
    permits: ['submitPermits', {}],
    abandoned: ['changeSetRemediation', { state: 'abandoned' }, true],
  };

/** What answers each question, in their order. */
const answers: ReadonlyArray<readonly string[]> = [
  ['asked', 'deadLetters', 'overdue', 'unreadable'],
  ['retrying'],
  ['dueToday', 'overdue'],
  ['deadLetters', 'lost'],
  ['abandoned', 'lost'],
  ['abandoned', 'retrying'],
  ['observed'],
  ['asked', 'observed', 'retrying'],
  ['asked'],
  ['unreadable'],
];

beforeAll(async () => {
  temporal = await testTemporal(searchAttributeTypes);
  const { workflow } = temporal.client;
  await Promise.all(
    Object.entries(staged).map(async ([workflowId, [type, given, ended]]) => {
      const attributes = { state: '', account: '111122223333', attention: false, subject: workflowId, ...given };
      const handle = await workflow.start(type, {
        workflowId,
        taskQueue: stewardTaskQueue,
        typedSearchAttributes: searchAttributePairs(attributes),
      });
      if (ended === true) await handle.terminate();
    }),
  );
  const isListed = async (query: string, count: number) => (await found(query)).length === count;
  await until(
    async () => (await isListed('StewardState IS NOT NULL', 12)) && (await isListed('ExecutionStatus!="Running"', 2)),
  );
}, 60_000);
afterAll(() => temporal.close('nothing'));

async function found(query: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of temporal.client.workflow.list({ query })) ids.push(workflowId);
  return ids.toSorted();
}

test.each(shiftQuestions(nowMs).map(({ title, query }, index) => ({ title, query, answer: answers[index] ?? [] })))(
  '$title lists what answers it, and nothing else',
  async ({ query, answer }) => {
    expect(await found(query)).toEqual(answer);
  },
);

test('of a workflow whose run was replaced, the newest run counts', async () => {
  const before = await shiftFacts(temporal.client, 5, Date.now());
  const start = () =>
    temporal.client.workflow.start('testEvent', { workflowId: 'replaced', taskQueue: stewardTaskQueue });
  const first = await start();
  await first.terminate('as a reset does');
  await start();
  const query = 'WorkflowId="replaced" AND ExecutionStatus="Terminated"';
  await until(async () => (await found(query)).length === 1);
  const { done } = await shiftFacts(temporal.client, 5, Date.now());
  expect(done).toMatchObject({ total: before.done.total, failed: before.done.failed });
  const runs = await listNewestFirst(temporal.client, query, 5);
  const replaced = await replacedRuns(temporal.client, runs.rows);
  expect([...replaced.keys()]).toEqual([first.firstExecutionRunId]);
  await temporal.client.workflow.getHandle('replaced').terminate();
  await until(async () => (await found(query)).length === 2);
  const after = await shiftFacts(temporal.client, 5, Date.now());
  expect(after.done).toMatchObject({ total: before.done.total + 1, failed: before.done.failed + 1 });
});

test('each urgency has a list, and every workflow that runs is in one of them', async () => {
  const views = urgencyViews(nowMs).map(async ({ title, query }) => [title, await found(query)] as const);
  const lists = Object.fromEntries(await Promise.all(views));
  expect(lists).toEqual({
    Overdue: ['overdue'],
    'Due within 24 hours': ['dueToday'],
    'Needs a decision': ['asked', 'deadLetters', 'unreadable'],
    Waiting: ['dueLater', 'retrying'],
    'For information': ['held', 'observed'],
  });
});
