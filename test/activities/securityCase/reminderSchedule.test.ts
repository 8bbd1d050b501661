import fc from 'fast-check';
import { planReminders } from '../../../src/activities/securityCase/reminderSchedule.ts';
import type { ReminderPlan } from '../../../src/workflows/securityCase/contract.ts';

const dayMs = 86_400_000;
const schedule: ReminderPlan = {
  dueAt: '2026-07-15T10:00:00Z',
  beforeDueMs: [30, 14, 7, 3, 1, 0].map((days) => days * dayMs),
  overdueMs: [1, 3, 7].map((days) => days * dayMs),
  overdueEveryMs: 7 * dayMs,
  overdueWeeks: 2,
  localHour: 9,
  timeZone: 'UTC',
};
const remindersOf = (change: Partial<ReminderPlan>) =>
  planReminders({ ...schedule, ...change }).map(({ reminder, at }) => `${reminder} ${at}`);

// Offsets of both signs, half and quarter hours, clocks that change at midnight, by half an hour, and a day left out.
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];
const plans = fc.record<ReminderPlan>({
  dueAt: fc
    .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2060-01-01T00:00:00Z'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  beforeDueMs: fc.constant(schedule.beforeDueMs),
  overdueMs: fc.constant(schedule.overdueMs),
  overdueEveryMs: fc.constant(schedule.overdueEveryMs),
  overdueWeeks: fc.integer({ min: 0, max: 10 }),
  localHour: fc.integer({ min: 0, max: 23 }),
  timeZone: fc.constantFrom(...zones),
});

function localOf(iso: string, timeZone: string): { date: string; hour: number } {
  const text = new Date(iso).toLocaleString('sv-SE', { timeZone });
  return { date: text.slice(0, 10), hour: Number(text.slice(11, 13)) };
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs;
}

test('the default schedule', () => {
  expect(remindersOf({})).toEqual([
    'before-30d 2026-06-15T09:00:00.000Z',
    'before-14d 2026-07-01T09:00:00.000Z',
    'before-7d 2026-07-08T09:00:00.000Z',
    'before-3d 2026-07-12T09:00:00.000Z',
    'before-1d 2026-07-14T09:00:00.000Z',
    'day-0 2026-07-15T09:00:00.000Z',
    'overdue-1d 2026-07-16T09:00:00.000Z',
    'overdue-3d 2026-07-18T09:00:00.000Z',
    'overdue-7d 2026-07-22T09:00:00.000Z',
    'overdue-14d 2026-07-29T09:00:00.000Z',
    'overdue-21d 2026-08-05T09:00:00.000Z',
  ]);
});

test('the local hour holds across a change of clocks', () => {
  const reminders = remindersOf({
    dueAt: '2026-03-30T10:00:00Z',
    timeZone: 'Europe/Berlin',
    beforeDueMs: [3 * dayMs, dayMs, 0],
    overdueMs: [],
    overdueWeeks: 0,
  });
  expect(reminders).toEqual([
    'before-3d 2026-03-27T08:00:00.000Z',
    'before-1d 2026-03-29T07:00:00.000Z',
    'day-0 2026-03-30T07:00:00.000Z',
  ]);
});

test('the date that counts is the local one of the due instant', () => {
  const due = { dueAt: '2026-05-10T23:30:00Z', beforeDueMs: [dayMs], overdueMs: [], overdueWeeks: 0 };
  expect(remindersOf({ ...due, timeZone: 'Asia/Tokyo' })).toEqual(['before-1d 2026-05-10T00:00:00.000Z']);
  expect(remindersOf({ ...due, timeZone: 'America/New_York' })).toEqual(['before-1d 2026-05-09T13:00:00.000Z']);
});

test('the day itself comes no later than the due instant', () => {
  const early = { dueAt: '2026-05-10T02:00:00Z', beforeDueMs: [dayMs, 0], overdueMs: [], overdueWeeks: 0 };
  expect(remindersOf(early)).toEqual(['before-1d 2026-05-09T09:00:00.000Z', 'day-0 2026-05-10T02:00:00.000Z']);
});

