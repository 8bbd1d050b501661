import { condition } from '@temporalio/workflow';
import { awsActivities, ownActivities } from '../shared/activities.ts';
import { defined } from '../../defined.ts';
import { retryAtMost15Minutes, untilItWorks } from '../shared/activityOptions.ts';
import { whilePhaseLasts, type CaseRun, type WorkingPhase } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { priorityOf } from '../shared/priorities.ts';
import type {
  ReminderActivities,
  SecurityActivities,
  SecurityFollowed,
  SecurityFollowing,
  SecurityPlan,
} from './contract.ts';
import type { SecurityPolicy } from './policyValues.ts';
import {
  reminderAtMs,
  wakeAtMs,
  type Affected,
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

/** What was found, as a message. */
type Prepared = Extract<SecurityMessage, { readonly type: 'prepared' }>;

/** What the work needs: the state, the policy, and where findings go. */
type SecurityWork = CaseRun<SecurityCaseState, SecurityMessage, SecurityPolicy>;

/** For the activities that say what the configuration has by now. */
function following({ recorded }: SecurityWork, { dueAt }: OpenPhase): SecurityFollowing {
  return { ...recorded(), ...defined({ dueAt }) };
}

/** Goes by what the configuration has by now, where an activity has answered it. */
function follow(work: SecurityWork, answer: SecurityFollowed): Pick<Prepared, 'plan' | 'followed'> {
  if (answer.policy === undefined) return {};
  work.follow(answer);
  if (answer.plan?.doubt !== undefined) work.note(answer.plan.doubt);
  return { followed: true, ...defined({ plan: answer.plan }) };
}

async function check(work: SecurityWork, phase: OpenPhase): Promise<Pick<Prepared, 'check' | 'plan' | 'followed'>> {
  const { tracking, report } = phase;
  const { account } = work.current();
  try {
    const checks = awsActivities<SecurityActivities>({ ...checking, priority: priorityOf(account) });
    const { reportedAt } = report;
    const question = { account, catalog, tracked: tracking?.failed ?? [], reportedAt };
    const { policy, plan, ...found } = await checks.affectedProducts(question, {
      ...following(work, phase),
      nowMs: Date.now(),
    });
    return { check: { found, at: new Date().toISOString() }, ...follow(work, defined({ policy, plan })) };
  } catch (error) {
    return { check: { sentence: readFailure(error).sentence } };
  }
}

async function planned(work: SecurityWork, phase: OpenPhase, dueAt: string): Promise<SecurityPlan> {
  try {
    const { policy, ...plan } = await plans.planReminders({ ...following(work, phase), dueAt, nowMs: Date.now() });
    if (plan.doubt !== undefined) work.note(plan.doubt);
    work.follow({ policy });
    return plan;
  } catch (error) {
    work.note(`The case goes on without reminders: ${readFailure(error).sentence}`);
    return { dueAt, quietReminders: 0, reminders: [] };
  }
}

async function prepare(phase: OpenPhase, work: SecurityWork): Promise<void> {
  const { dueAt } = phase;
  const [checked, plan] = await Promise.all([
    phase.affected === undefined ? check(work, phase) : undefined,
    phase.schedule || dueAt === undefined ? undefined : planned(work, phase, dueAt),
  ]);
  work.apply({ type: 'prepared', ...checked, ...defined({ plan: plan ?? checked?.plan }) });
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
async function watchAssessments(phase: OpenPhase, work: SecurityWork): Promise<void> {
  const { affected, tracking, report } = phase;
  const { account } = work.current();
  const watching = awsActivities<SecurityActivities>({
    startToCloseTimeout: minuteMs,
    retry: { initialInterval: work.policy().checkEveryMs, backoffCoefficient: 1 },
    summary: 'checks whether the issues are fixed',
    priority: priorityOf(account, 'live', 'watch'),
  });
  try {
    const question = { account, catalog, tracked: tracking?.failed ?? [], reportedAt: report.reportedAt };
    const { policy, plan, ...found } = await watching.watchAssessments(
      { ...question, known: affected?.fingerprint ?? 'nothing' },
      following(work, phase),
    );
    work.apply({
      type: 'prepared',
      ...(found.readable !== undefined && { check: { found, at: new Date().toISOString() } }),
      ...follow(work, defined({ policy, plan })),
    });
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
