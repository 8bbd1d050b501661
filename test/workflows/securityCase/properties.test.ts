import fc from 'fast-check';
import { planRungs } from '../../../src/activities/rungs.ts';
import { hasIssues, isOvertaken } from '../../../src/workflows/securityCase/state.ts';
import type { SecurityReportMessage } from '../../../src/workflows/securityCase/messages.ts';
import { clean, day, dayMs, report, Simulation, startMs } from './simulation.ts';

const hourMs = 3_600_000;
const dueDates = [day(-500), day(10), day(45), day(46.3), day(100), '9999-12-31T23:00:00.000Z'];

/** A step of somebody or of time. */
type Step =
  | { type: 'report'; due: number; ageHours: number; issues: boolean; newIssuesFound: boolean; repeat: boolean }
  | { type: 'acknowledge' | 'resolve' }
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
    fc.record({ type: fc.constantFrom('acknowledge' as const, 'resolve' as const) }),
    fc.record({ type: fc.constantFrom('advance' as const, 'advance' as const, 'sleep' as const), hours }),
  ),
  { maxLength: 25 },
);
const policies = fc.record({
  timeZone: fc.constantFrom('UTC', 'America/Los_Angeles', 'Pacific/Kiritimati'),
  localHour: fc.integer({ min: 0, max: 23 }),
});

/** When a rung falls, computed by itself from its name. */
function rungMs(simulation: Simulation, dueAt: string, name: string): number {
  const [, side, days] = /^(before|overdue|day)-(\d+)d?$/.exec(name) ?? [];
  const distanceMs = Number(days) * dayMs;
  const { localHour, timeZone } = simulation.policy;
  const [rung] = planRungs({
    dueAt,
    beforeDueMs: side === 'overdue' ? [] : [distanceMs],
    overdueMs: side === 'overdue' ? [distanceMs] : [],
    overdueEveryMs: dayMs,
    overdueWeeks: 0,
    localHour,
    timeZone,
  });
  return Date.parse(rung?.at ?? '');
}

/** What the case must be, kept beside the state machine by another, simpler reckoning. */
interface Model {
  newest?: SecurityReportMessage;
  open: boolean;
  /** Since when the present due date has been watched without a break. */
  watchedSinceMs: number;
}

function take(simulation: Simulation, model: Model, step: Step, index: number): void {
  const dueBefore = model.open ? model.newest?.upcomingResolutionDueDate : undefined;
  switch (step.type) {
    case 'report': {
      const reportedOnDay = (simulation.nowMs - step.ageHours * hourMs - startMs) / dayMs;
      const due = { upcomingResolutionDueDate: dueDates[step.due] ?? day(0), newIssuesFound: step.newIssuesFound };
      const message = step.issues ? report(`e${index}`, reportedOnDay, due) : clean(`e${index}`, reportedOnDay);
      simulation.hear(message);
      if (step.repeat) simulation.hear(message);
      if (model.newest === undefined || !isOvertaken(message, model.newest)) {
        model.newest = message;
        model.open = hasIssues(message);
      }
      break;
    }
    case 'acknowledge':
      simulation.command('acknowledge');
      break;
    case 'resolve':
      simulation.command('resolve');
      model.open = false;
      break;
    case 'advance':
      simulation.advanceTo(simulation.nowMs + step.hours * hourMs);
      break;
    case 'sleep':
      simulation.sleepTo(simulation.nowMs + step.hours * hourMs);
      model.watchedSinceMs = simulation.nowMs;
      break;
  }
  const dueNow = model.open ? model.newest?.upcomingResolutionDueDate : undefined;
  if (dueNow !== dueBefore) model.watchedSinceMs = simulation.nowMs;
}

function checkReminders(simulation: Simulation, model: Model, before: number): void {
  for (const { atMs, notice } of simulation.sent.slice(before)) {
    if (notice.kind !== 'reminder') continue;
    expect(model.open).toBe(true);
    const dueAt = model.newest?.upcomingResolutionDueDate ?? '';
    expect(notice.id).toContain(`:${dueAt}:`);
    expect(atMs).toBeGreaterThanOrEqual(rungMs(simulation, dueAt, notice.id.slice(notice.id.lastIndexOf(':') + 1)));
  }
}

/** Before a due date that was watched while its own day's rung lay ahead, somebody was reminded of it. */
function checkReminded(simulation: Simulation, model: Model): void {
  const dueAt = model.open ? model.newest?.upcomingResolutionDueDate : undefined;
  if (dueAt === undefined || Date.parse(dueAt) > simulation.nowMs) return;
  if (rungMs(simulation, dueAt, 'day-0') <= model.watchedSinceMs) return;
  const before = simulation.sent.filter(
    ({ atMs, notice }) => notice.kind === 'reminder' && notice.id.includes(`:${dueAt}:`) && atMs <= Date.parse(dueAt),
  );
  expect(before.length).toBeGreaterThan(0);
}

test('whatever happens: no notice twice, none too early, none after closing, and one before the due date', () => {
  fc.assert(
    fc.property(policies, steps, (policy, taken) => {
      const simulation = new Simulation(policy);
      const model: Model = { open: false, watchedSinceMs: startMs };
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
    { numRuns: 150 },
  );
});
