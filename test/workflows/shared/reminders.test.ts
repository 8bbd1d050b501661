import fc from 'fast-check';
import {
  distanceText,
  instant,
  lengthName,
  remindersAhead,
  takeDue,
  timerMs,
  type Reminder,
} from '../../../src/workflows/shared/reminders.ts';

const dayMs = 86_400_000;
const schedules = fc.array(fc.record({ reminder: fc.string(), atMs: fc.integer({ min: 0, max: 1_000 }) }), {
  maxLength: 20,
});
const times = fc.array(fc.integer({ min: 0, max: 1_200 }), { maxLength: 20 });

describe('a schedule', () => {
  test('gives each reminder at most once, never before its time, and only those that lay ahead when it was planned', () => {
    fc.assert(
      fc.property(schedules, fc.nat(1_000), times, (reminders, plannedMs, checks) => {
        let schedule: readonly Reminder[] = remindersAhead(reminders, plannedMs);
        const given: Array<{ readonly due: Reminder; readonly nowMs: number }> = [];
        for (const nowMs of checks.toSorted((one, other) => one - other)) {
          const { due, ahead } = takeDue(schedule, nowMs, () => true);
          if (due !== undefined) given.push({ due, nowMs });
          schedule = ahead;
        }
        expect(given.filter(({ due, nowMs }) => due.atMs > nowMs || due.atMs <= plannedMs)).toEqual([]);
        expect(new Set(given.map(({ due }) => due)).size).toBe(given.length);
      }),
    );
  });

  test('checked whenever a reminder is due, gives every instant’s reminder', () => {
    fc.assert(
      fc.property(schedules, fc.nat(1_000), (reminders, plannedMs) => {
        let schedule: readonly Reminder[] = remindersAhead(reminders, plannedMs);
        const given: number[] = [];
        for (let nextMs = schedule[0]?.atMs; nextMs !== undefined; nextMs = schedule[0]?.atMs) {
          const { due, ahead } = takeDue(schedule, nextMs, () => true);
          if (due !== undefined) given.push(due.atMs);
          schedule = ahead;
        }
        const wanted = new Set(reminders.map(({ atMs }) => atMs).filter((atMs) => atMs > plannedMs));
        expect(given).toEqual([...wanted].toSorted((one, other) => one - other));
      }),
    );
  });

  test('of several reminders that came due together, gives the newest that speaks and drops the others', () => {
    const schedule = [1, 2, 3, 4].map((atMs) => ({ reminder: `r${atMs}`, atMs }));
    expect(takeDue(schedule, 3, ({ atMs }) => atMs !== 3)).toEqual({ due: schedule[1], ahead: [schedule[3]] });
    expect(takeDue(schedule, 3, () => false)).toEqual({ ahead: [schedule[3]] });
    expect(takeDue(schedule, 0, () => true)).toEqual({ ahead: schedule });
  });
});

test('a timer runs for a year at most', () => {
  expect(timerMs(1_500, 500)).toBe(1_000);
  expect(timerMs(Date.parse('9999-12-31T00:00:00Z'), 0)).toBe(365 * dayMs);
});

test.each([
  [30 * dayMs, '30d'],
  [36 * 3_600_000, '36h'],
  [90_000, '90s'],
  [1_500, '1500ms'],
  [0, '0d'],
])('a length of %d ms is named %s', (lengthMs, name) => {
  expect(lengthName(lengthMs)).toBe(name);
});

test.each([
  [12.9 * dayMs, 'in 12 days'],
  [-2 * dayMs, '2 days ago'],
  [1.9 * dayMs, 'in 45 hours'],
  [90 * 60_000, 'in 90 minutes'],
  [-59_000, '59 seconds ago'],
])('a distance of %d ms reads %s', (distanceMs, text) => {
  expect(distanceText(1_000_000_000_000 + distanceMs, 1_000_000_000_000)).toBe(text);
});

test.each([
  ['2026-12-01T01:00:00+01:00', '2026-12-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['9999-12-31T23:59:59-01:00', undefined],
  ['tomorrow', undefined],
  [1_700_000_000_000, undefined],
  [undefined, undefined],
])('the instant of %p is %p', (text, iso) => {
  expect(instant(text)).toBe(iso);
});
