import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../src/failures.ts';
import type { Carried } from '../../src/workflows/shared/case.ts';
import type { CommandAnswer, CommandInput } from '../../src/workflows/shared/operatorCommands.ts';
import {
  securityCaseType,
  securityReportSignal,
  securityStatusQuery,
  securityWorkflowId,
  type AffectedProducts,
  type SecurityCaseInput,
  type SnoozeCommand,
} from '../../src/workflows/securityCase/contract.ts';
import { attentionAttribute, dueAtAttribute, stateAttribute } from '../../src/workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../../src/workflows/shared/taskQueues.ts';
import { account } from '@marketplace-steward/testing/changeSets';
import { sampleEvent } from '@marketplace-steward/testing/fixtures';
import { stewardWorld, type SkippingWorld } from '@marketplace-steward/testing/stewardWorld';
import { history } from '@marketplace-steward/testing/history';
import { actions, dayMs, endRun, passDays, quiet } from '@marketplace-steward/testing/skipping';
import { until } from '@marketplace-steward/testing/until';

const workflowId = securityWorkflowId(account);
const operator = { actor: 'ann', reason: 'because' };
const subject = 'AMISecurity/prod-1/do-1';
/** No assessment has failed. */
const nothingAffected: Extract<AffectedProducts, { readable: true }> = {
  readable: true,
  options: [],
  total: 0,
  failed: [],
  passed: [],
  missing: [],
  fingerprint: 'nothing failed',
};
/** The one delivery option that the vendor's sample counts, before and after its fix. */
const failing: AffectedProducts = {
  readable: true,
  options: [
    {
      entityId: 'prod-1',
      productTitle: 'My AMI',
      deliveryOptionId: 'do-1',
      versionTitle: '1.0',
      problems: ['cve: CRITICAL (openssl)'],
    },
  ],
  total: 1,
  failed: [{ subject, failedAt: '2023-10-30T00:00:00Z' }],
  passed: [],
  missing: [],
  fingerprint: 'one failed',
};
const fixed: Extract<AffectedProducts, { readable: true }> = {
  ...nothingAffected,
  passed: [subject],
  fingerprint: 'one passed',
};

