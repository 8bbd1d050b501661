import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { WorkflowFailedError } from '@temporalio/client';
import { accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import {
  reconcileChangeSetsType,
  reconcileStatusQuery,
  type ReconcileInput,
  type ReconcileStatus,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import type { RunningWorker } from '../../src/workers/worker.ts';
import { runSteward, showAnswered } from '@marketplace-steward/testing/steward';
import { joinErrorRealms } from '@marketplace-steward/testing/realm';
import { reconcileWorld, type ReconcileWorld } from '@marketplace-steward/testing/reconcileWorld';
import { putEnded, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

joinErrorRealms();

const account = '111122223333';
const denied = '444455556666';
/** Not checked before the last test. */
const forgotten = '777788889999';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const counter = 'steward_missed_events';
/** Nothing is on its way any more when a run is started: the simulator says of each event what became of it. */
const settled = { settlingMs: 0, overlapMs: 5_000 };

let world: ReconcileWorld;
let worker: RunningWorker;
beforeAll(async () => {
  world = await reconcileWorld([account, denied, forgotten]);
  // By hand alone: the interval is longer than any test.
  worker = await world.startWorker(world.configurationOf([account, denied, forgotten], { ...settled, everyMs: dayMs }));
  await until(() => world.logged.find(({ msg }) => msg === 'the schedules follow the accounts'));
}, 120_000);
afterAll(async () => {
  await worker.close();
  await world.close();
});

const lineage = (id: string) => world.temporal.client.workflow.getHandle(changeSetWorkflowId(id));

/** How many runs there are of a change set's workflow, as Temporal counts them. */
async function runsOf(ids: readonly string[]): Promise<number> {
  const query = `WorkflowId IN (${ids.map((id) => `"${changeSetWorkflowId(id)}"`).join(',')})`;
  return (await world.temporal.client.workflow.count(query)).count;
}

/** The last whole second is over: an end that the vendor writes with it lies before now. */
async function secondIsOver(): Promise<void> {
  const second = Math.floor(Date.now() / 1_000);
  await until(() => (Math.floor(Date.now() / 1_000) > second ? true : undefined));
}

const noticesOfMissed = () => world.logged.filter(({ noticeId }) => String(noticeId).endsWith(':missed'));

test('of events that are lost at random none is missed after one window, and the metric counts the lost ones', async () => {
  world.simulator.control.setEvents({ policy: { kind: 'lost', share: 0.2 } });
  const put = (status: 'FAILED' | 'SUCCEEDED') => putEnded(world.simulator, { account, status, emitEvent: true });
  const failed = Array.from({ length: 120 }, () => put('FAILED'));
  const succeeded = Array.from({ length: 30 }, () => put('SUCCEEDED'));
  const events = await until(() => {
    const entries = world.simulator.control
      .log({ kind: 'event' })
      .flatMap((one) => (one.kind === 'event' ? [one] : []));
    return entries.length === failed.length + succeeded.length ? entries : undefined;
  });
  world.simulator.control.setEvents({ policy: { kind: 'deliver' } });
  const lost = events.filter(({ result }) => result === 'lost').map(({ changeSetId }) => changeSetId ?? '');
  const lostFailures = lost.filter((id) => failed.includes(id));
  expect(lostFailures.length).toBeGreaterThan(10);
  await secondIsOver();

  const run = await world.trigger(account);
  const status = await run.result();
  expect(status).toMatchObject({
    state: 'missedFound',
    account,
    listed: failed.length,
    known: failed.length - lostFailures.length,
    missed: lostFailures.length,
    undelivered: 0,
    notes: [],
  });
  expect([...status.missedIds].toSorted()).toEqual(lostFailures.toSorted());

  for (const id of failed) expect((await lineage(id).describe()).type).toBe('changeSetRemediation');
  for (const id of lostFailures) {
    const handle = lineage(id);
    expect((await historyOf(handle)).count('WORKFLOW_EXECUTION_SIGNALED')).toBe(1);
    expect((await handle.describe()).memo).not.toHaveProperty('backfill');
  }
  await until(async () => ((await runsOf(failed)) === failed.length ? true : undefined));
  // What succeeded needs nobody: only failures are checked for.
  expect(await runsOf(succeeded)).toBe(succeeded.filter((id) => !lost.includes(id)).length);

  expect(await until(() => world.scraped(counter, account))).toBe(lostFailures.length);
  expect(noticesOfMissed()).toHaveLength(1);
  expect(noticesOfMissed()[0]).toMatchObject({ level: 40, account, workflowId: run.workflowId });
  expect(world.logged.filter((line) => line['counter'] === 'missedEvents')).toMatchObject([
    { level: 50, account, missed: lostFailures.length },
  ]);

  const again = await (await world.trigger(account)).result();
  expect(again).toMatchObject({ state: 'allKnown', missed: 0 });
  // Never before the account's beginning, which is not long ago here.
  const reachedBackMs = Date.parse(status.checkedUntil) - settled.overlapMs;
  expect(Date.parse(again.checkedFrom)).toBe(Math.max(reachedBackMs, Date.parse(status.checkedFrom)));
  expect(await world.scraped(counter, account)).toBe(lostFailures.length);
  expect(noticesOfMissed()).toHaveLength(1);

  // An event that comes after all is a repeat.
  const [late = ''] = lostFailures;
  await until(async () =>
    (await lineage(late).query(changeSetStatusQuery)).state !== 'diagnosing' ? true : undefined,
  );
  const before = await lineage(late).query(changeSetStatusQuery);
  expect(await world.simulator.control.emit({ changeSetId: late })).toMatchObject({ result: 'answered', status: 202 });
  expect(await lineage(late).query(changeSetStatusQuery)).toMatchObject({ ...before });
  expect(await runsOf(failed)).toBe(failed.length);
}, 180_000);

test('a change set whose event comes in the moment in which it is found missed has one workflow', async () => {
  await secondIsOver();
  const ids = Array.from({ length: 10 }, () => putEnded(world.simulator, { account }));
  await secondIsOver();
  const [run] = await Promise.all([
    world.trigger(account),
    ...ids.map((changeSetId) => world.simulator.control.emit({ changeSetId })),
  ]);
  expect(await run.result()).toMatchObject({ undelivered: 0, notes: [] });
  await until(async () => ((await runsOf(ids)) === ids.length ? true : undefined));
  for (const id of ids) {
    const messages = (await historyOf(lineage(id))).count('WORKFLOW_EXECUTION_SIGNALED');
    expect([1, 2]).toContain(messages);
    const { members } = await lineage(id).query(changeSetStatusQuery);
    expect(members).toHaveLength(1);
  }
}, 120_000);

function deny(): void {
  const aim = { operation: 'ListChangeSets', account: denied, times: 1_000_000 } as const;
  const refusal = { type: 'AccessDeniedException', status: 403, message: 'not allowed' };
  world.simulator.control.addFault({ fault: 'error', ...aim, ...refusal });
}

test('an account whose listing is denied waits alone, with one alarm that names the permission', async () => {
  deny();
  const endMs = Date.now();
  const missed = putEnded(world.simulator, { account: denied, endMs });
  await secondIsOver();
  const waiting = await world.trigger(denied);
  const alarm = world.temporal.client.workflow.getHandle(accountHealthWorkflowId(denied));
  const notice = await until(() => world.logged.find(({ workflowId }) => workflowId === alarm.workflowId));
  expect(JSON.stringify(notice)).toContain('aws-marketplace:ListChangeSets');

  const other = await (await world.trigger(account)).result();
  expect(other).toMatchObject({ state: 'allKnown', account });
  expect(await waiting.query(reconcileStatusQuery)).toMatchObject({ state: 'checking', listed: 0 });
  const { raw } = await waiting.describe();
  expect(raw.pendingActivities).toMatchObject([{ activityType: { name: 'findMissed' } }]);

  // Forgets the fault, and with it everything else.
  world.simulator.control.reset();
  putEnded(world.simulator, { account: denied, endMs, changeSetId: missed });
  expect(await waiting.result()).toMatchObject({ state: 'missedFound', missedIds: [missed] });
}, 120_000);

test('a cancelled run counts as not made: the next check of its time again', async () => {
  const first = await (await world.trigger(denied)).result();
  deny();
  const waiting = await world.trigger(denied);
  await until(async () => ((await waiting.describe()).raw.pendingActivities?.length === 1 ? true : undefined));
  await waiting.cancel();
  await expect(waiting.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  expect(await waiting.query(reconcileStatusQuery)).toMatchObject({ state: 'abandoned' });
  world.simulator.control.reset();
  await until(async () =>
    (await world.schedule(denied).describe()).info.runningActions.length === 0 ? true : undefined,
  );
  const next = await (await world.trigger(denied)).result();
  expect(Date.parse(next.checkedFrom)).toBe(Date.parse(first.checkedUntil) - settled.overlapMs);
}, 120_000);

/** Starts a run as somebody would in the Web UI. */
async function byHand(input: unknown): Promise<ReconcileStatus> {
  const handle = await world.temporal.client.workflow.start<(input: ReconcileInput) => Promise<ReconcileStatus>>(
    reconcileChangeSetsType,
    {
      workflowId: `by-hand-${performance.now()}`,
      taskQueue: stewardTaskQueue,
      args: [input as ReconcileInput],
    },
  );
  return handle.result();
}

test.each([
  ['an unknown account', { account: '999988887777' }, '"account" must be one of the configuration'],
  ['an unknown catalog', { account, catalogs: ['Elsewhere'] }, '"catalogs" must be of accounts.111122223333.catalogs'],
  ['a reversed range', { account, from: '2026-11-05', to: '2026-11-01' }, '"to" must be later than "from"'],
  ['a misspelt field', { account, form: '2026-11-05' }, '"form" is no field here'],
])(
  'started by hand with %s, it is refused with the field named',
  async (_, input, sentence) => {
    const error: unknown = await byHand(input).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect((error as WorkflowFailedError).cause).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(sentence),
    });
  },
  60_000,
);

test('the command lists and shows a run', async () => {
  const run = await world.trigger(account);
  await run.result();
  const { address, namespace } = world.temporal;
  const environment = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, NO_COLOR: '1' };
  const options = { folder: tmpdir(), environment };
  const steward = (...words: string[]) => runSteward([...words, '--json'], options);
  const shown = await showAnswered(['show', run.workflowId, '--json'], options);
  expect(shown.exitCode).toBe(0);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    type: reconcileChangeSetsType,
    state: 'allKnown',
    details: { account, missed: 0 },
  });
  const listed = await until(async () => {
    const { stdout } = await steward('list', '--closed', '--type', reconcileChangeSetsType, '--account', account);
    const rows = JSON.parse(stdout) as Array<{ workflowId: string }>;
    return rows.find(({ workflowId }) => workflowId === run.workflowId);
  });
  expect(listed).toMatchObject({ state: 'allKnown', account, attention: false });
}, 120_000);

