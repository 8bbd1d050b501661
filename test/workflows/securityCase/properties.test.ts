import fc from 'fast-check';
import { planReminders } from '../../../src/activities/securityCase/reminderSchedule.ts';
import type { SecurityReportMessage } from '../../../src/workflows/securityCase/contract.ts';
import { hasIssues, isOvertaken } from '../../../src/workflows/securityCase/transitions/reports.ts';
import { assessments, clean, day, dayMs, report, Simulation, startMs } from './simulation.ts';

const hourMs = 3_600_000;
const dueDates = [day(-500), day(10), day(45), day(46.3), day(100), '9999-12-31T23:00:00.000Z'];

/** As many as the reports count versions. */
const options = ['do-1', 'do-2', 'do-3', 'do-4', 'do-5'];

/** A step of somebody or of time. */
type Step =
  | { type: 'report'; due: number; ageHours: number; issues: boolean; newIssuesFound: boolean; repeat: boolean }
  | { type: 'acknowledge' | 'resolve' | 'reopen' | 'recheck' }
  | { type: 'snooze'; days: number | 'untilDue' }
  | { type: 'assessed'; passed: number; heard: boolean }
  | { type: 'advance' | 'sleep'; hours: number };

const hours = fc.oneof(fc.integer({ min: 1, max: 72 }), fc.integer({ min: 24, max: 3_000 }));
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('report' as const),
      due: fc.nat(dueDates.length - 1),
      ageHours: fc.constantFrom(0, 0, 0, 30, 700),
      issues: fc.constantFrom(true, true, true, false),
      newIssuesFound: fc.boolean(),
      repeat: fc.constantFrom(false, false, false, true),
    }),
    fc.record({
      type: fc.constantFrom('acknowledge' as const, 'resolve' as const, 'reopen' as const, 'recheck' as const),
    }),
    fc.record({
      type: fc.constant('snooze' as const),
      days: fc.constantFrom(1, 4, 20, 'untilDue' as const, 'untilDue' as const),
    }),
    fc.record({
      type: fc.constant('assessed' as const),
      passed: fc.constantFrom(0, 0, 3, options.length),
      heard: fc.boolean(),
    }),
    fc.record({ type: fc.constantFrom('advance' as const, 'advance' as const, 'sleep' as const), hours }),
  ),
  { maxLength: 25 },
);
const policies = fc.record({
  timeZone: fc.constantFrom('UTC', 'America/Los_Angeles', 'Pacific/Kiritimati'),
  localHour: fc.integer({ min: 0, max: 23 }),
});

/** When a reminder falls, computed from its name alone. */
function reminderMs(simulation: Simulation, dueAt: string, name: string): number {
  const [, side, days] = /^(before|overdue|day)-(\d+)d?$/.exec(name) ?? [];
  const distanceMs = Number(days) * dayMs;
  const { localHour, timeZone } = simulation.policy;
  const [reminder] = planReminders({
    dueAt,
    beforeDueMs: side === 'overdue' ? [] : [distanceMs],
    overdueMs: side === 'overdue' ? [distanceMs] : [],
    overdueEveryMs: dayMs,
    overdueWeeks: 0,
    localHour,
    timeZone,
  });
  return Date.parse(reminder?.at ?? '');
}

/** What the case must be, kept beside the state machine by another, simpler reckoning. */
interface Model {
  newest?: SecurityReportMessage;
  open: boolean;
  /** When somebody, or the assessments, closed it. */
  closedAtMs?: number;
  /** Since when the present due date has been watched without a break. */
  watchedSinceMs: number;
  /** Until when only firm reminders speak. */
  snoozedUntilMs: number;
}

const dueOf = ({ open, newest }: Model): string | undefined => (open ? newest?.upcomingResolutionDueDate : undefined);

function hear(model: Model, message: SecurityReportMessage): void {
  if (model.newest !== undefined && isOvertaken(message, model.newest)) return;
  const before = dueOf(model);
  const late = model.closedAtMs !== undefined && Date.parse(message.reportedAt) < model.closedAtMs;
  const stays = !model.open && late && !message.newIssuesFound;
  model.newest = message;
  model.open = hasIssues(message) && !stays;
  if (!hasIssues(message)) delete model.closedAtMs;
  const due = dueOf(model);
  const sooner = before === undefined || (due !== undefined && Date.parse(due) < Date.parse(before));
  if (message.newIssuesFound || sooner) model.snoozedUntilMs = 0;
}

function close(model: Model, nowMs: number): void {
  model.open = false;
  model.closedAtMs = nowMs;
}

