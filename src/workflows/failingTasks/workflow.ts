import { carriedOr } from '../shared/carried.ts';
import { readFailingTasks } from './carried.ts';
import { ownActivities } from '../shared/activities.ts';
import { begun } from '../shared/begun.ts';
import { onSignal, runCase, type Carried, type CaseRun } from '../shared/case.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { requireReadable } from '../shared/input.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import {
  failingTasksContract,
  tasksFailingSignal,
  type FailingTasksActivities,
  type FailingTasksInput,
  type FailingTasksStatus,
} from './contract.ts';
import { failingTasksPolicy, type FailingTasksPolicy } from './policyValues.ts';
import { failingTasksDetails, failingTasksStatus } from './details.ts';
import { noAccount } from './notices.ts';
import { groupKey, newFailingTasks, stateName, type FailingTasks, type FailingTasksMessage } from './state.ts';
import { failingTasksSubject } from './subject.ts';
import { next, readReport } from './transitions/next.ts';
import { sleepUntil } from '../shared/timers.ts';

/** Checks until nothing fails: one activity that the server repeats, so that days of checks add nothing to the history. */
async function watch({
  current,
  policy,
  recorded,
  follow,
  apply,
}: CaseRun<FailingTasks, FailingTasksMessage, FailingTasksPolicy>): Promise<void> {
  while (current().phase.name === 'failing') {
    const { checkEveryMs } = policy();
    const { watchFailingTasks } = ownActivities<FailingTasksActivities>({
      startToCloseTimeout: minuteMs,
      retry: { initialInterval: checkEveryMs, backoffCoefficient: 1 },
      summary: 'do the workflow tasks still fail',
    });
    // What a report has opened a moment ago is still failing.
    await sleepUntil(current().checkedAtMs + checkEveryMs, 'until the next check of the failing tasks');
    try {
      const known = current().groups.map(groupKey);
      const { policy: now, ...found } = await watchFailingTasks(known, { following: recorded() });
      follow({ policy: now });
      if (found.groups !== undefined) apply({ type: 'checked', found });
    } catch (error) {
      apply({ type: 'checkFailed', sentence: readFailure(error).sentence });
    }
  }
}

/**
 * The one alarm of workflows that stand still because their task fails: reports each workflow type and cause once, however
 * many workflows and reports there are, checks again automatically, and reports when none fails any more.
 * @returns how it ended.
 */
export async function failingTasks(input?: FailingTasksInput & Carried): Promise<FailingTasksStatus> {
  requireReadable(input, { version: 1 });
  const given = { ...input };
  const recorded =
    wholePolicy(failingTasksPolicy, given) ??
    (await resolvedPolicy('failingTasks', failingTasksPolicy, given, { version: 1 }, failingTasksContract));
  return runCase({
    contract: failingTasksContract,
    input: given,
    ...recorded,
    policyShape: failingTasksPolicy,
    state: carriedOr(given, readFailingTasks, () => newFailingTasks(begun().startedMs)),
    next,
    status: failingTasksStatus,
    statusDescription: 'Workflows whose task fails, by type and cause',
    details: failingTasksDetails,
    attributes: (tasks) => ({
      state: stateName(tasks),
      account: noAccount,
      attention: tasks.phase.name === 'failing',
      subject: failingTasksSubject(
        tasks.groups.map(({ workflowType }) => workflowType),
        stateName(tasks),
      ),
    }),
    signals: [
      onSignal(
        tasksFailingSignal,
        'Workflows whose task fails; sent by the checks for lost events',
        (payload: unknown) => {
          const found = readReport(payload);
          return typeof found === 'string' ? found : { type: 'reported', found };
        },
      ),
    ],
    cancelled: () => ({ type: 'cancelled' }),
    work: (_phase, run) => watch(run),
  });
}