test('a change set that runs longer than usual gets a workflow, which reports it once and ends with it', async () => {
  const changeSetId = `late${randomUUID().replaceAll('-', '').slice(0, 21)}`;
  world.simulator.control.putChangeSet({
    changeSetId,
    account,
    name: 'Update my offer',
    status: 'APPLYING',
    startTime: vendorTime(Date.now() - 2 * hourMs),
    changes: [
      { changeType: 'UpdateSupportTerms', entityType: 'Offer@1.0', identifier: `offer-${changeSetId}`, details: '{}' },
    ],
  });
  expect(await (await world.trigger(account)).result()).toMatchObject({ state: 'allKnown', late: 1, missed: 0 });
  const handle = lineage(changeSetId);
  const reports = () => world.logged.filter(({ noticeId }) => String(noticeId).includes(`${changeSetId}:waiting:`));
  await until(() => reports()[0]);
  expect(await handle.query(changeSetStatusQuery)).toMatchObject({
    state: 'awaitingOutcome',
    nextStep: expect.stringMatching(/Since 20.* UTC\. That is longer than usual; operators were notified\./) as string,
  });
  expect(await (await world.trigger(account)).result()).toMatchObject({ late: 0 });

  world.simulator.control.plan({ match: { changeSetId }, outcomes: [{ status: 'SUCCEEDED', durationMs: 0 }] });
  expect(await handle.result()).toMatchObject({ state: 'succeeded' });
  expect(world.logged.filter(({ noticeId }) => String(noticeId).includes(changeSetId))).toHaveLength(1);
}, 120_000);