function take(simulation: Simulation, model: Model, step: Step, index: number): void {
  const dueBefore = dueOf(model);
  switch (step.type) {
    case 'report': {
      const reportedOnDay = (simulation.nowMs - step.ageHours * hourMs - startMs) / dayMs;
      const due = { upcomingResolutionDueDate: dueDates[step.due] ?? day(0), newIssuesFound: step.newIssuesFound };
      const message = step.issues ? report(`e${index}`, reportedOnDay, due) : clean(`e${index}`, reportedOnDay);
      simulation.hear(message);
      if (step.repeat) simulation.hear(message);
      hear(model, message);
      break;
    }
    case 'acknowledge':
    case 'recheck':
      simulation.command(step.type);
      break;
    case 'resolve':
      simulation.command('resolve');
      if (model.open) close(model, simulation.nowMs);
      break;
    case 'reopen':
      simulation.command('reopen');
      if (!model.open && model.newest !== undefined && hasIssues(model.newest)) {
        model.open = true;
        model.snoozedUntilMs = 0;
      }
      break;
    case 'snooze': {
      const due = step.days === 'untilDue' && dueBefore !== undefined ? dueBefore : undefined;
      const untilMs = due === undefined ? simulation.nowMs + Number(step.days) * dayMs : Date.parse(due);
      simulation.snooze({ until: new Date(untilMs || simulation.nowMs).toISOString() });
      if (untilMs > simulation.nowMs && untilMs <= Date.parse(dueBefore ?? '')) model.snoozedUntilMs = untilMs;
      break;
    }
    case 'assessed':
      simulation.assessments = assessments(options.slice(step.passed), options.slice(0, step.passed));
      if (step.heard) simulation.watch();
      break;
    case 'advance':
      simulation.advanceTo(simulation.nowMs + step.hours * hourMs);
      break;
    case 'sleep':
      simulation.sleepTo(simulation.nowMs + step.hours * hourMs);
      model.watchedSinceMs = simulation.nowMs;
      break;
  }
  checkProof(simulation, model);
  if (dueOf(model) !== dueBefore) model.watchedSinceMs = simulation.nowMs;
}

/** Assessments close a case only where every one of as many options as versions was shown as failed, and none is now. */
function checkProof(simulation: Simulation, model: Model): void {
  const { phase } = simulation.state;
  if (!model.open || phase.name !== 'clear' || phase.ground !== 'assessments') return;
  expect(simulation.assessments).toMatchObject({ readable: true, total: 0 });
  expect(simulation.shownFailing.size).toBe(options.length);
  close(model, simulation.nowMs);
}

function checkReminders(simulation: Simulation, model: Model, before: number): void {
  for (const { atMs, notice } of simulation.sent.slice(before)) {
    if (notice.kind !== 'reminder') continue;
    expect(model.open).toBe(true);
    const dueAt = model.newest?.upcomingResolutionDueDate ?? '';
    expect(notice.id).toContain(`:${dueAt}:`);
    const name = notice.id.slice(notice.id.lastIndexOf(':') + 1);
    expect(atMs).toBeGreaterThanOrEqual(reminderMs(simulation, dueAt, name));
    const covered = reminderMs(simulation, dueAt, name) < model.snoozedUntilMs;
    expect([name, covered && !/^(day-0|overdue-)/.test(name)]).toEqual([name, false]);
  }
}

/** Before a due date that was watched while its own day's reminder lay ahead, somebody was reminded of it. */
function checkReminded(simulation: Simulation, model: Model): void {
  const dueAt = dueOf(model);
  if (dueAt === undefined || Date.parse(dueAt) > simulation.nowMs) return;
  if (reminderMs(simulation, dueAt, 'day-0') <= model.watchedSinceMs) return;
  const before = simulation.sent.filter(
    ({ atMs, notice }) => notice.kind === 'reminder' && notice.id.includes(`:${dueAt}:`) && atMs <= Date.parse(dueAt),
  );
  expect(before.length).toBeGreaterThan(0);
}

