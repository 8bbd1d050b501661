import type { PlannedRung, RungPlan } from '../../activities/securityCase/reminderSchedule.ts';
import { rungsAhead } from '../shared/reminders.ts';
import type { SecurityPolicy } from './defaults.ts';
import type { SecurityRung } from './state.ts';

/** How many of the endless overdue rungs are planned at a time: a year of weeks, so that the state stays small. */
const overdueWeeks = 52;

/** The part of a ladder that is planned in one go, and how many of its first rungs an acknowledgement mutes. */
export interface LadderPlan {
  readonly plan: RungPlan;
  readonly quietRungs: number;
}

/**
 * What to ask of the activity that knows time zones. Long past the due date the plan begins near the present, however
 * long ago the date was, and goes on from there by the same names.
 * @param dueAt ISO 8601.
 */
export function ladderPlan(policy: SecurityPolicy, dueAt: string, nowMs: number): LadderPlan {
  const { overdueEveryMs, localHour, timeZone } = policy;
  const common = { dueAt, overdueEveryMs, overdueWeeks: overdueEveryMs > 0 ? overdueWeeks : 0, localHour, timeZone };
  const lastMs = Math.max(0, ...policy.overdueMs);
  const beyondMs = nowMs - Date.parse(dueAt) - lastMs;
  if (beyondMs <= 0 || overdueEveryMs <= 0) {
    const beforeDueMs = policy.beforeDueMs.toSorted((one, other) => other - one);
    return {
      plan: { ...common, beforeDueMs, overdueMs: policy.overdueMs },
      quietRungs: beforeDueMs.filter((ms) => ms > policy.lastCallMs).length,
    };
  }
  // Two periods back: the local hour may move a rung by a day.
  const passed = Math.max(0, Math.floor(beyondMs / overdueEveryMs) - 2);
  return {
    plan: { ...common, beforeDueMs: [], overdueMs: [lastMs + passed * overdueEveryMs] },
    quietRungs: 0,
  };
}

/**
 * The ladder that a plan's answer makes, without what is past. The last rung before the due date is neither quiet nor to
 * be snoozed, so that nobody's date passes unsaid.
 * @param planned earliest first, as the activity gives them.
 */
export function ladderOf(
  { rungs, quietRungs }: { readonly rungs: readonly PlannedRung[]; readonly quietRungs: number },
  nowMs: number,
): readonly SecurityRung[] {
  const lastBefore = rungs.findLastIndex(({ rung }) => !isOverdue(rung));
  const ladder = rungs.map(({ rung, at }, index) => {
    const firm = index === lastBefore || isOverdue(rung);
    return { rung, atMs: Date.parse(at), quiet: index < quietRungs && !firm, firm };
  });
  return rungsAhead(ladder, nowMs);
}

function isOverdue(rung: string): boolean {
  return rung.startsWith('overdue-');
}