describe('a security case, as time passes', () => {
  let world: SkippingWorld;
  /** What the assessments show from now on, to checks and to watches; an error is thrown. */
  let affected: AffectedProducts | Error = nothingAffected;
  let handle: WorkflowHandle;
  let startMs = 0;
  let reports = 0;

  beforeAll(async () => {
    world = await stewardWorld('skipping', {
      activities: {
        affectedProducts: async () => {
          if (affected instanceof Error) throw affected;
          return affected;
        },
        watchAssessments: async ({ known }: { readonly known: string }) => {
          if (!(affected instanceof Error) && affected.fingerprint !== known) return affected;
          throw failure('NotYet', 'nothing new');
        },
      },
    });
    handle = world.client.workflow.getHandle(workflowId);
  }, 120_000);
  afterAll(() => world.close(), 60_000);

  beforeEach(async () => {
    startMs = await world.environment.currentTimeMs();
    world.reset();
    affected = nothingAffected;
  });
  afterEach(() => endRun(handle));

  const day = (days: number): string => new Date(startMs + days * dayMs).toISOString();
  const names = (): string[] => world.notices.map(({ id }) => id.slice(workflowId.length + 1));

  /** Hands in a report of this moment. */
  async function report(dueInDays: number, detail: object = {}): Promise<void> {
    reports += 1;
    const nowMs = await world.environment.currentTimeMs();
    const envelope = {
      id: `00000000-0000-4000-8000-${String(reports).padStart(12, '0')}`,
      time: new Date(nowMs).toISOString(),
    };
    const values = { newIssuesFound: false, upcomingResolutionDueDate: day(dueInDays), ...detail };
    const receipt = await world.receive(sampleEvent('securityReportCreated', envelope, values));
    expect(receipt).toMatchObject({ outcome: 'delivered' });
  }

  async function attributes(): Promise<unknown> {
    const { typedSearchAttributes } = await handle.describe();
    return [stateAttribute, attentionAttribute, dueAtAttribute].map((key) => typedSearchAttributes.get(key));
  }

  test('opens with one notice, and sets no attribute that the delivery has set already', async () => {
    affected = failing;
    await report(60);
    await until(() => world.notices.length === 1);
    const events = await quiet(handle);
    expect(world.notices[0]).toMatchObject({ kind: 'opening', dueAt: day(60) });
    expect(world.notices[0]?.lines).toContain(
      'My AMI (prod-1), version 1.0 (delivery option do-1): cve: CRITICAL (openssl)',
    );
    expect(events).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    expect(await attributes()).toEqual(['open', true, new Date(day(60))]);
    expect(world.attempts.toSorted()).toEqual(['affectedProducts', 'planReminders', 'sendNotice', 'watchAssessments']);
    // The report, three activities, the watch and the timer to the first reminder.
    expect(actions(events)).toBe(6);
  });

  test('a reminder costs two actions and eleven events, a check each day none; a repeat of a report costs four', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    const opened = await quiet(handle);
    await passDays(world, handle, 29);
    expect(await quiet(handle)).toEqual(opened);
    expect(world.attempts.filter((name) => name === 'watchAssessments').length).toBeGreaterThanOrEqual(29);
    await passDays(world, handle, 2);
    const reminded = await quiet(handle);
    expect(names().slice(1)).toEqual([`${day(60)}:before-30d`]);
    const reminder = reminded.slice(opened.length);
    expect(reminder).toEqual([
      'TIMER_FIRED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
      'ACTIVITY_TASK_SCHEDULED',
      'TIMER_STARTED',
      'ACTIVITY_TASK_STARTED',
      'ACTIVITY_TASK_COMPLETED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
    ]);
    expect(actions(reminder)).toBe(2);

    const { report: newest } = await handle.query(securityStatusQuery);
    if (newest === undefined) throw new Error('the report is not known');
    await handle.signal(securityReportSignal, newest);
    await until(async () => (await history(handle)).length > reminded.length + 3);
    expect((await quiet(handle)).slice(reminded.length)).toEqual([
      'WORKFLOW_EXECUTION_SIGNALED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
    ]);
    expect(world.notices).toHaveLength(2);
  }, 120_000);

  test('two years long: every reminder once and in order, a periodic report in between says nothing', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 10);
    await report(60, { numberOfVersionsWithIssues: 7 });
    await passDays(world, handle, 720);
    const weeks = Math.floor((730 - 60 - 7) / 7);
    const wanted = [
      'before-30d',
      'before-14d',
      'before-7d',
      'before-3d',
      'before-1d',
      'day-0',
      'overdue-1d',
      'overdue-3d',
      'overdue-7d',
      ...Array.from({ length: weeks }, (_, index) => `overdue-${7 * (index + 2)}d`),
    ].map((reminder) => `${day(60)}:${reminder}`);
    expect(names().slice(1)).toEqual(wanted);
    expect(world.notices.at(-1)?.lines[0]).toContain('versions: 7');
    const events = await quiet(handle);
    expect(events).not.toContain('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES');
    expect(events).not.toContain('WORKFLOW_TASK_FAILED');
    expect(world.attempts.filter((name) => name === 'sendNotice')).toHaveLength(wanted.length + 1);
    // The first year of overdue weeks, and the second.
    expect(world.attempts.filter((name) => name === 'planReminders')).toHaveLength(2);
    // A check each day, and one activity for all of them.
    expect(world.attempts.filter((name) => name === 'watchAssessments').length).toBeGreaterThanOrEqual(729);
    expect(events.filter((name) => name === 'ACTIVITY_TASK_SCHEDULED')).toHaveLength(1 + 1 + 2 + wanted.length + 1);
    // One run, far below the 4,096 events from which on it would continue as new.
    expect(events.length).toBeLessThan(2_000);
    // A timer and an activity for each reminder.
    expect(actions(events)).toBeLessThan(2 * wanted.length + 20);
  }, 300_000);

  test('a due date in the year 9999 is waited for by timers of a year', async () => {
    await report(0, { upcomingResolutionDueDate: '9999-12-31T23:59:59Z' });
    await until(() => world.notices.length === 1);
    await world.environment.sleep(800 * dayMs);
    await until(async () => (await history(handle)).filter((name) => name === 'TIMER_FIRED').length === 2);
    expect(world.notices).toHaveLength(1);
    expect((await handle.query(securityStatusQuery)).state).toBe('open');
  }, 60_000);

  test('a due date of long ago is overdue from the start and reminded of weekly', async () => {
    await report(0, { upcomingResolutionDueDate: '0001-01-01T00:00:00Z' });
    await until(() => world.notices.length === 1);
    expect(world.notices[0]?.title).toContain('overdue since 0001-01-01');
    await passDays(world, handle, 15);
    const overdueDays = names()
      .slice(1)
      .map((name) => Number(/^0001-01-01T00:00:00\.000Z:overdue-(\d+)d$/.exec(name)?.[1]));
    const [first = Number.NaN, ...others] = overdueDays;
    expect(others.length).toBeGreaterThan(0);
    expect(others).toEqual(others.map((_, index) => first + 7 * (index + 1)));
  }, 60_000);

  test('goes without the affected products where they cannot be read, and says why', async () => {
    affected = { readable: false, missing: ['aws-marketplace:ListAssessments'], fingerprint: 'denied' };
    await report(60);
    await until(() => world.notices.length === 1);
    expect(world.notices[0]?.lines).toContain(
      'Which products are affected is not shown here: the account lacks the permission aws-marketplace:ListAssessments.',
    );
    await quiet(handle);
    affected = ApplicationFailure.create({ type: 'Unreachable', message: 'nobody there' });
    await report(60, { newIssuesFound: true });
    await world.environment.sleep(dayMs);
    await until(() => world.notices.length === 2);
    expect(world.notices[1]?.lines.at(-1)).toMatch(/^Which products are affected could not be read: .*nobody there/);
  }, 60_000);

  test('a channel that refuses is noted, and the reminders go on', async () => {
    world.channelError = ApplicationFailure.nonRetryable('no such channel', 'NoticeRefused');
    await report(60);
    await until(async () => (await handle.query(securityStatusQuery)).notes.length === 1);
    expect((await handle.query(securityStatusQuery)).notes[0]).toContain('no such channel');
    delete world.channelError;
    await passDays(world, handle, 31);
    expect(names()).toEqual([`${day(60)}:before-30d`]);
  }, 60_000);

  test('every reminder goes out without the permission to check, and the permission is checked for each day', async () => {
    affected = { readable: false, missing: ['aws-marketplace:ListAssessments'], fingerprint: 'denied' };
    await report(10);
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 11);
    expect(names().slice(1, 5)).toEqual(
      ['7d', '3d', '1d'].map((reminder) => `${day(10)}:before-${reminder}`).concat(`${day(10)}:day-0`),
    );
    for (const { lines } of world.notices) expect(lines.join()).toContain('aws-marketplace:ListAssessments');
    affected = failing;
    await passDays(world, handle, 1);
    expect((await handle.query(securityStatusQuery)).affected?.join()).toContain('My AMI (prod-1), version 1.0');
  }, 60_000);

  test('the daily check closes the case on proof, for two actions', async () => {
    affected = failing;
    await report(60);
    await until(() => world.notices.length === 1);
    const before = await quiet(handle);
    affected = fixed;
    await passDays(world, handle, 1);
    await until(() => world.notices.length === 2);
    expect(world.notices[1]).toMatchObject({
      kind: 'resolution',
      lines: ['Every affected delivery option (1 in all) has passed a newer assessment: that is the proof.'],
    });
    expect(await attributes()).toEqual(['clear', false, undefined]);
    const proven = (await quiet(handle)).slice(before.length);
    // The notice and the search attributes; nothing is watched or waited for any more.
    expect(actions(proven)).toBe(2);
    expect(proven).not.toContain('TIMER_STARTED');
    const attempts = world.attempts.length;
    await passDays(world, handle, 3);
    expect(world.attempts).toHaveLength(attempts);
  }, 60_000);

  test('a check that somebody asks for closes it at once', async () => {
    affected = failing;
    await report(60);
    await until(() => world.notices.length === 1);
    await quiet(handle);
    const rechecked = await handle.executeUpdate<CommandAnswer, [CommandInput]>('recheck', { args: [operator] });
    expect(rechecked).toMatchObject({ state: 'open', changed: true });
    await until(async () => (await handle.query(securityStatusQuery)).notes.length === 1);
    expect((await handle.query(securityStatusQuery)).notes[0]).toBe(
      'Checked the assessments for ann. Of 1 affected delivery options, 0 have passed a newer assessment.',
    );
    await quiet(handle);
    affected = fixed;
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('recheck', { args: [operator] });
    await until(() => world.notices.length === 2);
    expect(world.notices[1]).toMatchObject({ kind: 'resolution' });
    expect((await handle.query(securityStatusQuery)).audit.map(({ command }) => command)).toEqual([
      'recheck',
      'recheck',
    ]);
  }, 60_000);

  test('the schedule follows the due date, away and back', async () => {
    await report(20);
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 7);
    await report(40);
    await passDays(world, handle, 4);
    await report(20);
    await until(() => world.notices.length === 3);
    await passDays(world, handle, 3);
    const reminders = names().filter((name) => name.startsWith(day(20)) || name.startsWith(day(40)));
    expect(reminders).toEqual([`${day(20)}:before-14d`, `${day(40)}:before-30d`, `${day(20)}:before-7d`]);
    expect(world.notices.map(({ kind }) => kind)).toEqual(['opening', 'reminder', 'reminder', 'opening', 'reminder']);
  }, 60_000);

  test('a snooze is over when it says so, and what it covered is not made up for', async () => {
    await report(20);
    await until(() => world.notices.length === 1);
    await expect(
      handle.executeUpdate<CommandAnswer, [SnoozeCommand]>('snooze', { args: [{ ...operator, days: 21 }] }),
    ).rejects.toMatchObject({
      cause: { message: expect.stringContaining('A snooze ends at the due date at the latest') },
    });
    expect(
      await handle.executeUpdate<CommandAnswer, [SnoozeCommand]>('snooze', { args: [{ ...operator, days: 10 }] }),
    ).toMatchObject({
      changed: true,
      message: expect.stringContaining('Snoozed by ann until'),
    });
    expect(await attributes()).toEqual(['open', false, new Date(day(20))]);
    await passDays(world, handle, 9);
    expect(world.notices).toHaveLength(1);
    await passDays(world, handle, 2);
    expect(await attributes()).toEqual(['open', true, new Date(day(20))]);
    await passDays(world, handle, 3);
    expect(names().slice(1)).toEqual([`${day(20)}:before-7d`]);
  }, 60_000);

  test('an operator takes it on, resolves it and takes that back; a report with issues opens it again', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    const acknowledged = await handle.executeUpdate<CommandAnswer, [CommandInput]>('acknowledge', { args: [operator] });
    expect(acknowledged).toMatchObject({ state: 'open', changed: true });
    expect(
      await handle.executeUpdate<CommandAnswer, [CommandInput]>('acknowledge', { args: [operator] }),
    ).toMatchObject({ changed: false });
    await until(() => world.notices.length === 2);
    expect(world.notices[1]).toMatchObject({ kind: 'acknowledgement' });
    expect(await attributes()).toEqual(['open', false, new Date(day(60))]);
    await passDays(world, handle, 31);
    expect(world.notices).toHaveLength(2);
    const resolved = await handle.executeUpdate<CommandAnswer, [CommandInput]>('resolve', { args: [operator] });
    expect(resolved).toMatchObject({ state: 'clear', changed: true });
    await until(() => world.notices.length === 3);
    expect(world.notices[2]).toMatchObject({ kind: 'resolution' });
    expect(await attributes()).toEqual(['clear', false, undefined]);
    await expect(handle.executeUpdate<CommandAnswer, [CommandInput]>('resolve', { args: [operator] })).rejects.toThrow(
      'Workflow Update failed',
    );
    expect(await handle.executeUpdate<CommandAnswer, [CommandInput]>('reopen', { args: [operator] })).toMatchObject({
      state: 'open',
      changed: true,
    });
    await until(() => world.notices.length === 4);
    expect(world.notices[3]?.title).toContain('Reopened: security issues');
    await quiet(handle);
    await handle.executeUpdate<CommandAnswer, [CommandInput]>('resolve', { args: [operator] });
    await until(() => world.notices.length === 5);
    await report(60);
    await until(() => world.notices.length === 6);
    expect(await attributes()).toEqual(['open', true, new Date(day(60))]);
    const ids = world.notices.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);

  test('a report without issues is the proof', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    const none = { numberOfProductsWithIssues: 0, numberOfVersionsWithIssues: 0, numberOfLatestVersionsWithIssues: 0 };
    await report(60, none);
    await until(() => world.notices.length === 2);
    expect(world.notices[1]?.lines[0]).toContain('that is the proof');
    expect(await attributes()).toEqual(['clear', false, undefined]);
  });

  test('a cancelled run ends cleanly and says what starts it again; a later report does', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    await handle.cancel();
    expect(await handle.result()).toMatchObject({
      state: 'abandoned',
      nextStep: 'The run was cancelled: no reminder goes out. A later report starts it again.',
    });
    expect(await attributes()).toEqual(['abandoned', false, undefined]);
    await report(60);
    await until(() => world.notices.length === 3);
    expect((await handle.query(securityStatusQuery)).state).toBe('open');
  });

  test('a run that continues another repeats nothing of it', async () => {
    await report(60);
    await until(() => world.notices.length === 1);
    await passDays(world, handle, 31);
    const { report: known } = await handle.query(securityStatusQuery);
    await endRun(handle);
    if (known === undefined) throw new Error('the report is not known');
    const reminder = { reminder: 'before-30d', atMs: startMs + 32 * dayMs, quiet: true, firm: false };
    const input: SecurityCaseInput & Carried = {
      version: 1,
      account,
      carried: {
        version: 1,
        account,
        phase: {
          name: 'open',
          report: known,
          dueAt: day(60),
          // As a planner with other time zone data might give it: later than when it was sent.
          schedule: [reminder, { ...reminder, reminder: 'before-14d', atMs: startMs + 46 * dayMs }],
          affected: { readable: false, sentence: 'not looked up' },
        },
        sent: [`${day(60)}:before-30d`],
        seen: [known.eventId],
        audit: [],
        notes: [],
      },
    };
    await world.client.workflow.start(securityCaseType, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
    });
    await handle.signal(securityReportSignal, known);
    await quiet(handle);
    expect(await attributes()).toEqual(['open', true, new Date(day(60))]);
    await passDays(world, handle, 17);
    expect(names().slice(1)).toEqual([`${day(60)}:before-30d`, `${day(60)}:before-14d`]);
  }, 60_000);
});