test('whatever happens: no notice twice, none too early, none after closing or snoozed, and one before the due date', () => {
  fc.assert(
    fc.property(policies, steps, (policy, taken) => {
      const simulation = new Simulation(policy);
      const model: Model = { open: false, watchedSinceMs: startMs, snoozedUntilMs: 0 };
      for (const [index, step] of taken.entries()) {
        const before = simulation.sent.length;
        take(simulation, model, step, index);
        expect(simulation.state.phase.name).toBe(model.open ? 'open' : 'clear');
        checkReminders(simulation, model, before);
        checkReminded(simulation, model);
      }
      const ids = simulation.sent.map(({ notice }) => notice.id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 300 },
  );
});

test('however a case is acknowledged and snoozed, somebody is reminded before its due date where there was time', () => {
  const answers = fc.array(
    fc.record({
      snoozeDays: fc.constantFrom(0, 1, 20, 'untilDue' as const),
      waitHours: fc.integer({ min: 0, max: 400 }),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 1_500 }), answers, (policy, dueInHours, given) => {
      const simulation = new Simulation(policy);
      const dueAt = day(dueInHours / 24);
      simulation.hear(report('one', 0, { upcomingResolutionDueDate: dueAt }));
      for (const { snoozeDays, waitHours } of given) {
        if (snoozeDays === 0) simulation.command('acknowledge');
        else simulation.snooze(snoozeDays === 'untilDue' ? { until: dueAt } : { days: snoozeDays });
        simulation.advanceTo(Math.min(simulation.nowMs + waitHours * hourMs, Date.parse(dueAt)));
      }
      simulation.advanceTo(Date.parse(dueAt));
      const wasTime = reminderMs(simulation, dueAt, 'day-0') > startMs;
      expect(simulation.reminders().length > 0 || !wasTime).toBe(true);
    }),
  );
});

/** Any list of days, with reminders on the day and without. */
const schedules = fc
  .uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 })
  .map((days) => days.toSorted((one, other) => other - one).map((each) => each * dayMs));
const configurations = fc.record({
  timeZone: fc.constantFrom('UTC', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kolkata'),
  localHour: fc.integer({ min: 0, max: 23 }),
  beforeDueMs: schedules,
  lastCallMs: fc.constantFrom(0, dayMs, 10 * dayMs),
});

test('however the configuration changes: no reminder twice for a due date, and one of it before the date where there was time', () => {
  const changes = fc.array(
    fc.record({
      configuration: configurations,
      waitHours: fc.integer({ min: 0, max: 400 }),
      answer: fc.constantFrom('acknowledge', 'snooze', undefined, undefined),
    }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(configurations, fc.integer({ min: 1, max: 1_500 }), changes, (first, dueInHours, given) => {
      const simulation = new Simulation(first);
      const dueAt = day(dueInHours / 24);
      const dueMs = Date.parse(dueAt);
      simulation.hear(report('one', 0, { upcomingResolutionDueDate: dueAt }));
      let couldRemind = false;
      for (const { configuration, waitHours, answer } of given) {
        const { phase } = simulation.state;
        // Where a reminder before the date lay ahead, some reminder comes before it, whatever is configured meanwhile.
        couldRemind ||=
          phase.name === 'open' && phase.schedule?.some(({ firm, atMs }) => firm && atMs <= dueMs) === true;
        simulation.configure(configuration);
        if (answer === 'acknowledge') simulation.command('acknowledge');
        if (answer === 'snooze') simulation.snooze({ until: dueAt });
        simulation.advanceTo(Math.min(simulation.nowMs + waitHours * hourMs, dueMs - 1));
      }
      simulation.advanceTo(dueMs);
      expect(simulation.reminders().length > 0 || !couldRemind).toBe(true);
      simulation.advanceTo(dueMs + 20 * dayMs);
      simulation.configure({ ...given[0]?.configuration, overdueMs: [2 * dayMs, 3 * dayMs] });
      simulation.advanceTo(dueMs + 60 * dayMs);
      const ids = simulation.sent.map(({ notice }) => notice.id);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 500 },
  );
});

test('a new time zone moves the reminders of an open case; what it moves into the past is sent at once, once', () => {
  const simulation = new Simulation({ timeZone: 'UTC', localHour: 9 });
  simulation.hear(report('one', 0, { upcomingResolutionDueDate: day(10) }));
  simulation.advanceTo(startMs + 9.8 * dayMs);
  const sent = simulation.reminders();
  expect(sent.map((key) => key.split(':').at(-1))).toEqual(['before-7d', 'before-3d', 'before-1d']);
  // The day's own reminder would have fallen hours ago there.
  simulation.configure({ timeZone: 'Asia/Kolkata', localHour: 9 });
  simulation.advanceTo(startMs + 9.8 * dayMs + 1);
  expect(simulation.reminders().slice(sent.length)).toEqual([`${day(10)}:day-0`]);
  simulation.configure({ timeZone: 'America/Los_Angeles', localHour: 1 });
  simulation.advanceTo(startMs + 10.1 * dayMs);
  expect(simulation.reminders()).toHaveLength(sent.length + 1);
});
