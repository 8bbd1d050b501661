import { condition, proxyActivities, sleep } from '@temporalio/workflow';
import type { PlannedReminder } from '../../activities/securityCase/reminderSchedule.ts';
import type { SecurityActivities } from '../../activities/securityCase/index.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import { timerMs } from '../shared/reminders.ts';
import { securityDefaults, type SecurityPolicy } from './defaults.ts';
import { schedulePlan, type SchedulePlan } from './reminderSchedule.ts';
import type { Check, SecurityMessage } from './transitions/next.ts';
import { reminderAtMs, wakeAtMs, type OpenPhase, type SecurityPhase } from './state.ts';

/** The report names no catalog, and there is one for sellers (API reference, Catalog). */
const catalog = 'AWSMarketplace';
const minuteMs = 60_000;

const retry = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs } as const;
/** An opening notice waits for this check: it goes out without it when it takes longer. */
type Checks = Pick<SecurityActivities, 'affectedProducts'>;
const checking = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 2 * minuteMs,
  retry,
  summary: 'which products are affected',
} as const;
const plans = proxyActivities<Pick<SecurityActivities, 'planReminders'>>({
  startToCloseTimeout: minuteMs,
  retry,
  summary: 'when to remind',
});

/** What the work of a phase needs: whose case it is, the policy, and where findings go. */
export interface PhaseWork {
  readonly account: string;
  readonly policy: SecurityPolicy;
  readonly apply: (message: SecurityMessage) => void;
}

async function check({ account }: PhaseWork, { tracking }: OpenPhase): Promise<Check> {
  try {
    const checks = proxyActivities<Checks>({ ...checking, priority: priorityOf(account) });
    const found = await checks.affectedProducts({ account, catalog, tracked: tracking?.failed ?? [] });
    return { found, at: new Date().toISOString() };
  } catch (error) {
    return { sentence: readFailure(error).sentence };
  }
}

async function planned({ apply }: PhaseWork, { plan }: SchedulePlan): Promise<readonly PlannedReminder[]> {
  try {
    return await plans.planReminders(plan);
  } catch (error) {
    const { sentence } = readFailure(error);
    const { timeZone, localHour } = securityDefaults;
    const instead = `Reminders go by ${timeZone}, ${localHour}:00`;
    apply({ type: 'noted', sentence: `${instead}, since they could not be planned as asked: ${sentence}` });
    return plans.planReminders({ ...plan, timeZone, localHour });
  }
}

async function prepare(phase: OpenPhase, work: PhaseWork): Promise<void> {
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
  work.apply({ type: 'prepared', check: checked, plan });
}

/** Does what a phase stands for: checks and plans first, then one timer at a time. */
export async function workOn(phase: SecurityPhase, work: PhaseWork): Promise<void> {
  if (phase.name !== 'open') return condition(() => false);
  if (phase.schedule === undefined || phase.affected === undefined) return prepare(phase, work);
  const wakeMs = wakeAtMs(phase);
  if (wakeMs === undefined) return condition(() => false);
  const what = wakeMs === reminderAtMs(phase) ? 'next reminder at' : 'snoozed until';
  while (Date.now() < wakeMs) {
    await sleep(timerMs(wakeMs, Date.now()), { summary: `${what} ${new Date(wakeMs).toISOString()}` });
  }
  work.apply({ type: 'woken' });
}

/**
 * Checks at the assessments again and again until they differ from what is known: one activity that the server repeats, so
 * that years of checking add nothing to the history.
 */
export async function watchAssessments({ affected, tracking }: OpenPhase, work: PhaseWork): Promise<void> {
  const watching = proxyActivities<Pick<SecurityActivities, 'watchAssessments'>>({
    startToCloseTimeout: minuteMs,
    retry: { initialInterval: work.policy.checkEveryMs, backoffCoefficient: 1 },
    summary: 'checks whether the issues are fixed',
    priority: priorityOf(work.account, 'live', 'watch'),
  });
  try {
    const found = await watching.watchAssessments({
      account: work.account,
      catalog,
      tracked: tracking?.failed ?? [],
      known: affected?.fingerprint ?? 'nothing',
    });
    work.apply({ type: 'prepared', check: { found, at: new Date().toISOString() } });
  } catch (error) {
    // Not to be seen any more: reports and operators close the case all the same.
    work.apply({ type: 'noted', sentence: `The assessments are not watched any more: ${readFailure(error).sentence}` });
    await condition(() => false);
  }
}
