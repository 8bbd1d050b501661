import type { PlannedReminder, ReminderPlan } from '../../workflows/securityCase/contract.ts';
import { dayMs, hourMs } from '../../workflows/shared/durations.ts';
import { lengthName } from '../../workflows/shared/reminders.ts';
import { localClock } from '../localClock.ts';

// RFC 3339 times, and with them Temporal's, end with the year 9999.
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Computes when the reminders of a schedule fall, earliest first. A reminder of whole days falls on the local hour of the day
 * that many calendar days from the due instant's local date, before it never after the instant itself and after it
 * never before; a reminder of any other length lies exactly that far from the instant. Reminders after the year 9999 are left
 * out. An hour that a change of clocks skips counts as the one after it; of an hour that comes twice, the first counts.
 * @throws RangeError where the time zone is unknown, the local hour is none, or `dueAt` is no time.
 */
export function planReminders(plan: ReminderPlan): PlannedReminder[] {
  const dueMs = Date.parse(plan.dueAt);
  if (Number.isNaN(dueMs))
    throw new RangeError(`dueAt: found ${JSON.stringify(plan.dueAt)}, expected an ISO 8601 time`);
  if (!Number.isInteger(plan.localHour) || plan.localHour < 0 || plan.localHour > 23)
    throw new RangeError(`localHour: found ${JSON.stringify(plan.localHour)}, expected a whole hour from 0 to 23`);
  const clock = localClock(plan.timeZone);
  const dayOfDue = Math.floor(clock.localMs(dueMs) / dayMs);
  const shifted = (distanceMs: number): number =>
    distanceMs % dayMs === 0
      ? clock.instantOf((dayOfDue + distanceMs / dayMs) * dayMs + plan.localHour * hourMs)
      : dueMs + distanceMs;

  const before = plan.beforeDueMs.map((ms): [string, number] => [
    ms === 0 ? 'day-0' : `before-${lengthName(ms)}`,
    Math.min(shifted(-ms), dueMs),
  ]);
  const lastMs = Math.max(0, ...plan.overdueMs);
  const repeatedMs = Array.from(
    { length: plan.overdueWeeks },
    (_, index) => lastMs + (index + 1) * plan.overdueEveryMs,
  );
  const overdue = [...plan.overdueMs, ...repeatedMs].map((ms): [string, number] => [
    `overdue-${lengthName(ms)}`,
    Math.max(shifted(ms), dueMs),
  ]);
  return [...new Map([...before, ...overdue])]
    .filter(([, atMs]) => atMs <= LAST_MS)
    .toSorted(([, one], [, other]) => one - other)
    .map(([reminder, atMs]) => ({ reminder, at: new Date(atMs).toISOString() }));
}
