import { allHandlersFinished, condition, patched, setHandler } from '@temporalio/workflow';
import { carriedOr } from '../shared/carried.ts';
import { readPermits } from './carried.ts';
import { awsActivities } from '../shared/activities.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import { minuteMs } from '../shared/durations.ts';
import { readFailure } from '../shared/failures.ts';
import { renewal } from '../shared/renewal.ts';
import { requireTexts } from '../shared/input.ts';
import { othersAreTaken } from '../shared/othersTaken.ts';
import { priorityOf } from '../shared/priorities.ts';
import {
  permitReturnUpdate,
  permitUpdate,
  submitPermitsContract,
  submitPermitsStatusQuery,
  type SubmitPermitsActivities,
  type SubmitPermitsInput,
} from './contract.ts';
import {
  carriedState,
  counted,
  giveBack,
  noPermits,
  numbersOf,
  recountBegun,
  recounted,
  recountFailed,
  request,
} from './permits.ts';
import { requestProblem, returnProblem } from './checks.ts';
import { submitPermitsPolicy } from './policyValues.ts';
import { resolvedPolicy, wholePolicy } from '../shared/policies.ts';
import { sleepUntil } from '../shared/timers.ts';

const exampleInput = { version: 1, account: '123456789012', catalog: 'AWSMarketplace' };
/** A count that AWS does not answer ends then, so that the run can be renewed meanwhile. Ten thousand rows take two minutes. */
const countWithinMs = 10 * minuteMs;

/**
 * Grants the submits of an account: one permit for each activity attempt that may submit, within the daily cap, the
 * number in flight and the pace of StartChangeSet. It ends only where it is terminated.
 */
export async function submitPermits(input: SubmitPermitsInput & { readonly carried?: unknown }): Promise<never> {
  requireTexts(input, ['account', 'catalog'], exampleInput);
  const { account, catalog } = input;
  let { policy } =
    wholePolicy(submitPermitsPolicy, input) ??
    (await resolvedPolicy('submitPermits', submitPermitsPolicy, input, exampleInput, submitPermitsContract));
  let state = carriedOr(input, readPermits, () => noPermits);
  let updates = 0;
  setHandler(
    permitUpdate,
    async (asked) => {
      // A count that has come with it is taken first: after a reset, what was granted after the count must not be forgotten.
      await othersAreTaken();
      updates += 1;
      policy = asked.policy ?? policy;
      const answered = request(state, asked, Date.now(), policy);
      state = answered.state;
      return answered.answer;
    },
    {
      validator: (asked) => refuse(requestProblem(asked)),
      description: 'A permit for one activity attempt of a submit; sent by the worker',
    },
  );
  setHandler(
    permitReturnUpdate,
    async (given) => {
      await othersAreTaken();
      updates += 1;
      state = giveBack(state, given, Date.now());
    },
    { validator: (given) => refuse(returnProblem(given)), description: 'What became of a permit; sent by the worker' },
  );
  setHandler(
    submitPermitsStatusQuery,
    () => ({
      state: state.counted ? 'granting' : 'counting',
      account,
      ...numbersOf(state, Date.now()),
      nextStep: state.counted ? 'Nothing to do.' : 'Counts what was submitted today; every submit waits until then.',
      notes: [],
    }),
    { description: 'How many submits count today, and how many are in flight' },
  );

  const { countSubmits, runningSubmits } = awsActivities<SubmitPermitsActivities>({
    ...untilItWorks,
    startToCloseTimeout: countWithinMs / 2,
    // No submit of the account goes out before the count: the missing heartbeat ends an attempt whose worker died.
    heartbeatTimeout: minuteMs / 3,
    scheduleToCloseTimeout: countWithinMs,
    retry: { ...untilItWorks.retry, maximumInterval: minuteMs },
    priority: priorityOf(account, 'live', 'submit'),
  });
  const scope = { account, catalog };
  const count = async (): Promise<void> => {
    if (!state.counted) {
      // Requests change the state while AWS answers: it is read after that.
      const listed = await countSubmits(scope);
      state = counted(state, listed, Date.now());
      return;
    }
    state = recountBegun(state, Date.now());
    const begun = state;
    const running = await runningSubmits(scope);
    // Runs from before forgot what was granted and returned while AWS answered.
    state = recounted(patched('recountKeepsGrants') ? state : begun, running);
  };
  const { isDue, continueOn } = renewal();
  const renewalDue = (): boolean => updates >= policy.mostUpdates || isDue();
  for (;;) {
    await condition(() => renewalDue() || state.recountWanted || !state.counted);
    if (!renewalDue()) {
      try {
        await count();
      } catch (error) {
        // The next request that finds too many in flight wants another recount.
        readFailure(error);
        state = recountFailed(state);
      }
      // The run is renewed only after that.
      await sleepUntil(Date.now() + policy.betweenCountsMs, 'wait before the next count of what is in flight');
    }
    if (renewalDue()) {
      await condition(allHandlersFinished);
      const carried = carriedState(state, Date.now(), policy);
      await continueOn({ ...input, policy, carried });
    }
  }
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new TypeError(problem);
}
