import { remindersAhead } from '../shared/reminders.ts';
import type { PlannedReminder, ReminderPlan } from './contract.ts';
import type { SecurityPolicy } from './defaults.ts';
import type { SecurityReminder } from './state.ts';

/** How many of the endless overdue reminders are planned at a time: a year of weeks, so that the state stays small. */
const overdueWeeks = 52;

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
  const { overdueEveryMs, localHour, timeZone } = policy;
  const common = { dueAt, overdueEveryMs, overdueWeeks: overdueEveryMs > 0 ? overdueWeeks : 0, localHour, timeZone };
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

/**
 * The schedule that a plan's answer makes, without what is past. The last reminder before the due date is neither quiet nor to
 * be snoozed, so that no date passes without a reminder.
 * @param planned earliest first, as the activity gives them.
 */
export function scheduleOf(
  { reminders, quietReminders }: { readonly reminders: readonly PlannedReminder[]; readonly quietReminders: number },
  nowMs: number,
): readonly SecurityReminder[] {
  const lastBefore = reminders.findLastIndex(({ reminder }) => !isOverdue(reminder));
  const schedule = reminders.map(({ reminder, at }, index) => {
    const firm = index === lastBefore || isOverdue(reminder);
    return { reminder, atMs: Date.parse(at), quiet: index < quietReminders && !firm, firm };
  });
  return remindersAhead(schedule, nowMs);
}

function isOverdue(reminder: string): boolean {
  return reminder.startsWith('overdue-');
}
