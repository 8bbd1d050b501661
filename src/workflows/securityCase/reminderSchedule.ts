import { remindersAhead, rescheduled } from '../shared/reminders.ts';
import type { ReminderPlan, SecurityPlan } from './contract.ts';
import type { SecurityPolicy } from './policyValues.ts';
import type { SecurityReminder } from './state.ts';

/** The part of a schedule that is planned in one go, and how many of its first reminders an acknowledgement mutes. */
export interface SchedulePlan {
  readonly plan: ReminderPlan;
  readonly quietReminders: number;
}

/**
 * What to ask of the activity that knows time zones. Long past the due date the plan begins near the present, however
 * long ago the date was, and goes on from there by the same names.
 * @param dueAt ISO 8601.
 */
export function schedulePlan(policy: SecurityPolicy, dueAt: string, nowMs: number): SchedulePlan {
  const { overdueEveryMs, overduePlanned, localHour, timeZone } = policy;
  const common = { dueAt, overdueEveryMs, overdueWeeks: overdueEveryMs > 0 ? overduePlanned : 0, localHour, timeZone };
  const lastMs = Math.max(0, ...policy.overdueMs);
  const beyondMs = nowMs - Date.parse(dueAt) - lastMs;
  if (beyondMs <= 0 || overdueEveryMs <= 0) {
    const beforeDueMs = policy.beforeDueMs.toSorted((one, other) => other - one);
    return {
      plan: { ...common, beforeDueMs, overdueMs: policy.overdueMs },
      quietReminders: beforeDueMs.filter((ms) => ms > policy.lastCallMs).length,
    };
  }
  // Two periods back: the local hour may move a reminder by a day.
  const passed = Math.max(0, Math.floor(beyondMs / overdueEveryMs) - 2);
  return {
    plan: { ...common, beforeDueMs: [], overdueMs: [lastMs + passed * overdueEveryMs] },
    quietReminders: 0,
  };
}

/** Every reminder of a plan. The last before the due date is neither quiet nor to be snoozed: no date passes without one. */
function remindersOf({ reminders, quietReminders }: SecurityPlan): readonly SecurityReminder[] {
  const lastBefore = reminders.findLastIndex(({ reminder }) => !isOverdue(reminder));
  return reminders.map(({ reminder, at }, index) => {
    const firm = index === lastBefore || isOverdue(reminder);
    return { reminder, atMs: Date.parse(at), quiet: index < quietReminders && !firm, firm };
  });
}

/**
 * The schedule that a plan makes, without what is past. A plan by another policy takes the place of a schedule: what was sent
 * for this due date is left out, and what the change has moved into the past is due now. So no change repeats a reminder, and
 * none takes away the last one before the due date, or the next one after it.
 * @param before the schedule until now; undefined where there was none for this due date.
 * @param sent the keys of the reminders that were sent, `{due date}:{reminder}`.
 */
export function replanned(
  plan: SecurityPlan,
  before: readonly SecurityReminder[] | undefined,
  sent: readonly string[],
  nowMs: number,
): readonly SecurityReminder[] {
  const planned = remindersOf(plan);
  if (before === undefined) return remindersAhead(planned, nowMs);
  const isSent = ({ reminder }: SecurityReminder): boolean => sent.includes(`${plan.dueAt}:${reminder}`);
  return rescheduled(planned, before, isSent, nowMs, standsFor);
}

/** Whether a reminder is the same as another; or the last before the due date, in place of any that comes before that. */
function standsFor({ reminder, firm }: SecurityReminder, ahead: SecurityReminder): boolean {
  return ahead.reminder === reminder || (firm && !isOverdue(reminder) && !isOverdue(ahead.reminder));
}

function isOverdue(reminder: string): boolean {
  return reminder.startsWith('overdue-');
}
