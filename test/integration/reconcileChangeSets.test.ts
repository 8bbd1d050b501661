import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { WorkflowFailedError } from '@temporalio/client';
import { accountHealthWorkflowId } from '../../src/workflows/accountHealth/contract.ts';
import { changeSetStatusQuery, changeSetWorkflowId } from '../../src/workflows/changeSetRemediation/contract.ts';
import { morningFacts } from '../../src/delivery/morningFacts.ts';
import { scheduledAccounts, setPaused } from '../../src/delivery/reconciliation.ts';
import { updateSchedule } from '../../src/delivery/scheduleUpdate.ts';
import {
  reconcileChangeSetsType,
  reconcileScheduleId,
  reconcileStatusQuery,
  type AccountResult,
  type ReconcileInput,
  type ReconcileStatus,
} from '../../src/workflows/reconcileChangeSets/contract.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import type { RunningWorker } from '../../src/workers/worker.ts';
import { runSteward, answeredSteward } from '@marketplace-steward/testing/steward';
import { reconcileWorld, type ReconcileWorld } from '@marketplace-steward/testing/reconcileWorld';
import { putEnded, vendorTime } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { until } from '@marketplace-steward/testing/until';

const account = '111122223333';
const denied = '444455556666';
const forgotten = '777788889999';
/** Added in the last test. */
const added = '888899990000';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const counter = 'steward_missed_events';
/** Nothing is on its way any more when a run is started: the simulator says of each event what became of it. */
const settled = { settlingMs: 0, overlapMs: 5_000 };

