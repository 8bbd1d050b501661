import { WorkflowUpdateFailedError } from '@temporalio/client';
import { changeSetStatusQuery } from '../../src/workflows/changeSetRemediation/contract.ts';
import {
  attentionAttribute,
  changeSetsAttribute,
  stateAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import { lineagesOf } from '@marketplace-steward/testing/lineages';
import { account } from '@marketplace-steward/testing/changeSets';
import { changeSetWorld, failedChangeSet, finishedEvent, putEnded } from '@marketplace-steward/testing/changeSetWorld';
import { historyOf } from '@marketplace-steward/testing/history';
import { type StewardWorld } from '@marketplace-steward/testing/stewardWorld';
import { until } from '@marketplace-steward/testing/until';

let world: StewardWorld;
beforeAll(async () => {
  world = await changeSetWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => {
  world.simulator.control.reset();
  world.simulator.control.setEvents({ target: null });
  world.mode = 'auto';
  world.attempts.length = 0;
  world.notices.length = 0;
});

const { handleOf, untilState, untilSent, submits, inFlight, letSucceed } = lineagesOf(() => world);
const operator = { actor: 'ann', reason: 'checked it' };

describe('a lineage on the real server', () => {
  test('a success never seen before: one action, six events', async () => {
    const receipt = await world.receive(finishedEvent('Succeeded', 'succeeded-once', 'Create my product'));
    expect(receipt.outcome).toBe('delivered');
    const handle = handleOf('succeeded-once');
    expect(await handle.result()).toMatchObject({ state: 'succeeded' });
    expect(await historyOf(handle)).toMatchObject({ events: 6 });
    expect(world.attempts).toEqual([]);
    expect((await handle.describe()).typedSearchAttributes.get(stateAttribute)).toBe('succeeded');
    const again = await world.receive(finishedEvent('Succeeded', 'succeeded-once', 'Create my product'));
    expect(again.outcome).toBe('duplicate');
  });

  test('SERVER_FAULT, one retry, success by event: within 8 actions and one per poll, 34 events', async () => {
    const { changeSetId, handle, status } = await inFlight();
    await until(() => (world.attempts.includes('awaitOutcome') ? true : undefined));
    const successor = status.members[1]?.changeSetId ?? '';
    await world.receive(finishedEvent('Succeeded', successor, `Update+retry.${changeSetId}.1`));
    expect(await handle.result()).toMatchObject({ state: 'remediated', attempt: 1 });

    const history = await historyOf(handle);
    const polls = world.attempts.filter((name) => name === 'awaitOutcome').length;
    const others = world.attempts.length - polls;
    // Two signals (the first with the start), timers, upserts, and every activity attempt.
    const actions = 2 + history.count('TIMER_STARTED') + history.count('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES') + others;
    expect(actions).toBeLessThanOrEqual(8);
    expect(history.events).toBeLessThanOrEqual(34);
    expect(submits()).toEqual([successor]);
    expect(world.notices).toEqual([]);
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(changeSetsAttribute)).toEqual([changeSetId, successor]);
  });

  test('a name that AWS would not take is cleaned for the successor, which a new run finds again by it', async () => {
    const name = '  Mise à jour: «1.2» / 製品 😀 ';
    const changeSetId = putEnded(world.simulator, { name, endMs: Date.now() - 60_000 });
    const outcomes = [{ status: 'SUCCEEDED', durationMs: 600_000 } as const];
    world.simulator.control.plan({ match: { nameContains: changeSetId }, outcomes });
    await world.receive(finishedEvent('Failed', changeSetId, name, { FailureCode: 'SERVER_FAULT' }));
    const handle = handleOf(changeSetId);
    const { members } = await untilSent(handle);
    const successor = members[1]?.changeSetId ?? '';
    const sent = await world.catalog.describeChangeSet({ account, catalog: 'AWSMarketplace' }, successor);
    expect(sent.name).toBe(`Mise a jour: 1.2+retry.${changeSetId}.1`);
    await handle.terminate('a new run has to find it');
    await world.receive(finishedEvent('Failed', changeSetId, name, { FailureCode: 'SERVER_FAULT' }));
    expect((await untilSent(handleOf(changeSetId))).members[1]?.changeSetId).toBe(successor);
    letSucceed(successor);
    expect(await handleOf(changeSetId).result()).toMatchObject({ state: 'remediated', attempt: 1 });
    expect(submits()).toEqual([successor]);
  });

  test('an outcome whose event never comes is found by the poll, which adds nothing to the history', async () => {
    const { handle } = await inFlight();
    const polled = (times: number) => () =>
      world.attempts.filter((name) => name === 'awaitOutcome').length >= times ? true : undefined;
    await until(polled(1));
    const { events: before } = await historyOf(handle);
    await until(polled(4));
    expect((await historyOf(handle)).events).toBe(before);
    const [successor = ''] = submits();
    letSucceed(successor);
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
  });

  test('a create that is retried has no entity tags: question, status and end say so', async () => {
    const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', changeType: 'CreateProduct' });
    await world.receive(event);
    const handle = handleOf(changeSetId);
    expect((await untilState(handle, 'awaitingDecision')).notes).toEqual([]);
    await until(() => (world.notices.length === 1 ? true : undefined));
    expect(world.notices[0]).toMatchObject({ lines: expect.arrayContaining([expect.stringContaining('entity tags')]) });

    await handle.executeUpdate('retry', { args: [operator] });
    const { notes } = await untilSent(handle);
    expect(notes).toEqual([expect.stringContaining('Submitted without entity tags')]);
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
    await until(() => (world.notices.length === 2 ? true : undefined));
    expect(world.notices[1]).toMatchObject({ kind: 'resolution', lines: expect.arrayContaining([...notes]) });
  });

  test('CLIENT_ERROR waits for an operator, who retries it; a duplicate costs four events', async () => {
    const errors = [{ code: 'INVALID_INPUT', message: 'The title is too long.' }];
    const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
    await world.receive(event);
    const handle = handleOf(changeSetId);
    const waiting = await untilState(handle, 'awaitingDecision');
    expect(waiting.nextStep).toContain('INVALID_INPUT');
    expect(submits()).toEqual([]);
    expect((await handle.describe()).typedSearchAttributes.get(attentionAttribute)).toBe(true);
    await until(() => (world.notices.length === 1 ? true : undefined));
    expect(world.notices[0]).toMatchObject({
      id: expect.stringMatching(`^change-set:${changeSetId}:question:0:row11:`) as string,
      kind: 'opening',
    });

    const before = await until(async () => {
      const { events, count } = await historyOf(handle);
      return count('ACTIVITY_TASK_COMPLETED') === 2 && count('WORKFLOW_TASK_COMPLETED') === 3 ? events : undefined;
    });
    await world.receive(event);
    const after = await until(async () => {
      const { events, count } = await historyOf(handle);
      return count('WORKFLOW_TASK_COMPLETED') === 4 ? events : undefined;
    });
    expect(after - before).toBe(4);

    const answer = await handle.executeUpdate('retry', { args: [operator] });
    expect(answer).toMatchObject({ changed: true, state: 'retrying' });
    expect(await handle.result()).toMatchObject({
      state: 'remediated',
      attempt: 1,
      audit: [{ command: 'retry', ...operator }],
    });
    expect(submits()).toHaveLength(1);
    expect(world.notices.map(({ id }) => id)).toEqual([
      expect.stringMatching(`^change-set:${changeSetId}:question:0:row11:`),
      expect.stringMatching(`^change-set:${changeSetId}:end:1:remediated:`),
    ]);
  });

  test('commands that make no sense are refused with a sentence, and leave nothing in the history', async () => {
    const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR' });
    await world.receive(event);
    const handle = handleOf(changeSetId);
    await untilState(handle, 'awaitingDecision');
    const refused = async (args: unknown): Promise<string> => {
      const error: unknown = await handle.executeUpdate('retry', { args: [args] }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
      return error instanceof WorkflowUpdateFailedError ? (error.cause?.message ?? '') : '';
    };
    expect(await refused({ actor: 'ann' })).toContain('"reason" must be a text');
    expect(await refused(undefined)).toContain('the data is nothing');
    await handle.executeUpdate('abandon', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'abandoned' });
    expect(submits()).toEqual([]);
  });

  test.each([
    ['observe', 'observed', false],
    ['approve', 'awaitingDecision', true],
  ] as const)('in mode %s nothing is submitted automatically', async (mode, state, attention) => {
    world.mode = mode;
    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    const handle = handleOf(changeSetId);
    await untilState(handle, state);
    expect((await handle.describe()).typedSearchAttributes.get(attentionAttribute)).toBe(attention);
    expect(submits()).toEqual([]);
    await handle.executeUpdate('abandon', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'abandoned' });
  });

  test('an operator’s word counts in approve mode', async () => {
    world.mode = 'approve';
    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    await untilState(handleOf(changeSetId), 'awaitingDecision');
    await handleOf(changeSetId).executeUpdate('retry', { args: [operator] });
    expect(await handleOf(changeSetId).result()).toMatchObject({ state: 'remediated' });
    expect(submits()).toHaveLength(1);
  });

  test('in observe mode an operator’s word counts only after a change of mode, which running workflows follow', async () => {
    world.mode = 'observe';
    const { changeSetId, event } = failedChangeSet(world);
    await world.receive(event);
    const handle = handleOf(changeSetId);
    const { report } = await untilState(handle, 'observed');
    expect(report?.question).toMatchObject({ wouldHaveSubmitted: { attempt: 1, row: 8 } });
    const refused: unknown = await handle.executeUpdate('retry', { args: [operator] }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WorkflowUpdateFailedError);
    expect(String(refused instanceof Error && refused.cause)).toContain('is in observe mode');
    expect(await handle.query(changeSetStatusQuery)).toMatchObject({
      state: 'observed',
      audit: [{ command: 'retry', ...operator, refused: expect.stringContaining('observe mode') }],
    });
    expect(world.attempts.filter((name) => name === 'submitSuccessor')).toHaveLength(1);
    expect(submits()).toEqual([]);
    world.mode = 'auto';
    await handle.executeUpdate('retry', { args: [operator] });
    expect(await handle.result()).toMatchObject({ state: 'remediated' });
    expect(submits()).toHaveLength(1);
  });

  test('a cancellation means abandon: a successor in flight is waited for, and none follows it', async () => {
    const { changeSetId, event } = failedChangeSet(world);
    world.simulator.control.plan({
      match: { nameContains: changeSetId },
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 600_000 }],
    });
    await world.receive(event);
    const handle = handleOf(changeSetId);
    await untilSent(handle);
    await handle.cancel();
    await untilState(handle, 'abandoning');
    const [successor = ''] = submits();
    world.simulator.control.plan({
      match: { changeSetId: successor },
      outcomes: [{ status: 'FAILED', failureCode: 'SERVER_FAULT', durationMs: 0 }],
    });
    expect(await handle.result()).toMatchObject({ state: 'abandoned', members: [{}, { outcome: 'FAILED' }] });
    expect(submits()).toHaveLength(1);
  });

  test('a colleague’s copy of a successor’s name is delivered to its own workflow and left to an operator', async () => {
    const { changeSetId, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR' });
    await world.receive(event);
    await untilState(handleOf(changeSetId), 'awaitingDecision');
    const copy = failedChangeSet(world);
    const copied = finishedEvent('Failed', copy.changeSetId, `Update+retry.${changeSetId}.1`, {
      FailureCode: 'SERVER_FAULT',
    });
    await world.receive(copied);
    const handle = await until(async () => {
      const own = handleOf(copy.changeSetId);
      return (await own.describe().catch(() => undefined)) ? own : undefined;
    });
    const status = await untilState(handle, 'awaitingDecision');
    expect(status.nextStep).toContain('marker');
    expect(submits()).toEqual([]);
  });
});
