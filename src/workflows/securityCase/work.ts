import { condition } from '@temporalio/workflow';
import { awsActivities, ownActivities } from '../shared/activities.ts';
import { defined } from '../../defined.ts';
import { retryAtMost15Minutes, untilItWorks } from '../shared/activityOptions.ts';
import { whilePhaseLasts, type CaseRun, type WorkingPhase } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import type { PlannedReminder, ReminderActivities, SecurityActivities } from './contract.ts';
import { securityDefaults, type SecurityPolicy } from './defaults.ts';
import { schedulePlan, type SchedulePlan } from './reminderSchedule.ts';
import {
  reminderAtMs,
  wakeAtMs,
  type Affected,
  type Check,
  type OpenPhase,
  type SecurityCaseState,
  type SecurityMessage,
  type SecurityPhase,
} from './state.ts';
import { sleepUntil } from '../shared/timers.ts';

/** The report names no catalog, and there is one for sellers (API reference, Catalog). */
const catalog = 'AWSMarketplace';

/** An opening notice waits for this check: it goes out without it when it takes longer. */
const checking = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 2 * minuteMs,
  retry: retryAtMost15Minutes,
  summary: 'which products are affected',
} as const;
const plans = ownActivities<ReminderActivities>({
  ...untilItWorks,
  summary: 'when to remind',
});

/** What the work needs: the state, the policy, and where findings go. */
type SecurityWork = CaseRun<SecurityCaseState, SecurityMessage, SecurityPolicy>;

async function check({ current }: SecurityWork, { tracking, report }: OpenPhase): Promise<Check> {
  const { account } = current();
  try {
    const checks = awsActivities<SecurityActivities>({ ...checking, priority: priorityOf(account) });
    const { reportedAt } = report;
    const found = await checks.affectedProducts({ account, catalog, tracked: tracking?.failed ?? [], reportedAt });
    return { found, at: new Date().toISOString() };
  } catch (error) {
    return { sentence: readFailure(error).sentence };
  }
}

async function planned({ note }: SecurityWork, { plan }: SchedulePlan): Promise<readonly PlannedReminder[]> {
  try {
    return await plans.planReminders(plan);
  } catch (error) {
    const { sentence } = readFailure(error);
    const { timeZone, localHour } = securityDefaults;
    note(`Reminders go by ${timeZone}, ${localHour}:00, since they could not be planned as configured: ${sentence}`);
    try {
      return await plans.planReminders({ ...plan, timeZone, localHour });
    } catch (again) {
      note(`The case goes on without reminders: ${readFailure(again).sentence}`);
      return [];
    }
  }
}

async function prepare(phase: OpenPhase, work: SecurityWork): Promise<void> {
  const { dueAt } = phase;
  const schedule = phase.schedule || dueAt === undefined ? undefined : schedulePlan(work.policy, dueAt, Date.now());
  const [checked, reminders] = await Promise.all([
    phase.affected === undefined ? check(work, phase) : undefined,
    schedule === undefined ? undefined : planned(work, schedule),
  ]);
  const plan =
    schedule === undefined || reminders === undefined || dueAt === undefined
      ? undefined
      : { dueAt, quietReminders: schedule.quietReminders, reminders };
  work.apply({ type: 'prepared', ...defined({ check: checked, plan }) });
}

/** Does what a phase stands for: checks and plans first, then one timer at a time. */
export async function workOn(phase: WorkingPhase<SecurityPhase>, work: SecurityWork): Promise<void> {
  if (phase.name !== 'open') return condition(() => false);
  if (phase.schedule === undefined || phase.affected === undefined) return prepare(phase, work);
  const wakeMs = wakeAtMs(phase);
  if (wakeMs === undefined) return condition(() => false);
  const what = wakeMs === reminderAtMs(phase) ? 'next reminder at' : 'snoozed until';
  await sleepUntil(wakeMs, `${what} ${new Date(wakeMs).toISOString()}`);
  work.apply({ type: 'woken' });
}

/**
 * Checks the assessments again and again until they differ from what is known: one activity that the server repeats, so
 * that years of checks add nothing to the history.
 */
async function watchAssessments({ affected, tracking, report }: OpenPhase, work: SecurityWork): Promise<void> {
  const { account } = work.current();
  const watching = awsActivities<SecurityActivities>({
    startToCloseTimeout: minuteMs,
    retry: { initialInterval: work.policy.checkEveryMs, backoffCoefficient: 1 },
    summary: 'checks whether the issues are fixed',
    priority: priorityOf(account, 'live', 'watch'),
  });
  try {
    const found = await watching.watchAssessments({
      account,
      catalog,
      tracked: tracking?.failed ?? [],
      reportedAt: report.reportedAt,
      known: affected?.fingerprint ?? 'nothing',
    });
    work.apply({ type: 'prepared', check: { found, at: new Date().toISOString() } });
  } catch (error) {
    // Reports and operators close the case all the same.
    work.note(`The steward has stopped watching the assessments: ${readFailure(error).sentence}`);
    await condition(() => false);
  }
}

/** What the last check found, as long as it is to be watched. */
function watched({ phase }: SecurityCaseState): Affected | undefined {
  return phase.name === 'open' ? phase.affected : undefined;
}

/** Watches for changes in what is affected, past reminders and reports: a watch begins again with each new finding only. */
export async function keepWatching(work: SecurityWork): Promise<never> {
  const { current } = work;
  for (;;) {
    await condition(() => watched(current()) !== undefined);
    const { phase } = current();
    const affected = watched(current());
    await whilePhaseLasts(
      () => watched(current()) !== affected,
      async () => (phase.name === 'open' ? watchAssessments(phase, work) : undefined),
    );
  }
}