test('by hand it checks the days that it is given', async () => {
  const endMs = Date.now() - 5 * dayMs;
  const id = putEnded(world.simulator, { account, endMs });
  const input = { account, from: vendorTime(endMs - 1_000), to: vendorTime(endMs + 1_000) };
  expect(await byHand(input)).toMatchObject({ state: 'missedFound', missedIds: [id] });
  expect(await byHand(input)).toMatchObject({ state: 'allKnown', listed: 1, known: 1 });
}, 60_000);

test('after days without a worker the schedule catches up; a pause and the beginning survive restarts', async () => {
  await worker.close();
  const since = vendorTime(Date.now() - 8 * dayMs);
  await world.schedule(forgotten).update(({ action, ...rest }) => ({
    ...rest,
    action: { ...action, args: [{ ...(action.args?.[0] as ReconcileInput), since }] },
  }));
  await world.schedule(denied).pause('an operator checks it');
  // More than one batch, over all of the time in which nobody was there.
  const ids = Array.from({ length: 130 }, (_, index) =>
    putEnded(world.simulator, { account: forgotten, endMs: Date.now() - (index + 1) * (dayMs / 20) }),
  );
  worker = await world.startWorker(world.configurationOf([account, denied, forgotten], { ...settled, everyMs: 2_000 }));
  await until(async () => ((await runsOf(ids)) === ids.length ? true : undefined));
  await until(async () => ((await world.scraped(counter, forgotten)) === ids.length ? true : undefined));

  const [kept, paused] = [await world.schedule(forgotten).describe(), await world.schedule(denied).describe()];
  expect(kept.spec.intervals).toMatchObject([{ every: 2_000 }]);
  expect(kept.action.args).toMatchObject([{ since: new Date(since).toISOString() }]);
  expect(paused.state).toMatchObject({ paused: true, note: 'an operator checks it' });

  await worker.close();
  worker = await world.startWorker(world.configurationOf([account, forgotten], { ...settled, everyMs: dayMs }));
  const gone = world.schedule(denied);
  await until(() =>
    gone.describe().then(
      () => undefined,
      (error: Error) => (error.name === 'ScheduleNotFoundError' ? true : undefined),
    ),
  );
  expect((await world.schedule(account).describe()).spec.intervals).toMatchObject([{ every: dayMs }]);
}, 180_000);