test('an hour that is skipped counts as the one after it, one that comes twice as its first', () => {
  const alone = { timeZone: 'America/New_York', localHour: 2, beforeDueMs: [dayMs], overdueMs: [], overdueWeeks: 0 };
  expect(remindersOf({ ...alone, dueAt: '2026-03-09T16:00:00Z' })).toEqual(['before-1d 2026-03-08T07:00:00.000Z']);
  const twice = { ...alone, localHour: 1 };
  expect(remindersOf({ ...twice, dueAt: '2026-11-02T16:00:00Z' })).toEqual(['before-1d 2026-11-01T05:00:00.000Z']);
});

test('reminders of less than whole days lie exactly that far from the instant', () => {
  const short = {
    beforeDueMs: [90_000, 7_200_000, 1_500],
    overdueMs: [60_000],
    overdueEveryMs: 30_000,
    overdueWeeks: 2,
  };
  expect(remindersOf(short)).toEqual([
    'before-2h 2026-07-15T08:00:00.000Z',
    'before-90s 2026-07-15T09:58:30.000Z',
    'before-1500ms 2026-07-15T09:59:58.500Z',
    'overdue-1m 2026-07-15T10:01:00.000Z',
    'overdue-90s 2026-07-15T10:01:30.000Z',
    'overdue-2m 2026-07-15T10:02:00.000Z',
  ]);
});

test('a due date at the end of the year 9999 has the reminders before it', () => {
  for (const timeZone of zones) {
    const reminders = planReminders({ ...schedule, dueAt: '9999-12-31T23:59:59Z', timeZone });
    expect(reminders.map(({ reminder }) => reminder).slice(0, 6)).toEqual([
      'before-30d',
      'before-14d',
      'before-7d',
      'before-3d',
      'before-1d',
      'day-0',
    ]);
    expect(reminders.every(({ at }) => at.length === 24)).toBe(true);
  }
});

test('reminders before lie before, or at, the due instant; overdue ones after', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      for (const { reminder, at } of planReminders(plan)) {
        const aheadMs = Date.parse(plan.dueAt) - Date.parse(at);
        expect(reminder.startsWith('overdue-') ? -aheadMs : aheadMs).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('every reminder is there once, in the order of time and of the schedule', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const reminders = planReminders(plan);
      const weeks = Array.from({ length: plan.overdueWeeks }, (_, index) => `overdue-${(index + 2) * 7}d`);
      expect(reminders.map(({ reminder }) => reminder)).toEqual([
        ...'before-30d before-14d before-7d before-3d before-1d day-0 overdue-1d overdue-3d overdue-7d'.split(' '),
        ...weeks,
      ]);
      const times = reminders.map(({ at }) => at);
      expect(times).toEqual(times.toSorted());
    }),
  );
});

test('a reminder falls on the local hour of its calendar day, unless that is past the instant or skipped', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const due = localOf(plan.dueAt, plan.timeZone);
      for (const { reminder, at } of planReminders(plan)) {
        if (at === plan.dueAt) continue;
        const days =
          reminder === 'day-0' ? 0 : Number(/\d+/.exec(reminder)?.[0]) * (reminder.startsWith('before') ? -1 : 1);
        const local = localOf(at, plan.timeZone);
        // Apia left out 30 December 2011.
        if (plan.timeZone === 'Pacific/Apia' && local.date === '2011-12-31') continue;
        expect(daysBetween(due.date, local.date)).toBe(days);
        const hourBefore = new Date(Date.parse(at) - 3_600_000).toISOString();
        const skipped = local.hour === plan.localHour + 1 && localOf(hourBefore, plan.timeZone).hour !== plan.localHour;
        expect(local.hour === plan.localHour || skipped).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test.each(['Mars/Olympus', '', 'Europe/Berlin '])('the time zone %j is refused with its name', (timeZone) => {
  expect(() => planReminders({ ...schedule, timeZone })).toThrow(RangeError);
  expect(() => planReminders({ ...schedule, timeZone })).toThrow(JSON.stringify(timeZone));
});

test.each([-1, 24, 9.5, Number.NaN])('the local hour %d is refused', (localHour) => {
  expect(() => planReminders({ ...schedule, localHour })).toThrow(
    /^localHour: found .*, expected a whole hour from 0 to 23$/,
  );
});

test('a due date that is no time is refused by its name', () => {
  expect(() => planReminders({ ...schedule, dueAt: 'soon' })).toThrow(/dueAt: found "soon"/);
});