let world: ReconcileWorld;
let worker: RunningWorker;
beforeAll(async () => {
  world = await reconcileWorld([account, denied, forgotten, added]);
  // By hand alone: the interval is longer than any test.
  worker = await world.startWorker(world.configurationOf([account, denied, forgotten], { ...settled, everyMs: dayMs }));
  await until(() => world.logged.find(({ msg }) => msg === 'the schedule follows the accounts'));
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

/** What a round says of an account's change sets: entities are checked where a lineage waits by now. */
function checkOf(result: AccountResult | undefined): Omit<AccountResult, 'entitiesUntil'> | undefined {
  if (result === undefined) return undefined;
  const { entitiesUntil: _entitiesUntil, ...check } = result;
  return check;
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

  const run = await world.trigger();
  const status = await run.result();
  expect(status).toMatchObject({
    state: 'missedFound',
    listed: failed.length,
    known: failed.length - lostFailures.length,
    missed: lostFailures.length,
    undelivered: 0,
    notes: [],
  });
  expect([...status.missedIds].toSorted()).toEqual(lostFailures.toSorted());
  expect(checkOf(status.accounts[account])).toEqual({ checkedUntil: status.until, missed: lostFailures.length });
  expect(checkOf(status.accounts[denied])).toEqual({ checkedUntil: status.until });

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

  const again = await (await world.trigger()).result();
  expect(again).toMatchObject({ state: 'allKnown', missed: 0 });
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
    world.trigger(),
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

test('an account whose listing is denied holds up nobody, has one alarm that names the permission, and loses no time', async () => {
  deny();
  const endMs = Date.now();
  const missed = putEnded(world.simulator, { account: denied, endMs });
  const found = putEnded(world.simulator, { account, endMs });
  await secondIsOver();
  const first = await (await world.trigger()).result();
  expect(first).toMatchObject({ state: 'missedFound', missedIds: [found] });
  expect(checkOf(first.accounts[account])).toEqual({ checkedUntil: first.until, missed: 1 });
  expect(first.accounts[denied]).toMatchObject({ failure: { type: 'AccessDenied', rounds: 1 } });
  const alarm = world.temporal.client.workflow.getHandle(accountHealthWorkflowId(denied));
  const notice = await until(() => world.logged.find(({ workflowId }) => workflowId === alarm.workflowId));
  expect(JSON.stringify(notice)).toContain('aws-marketplace:ListChangeSets');
  const second = await (await world.trigger()).result();
  expect(second).toMatchObject({ state: 'incomplete', missed: 0 });
  expect(second.accounts[denied]?.failure).toMatchObject({
    rounds: 2,
    since: first.accounts[denied]?.failure?.since ?? '',
  });

  // Forgets the fault, and with it everything else.
  world.simulator.control.reset();
  putEnded(world.simulator, { account: denied, endMs, changeSetId: missed });
  const third = await (await world.trigger()).result();
  expect(third).toMatchObject({ state: 'missedFound', missedIds: [missed] });
  expect(checkOf(third.accounts[denied])).toEqual({ checkedUntil: third.until, missed: 1 });
}, 120_000);

test('an account that is slow holds up nobody: the round ends without it', async () => {
  world.simulator.control.addFault({
    fault: 'slow',
    operation: 'ListChangeSets',
    account: denied,
    times: 1_000,
    delayMs: 30_000,
  });
  const status = await (await world.trigger()).result();
  expect(checkOf(status.accounts[account])).toEqual({ checkedUntil: status.until });
  expect(status.accounts[denied]).toHaveProperty('failure');
  world.simulator.control.reset();
}, 120_000);

test('an account that is paused is not asked about; resumed, all of its time is checked', async () => {
  const { client } = world.temporal;
  // The account that was slow has been checked by now.
  const before = await until(async () => {
    const status = await (await world.trigger()).result();
    return status.accounts[denied]?.failure === undefined ? status : undefined;
  });
  const pause = { actor: 'Ada', reason: 'its role is rebuilt', at: new Date().toISOString() };
  expect(await setPaused(client, [denied], pause)).toEqual([]);
  const missed = putEnded(world.simulator, { account: denied });
  await secondIsOver();
  const calls = () =>
    world.simulator.control
      .log({ operation: 'ListChangeSets' })
      .filter((one) => one.kind === 'call' && one.account === denied).length;
  const asked = calls();
  const during = await (await world.trigger()).result();
  expect(during).toMatchObject({ state: 'allKnown', missed: 0 });
  expect(during.accounts[denied]).toMatchObject({ checkedUntil: before.until, paused: true });
  expect(calls()).toBe(asked);
  await setPaused(client, [denied], undefined);
  expect(await (await world.trigger()).result()).toMatchObject({ missedIds: [missed] });
}, 120_000);

test('a cancelled round counts as not made: the next checks of its time again', async () => {
  const first = await (await world.trigger()).result();
  world.simulator.control.addFault({
    fault: 'slow',
    operation: 'ListChangeSets',
    account: denied,
    times: 1_000,
    delayMs: 30_000,
  });
  const waiting = await world.trigger();
  await until(async () => ((await waiting.describe()).raw.pendingActivities?.length === 1 ? true : undefined));
  await waiting.cancel();
  await expect(waiting.result()).rejects.toBeInstanceOf(WorkflowFailedError);
  expect(await waiting.query(reconcileStatusQuery)).toMatchObject({ state: 'abandoned' });
  world.simulator.control.reset();
  const missed = putEnded(world.simulator, { account: denied, endMs: Date.parse(first.until) });
  await secondIsOver();
  await until(async () => ((await world.schedule.describe()).info.runningActions.length === 0 ? true : undefined));
  expect(await (await world.trigger()).result()).toMatchObject({ missedIds: [missed] });
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

test('the commands show, pause, resume and run the checks of accounts', async () => {
  await (await world.trigger()).result();
  const { address, namespace } = world.temporal;
  const environment = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, NO_COLOR: '1' };
  const options = { folder: tmpdir(), environment };
  const steward = (...words: string[]) => runSteward([...words, '--json'], options);
  const all = JSON.parse((await steward('reconcile', 'show')).stdout) as { accounts: object[] };
  expect(all.accounts).toMatchObject([account, denied, forgotten].map((id) => ({ account: id, result: {} })));
  const who = ['--actor', 'Ada', '--reason', 'its role is rebuilt'];
  expect((await steward('reconcile', 'pause', account, ...who)).exitCode).toBe(0);
  expect(JSON.parse((await steward('reconcile', 'show', account)).stdout)).toMatchObject({
    account,
    paused: { actor: 'Ada', reason: 'its role is rebuilt' },
    result: { checkedUntil: expect.any(String) as string },
  });
  expect((await steward('reconcile', 'resume', account, ...who)).exitCode).toBe(0);
  expect(JSON.parse((await steward('reconcile', 'show', account)).stdout)).not.toHaveProperty('paused');
  expect((await steward('reconcile', 'pause', '999988887777', ...who)).exitCode).toBe(4);

  const lost = putEnded(world.simulator, { account });
  await secondIsOver();
  const { workflowId } = JSON.parse((await steward('reconcile', 'run', account)).stdout) as { workflowId: string };
  const run = world.temporal.client.workflow.getHandle(workflowId);
  expect(await run.result()).toMatchObject({ account, missedIds: [lost] });
  const shown = await answeredSteward(['show', workflowId, '--json'], options);
  expect(shown.exitCode).toBe(0);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    type: reconcileChangeSetsType,
    state: 'missedFound',
    details: { account, missed: 1 },
  });
  const listed = await until(async () => {
    const { stdout } = await steward('list', '--closed', '--type', reconcileChangeSetsType, '--account', account);
    const { rows } = JSON.parse(stdout) as { rows: Array<{ workflowId: string }> };
    return rows.find((row) => row.workflowId === workflowId);
  });
  expect(listed).toMatchObject({ state: 'missedFound', account, attention: false });
  // The morning digest of a route counts the checks that found something of its own accounts.
  const since = new Date(Date.now() - hourMs).toISOString();
  const lostOf = async (accounts: readonly string[]) =>
    (await morningFacts(world.temporal.client, { since, accounts }, Date.now() + hourMs)).lost.roundsWithLost;
  expect(await lostOf([account, added])).toBeGreaterThan(0);
  expect(await lostOf([added])).toBe(0);
  expect((await steward('reconcile', 'run')).exitCode).toBe(0);
  expect((await steward('reconcile', 'run', '--from', '2026-11-01')).exitCode).toBe(2);
}, 120_000);

test('a change set that runs longer than usual gets a workflow, which reports it once and ends with it', async () => {
  const changeSetId = `late${randomUUID().replaceAll('-', '').slice(0, 21)}`;
  await world.roundsAreOver();
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
  expect(await (await world.trigger()).result()).toMatchObject({ state: 'allKnown', late: 1, missed: 0 });
  const handle = lineage(changeSetId);
  const reports = () => world.logged.filter(({ noticeId }) => String(noticeId).includes(`${changeSetId}:waiting:`));
  await until(() => reports()[0]);
  expect(await handle.query(changeSetStatusQuery)).toMatchObject({
    state: 'awaitingOutcome',
    nextStep: expect.stringMatching(/Since 20.* UTC\. That is longer than usual; operators were notified\./) as string,
  });
  expect(await (await world.trigger()).result()).toMatchObject({ late: 0 });

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

test('after days without a worker one round catches up; pauses and beginnings survive restarts', async () => {
  await worker.close();
  const since = new Date(Date.now() - 8 * dayMs).toISOString();
  await until(async () => ((await world.schedule.describe()).info.runningActions.length === 0 ? true : undefined));
  const pause = { actor: 'Ada', reason: 'an operator checks it', at: new Date().toISOString() };
  await setPaused(world.temporal.client, [denied], pause);
  await updateSchedule(world.temporal.client, reconcileScheduleId, (found) => {
    const accounts = scheduledAccounts(found);
    if (accounts.some((one) => one.account === added)) return undefined;
    const { spec, policies, state, action } = found;
    const [input] = action.args ?? [];
    const args = [{ ...(input as object), accounts: [...accounts, { account: added, since }] }];
    return { spec, policies, state, action: { ...action, args } };
  });
  // More than one batch, over all of the time in which nobody was there.
  const ids = Array.from({ length: 130 }, (_, index) =>
    putEnded(world.simulator, { account: added, endMs: Date.now() - (index + 1) * (dayMs / 20) }),
  );
  const all = [account, denied, forgotten, added];
  worker = await world.startWorker(world.configurationOf(all, { ...settled, everyMs: 2_000 }));
  await until(async () => ((await runsOf(ids)) === ids.length ? true : undefined));
  await until(async () => ((await world.scraped(counter, added)) === ids.length ? true : undefined));

  const kept = await world.schedule.describe();
  expect(kept.spec.intervals).toMatchObject([{ every: 2_000 }]);
  const accounts = scheduledAccounts(kept);
  expect(accounts.find((one) => one.account === added)?.since).toBe(since);
  expect(accounts.find((one) => one.account === denied)?.paused).toEqual(pause);

  await worker.close();
  worker = await world.startWorker(world.configurationOf([account, forgotten], { ...settled, everyMs: dayMs }));
  await until(async () => {
    const left = scheduledAccounts(await world.schedule.describe());
    return left.length === 2 ? true : undefined;
  });
  expect((await world.schedule.describe()).spec.intervals).toMatchObject([{ every: dayMs }]);
}, 180_000);
