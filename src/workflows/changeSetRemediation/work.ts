import type { ActivityOptions, Priority } from '@temporalio/common';
import { ActivityCancellationType, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { awsActivities } from '../shared/activities.ts';
import { defined } from '../../defined.ts';
import { untilItWorks } from '../shared/activityOptions.ts';
import type { CaseRun, LateRefusal, WorkingPhase } from '../shared/case.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../shared/durations.ts';
import { isInterruption, readFailure } from '../shared/failures.ts';
import type { CommandInput, CommandName } from '../shared/operatorCommands.ts';
import { priorityOf, type Step } from '../shared/priorities.ts';
import type {
  ChangeSetActivities,
  changeSetCommands,
  ChangeSetFollowed,
  ChangeSetFollowing,
  ChangeSetReference,
  LineageReference,
  Reporting,
  SubmitRequest,
  WaitLasts,
} from './contract.ts';
import type { ChangeSetPolicy } from './policyValues.ts';
import { submitToken, successorName } from './lineage.ts';
import { retriesOf } from './spread.ts';
import {
  newestMember,
  type ChangeSetCase,
  type Checked,
  type DecisionReason,
  type LineageMessage,
  type Phase,
  type PhaseOf,
  type Proposal,
} from './state.ts';
import { hasClaims } from './transitions/claims.ts';
import { uncompared } from './transitions/listed.ts';
import { modeRefusal } from './transitions/refusals.ts';
import { expiryMs } from './transitions/followed.ts';
import { nextDueMs } from './transitions/operatorCommands.ts';
import { worthWaitingUntilMs } from './transitions/submitting.ts';
import { reportAtMs } from './waits.ts';
import { sleepUntil } from '../shared/timers.ts';

/** A check takes seconds; within a week somebody grants a missing permission, or an operator decides. */
const checksWithinMs = 7 * dayMs;

/** Who gives a command waits for its answer meanwhile, in milliseconds. */
const modeWithinMs = 10 * secondMs;

/** Where AWS refuses, polls begin with this interval, in milliseconds: four in the first hour. */
const shortestPollMs = 5 * minuteMs;
/** A blocker whose wait is reported is polled later each time, up to so many times the first interval. */
const slowestBlockerPoll = 4;

function checksOf(lineage: ChangeSetCase): ChangeSetActivities {
  const scheduleToCloseTimeout = leftMs(lineage, checksWithinMs);
  return awsActivities<ChangeSetActivities>({
    ...untilItWorks,
    retry: retriesOf(lineage.originId),
    scheduleToCloseTimeout,
    priority: priorityIn(lineage),
  });
}

/**
 * What is left of a deadline that counts from the beginning of the phase, in milliseconds; never nothing, for one attempt
 * is owed to what an activity, or a run, before this one has waited for.
 */
function leftMs({ phaseSinceMs = Date.now() }: ChangeSetCase, withinMs: number): number {
  return Math.max(phaseSinceMs + withinMs - Date.now(), Math.min(withinMs, minuteMs));
}

/**
 * Waits by an activity that the server repeats. Where the wait lasts longer than usual, the activity ends with that, one
 * notice reports it, and another activity waits on: so a wait that is over in time costs nothing more, and one that lasts
 * costs one activity. What the configuration has by now comes with either.
 */
async function waitFor<Found extends ChangeSetFollowed | undefined>(
  work: Work,
  activity: (asking: Reporting & ChangeSetFollowing) => Promise<Found | (WaitLasts & ChangeSetFollowed)>,
): Promise<Found> {
  const { current, recorded, apply } = work;
  for (;;) {
    const asking = { ...defined({ reportAtMs: reportAtMs(current()) }), following: recorded() };
    const found = await activity(asking);
    if (found === undefined) return found;
    follow(work, found);
    if (!('waitLasts' in found)) return found;
    apply({ type: 'waitLasts', sentence: found.waitLasts });
  }
}

/** Goes by what the configuration has by now, where an activity has answered it: from the next phase on. */
function follow({ recorded, follow: goBy, apply }: Work, { policy }: ChangeSetFollowed): void {
  const { policy: before } = recorded();
  if (goBy({ policy })) apply({ type: 'followed', before });
}

/**
 * When the present phase began, in milliseconds since the epoch: what it waits for counts from then, also in a run that
 * continues another.
 */
function phaseSince({ current }: Pick<Work, 'current'>): number {
  return current().phaseSinceMs ?? Date.now();
}

/** A timer that reports on its way that the wait lasts. */
async function sleepOn({ current, apply }: Work, endMs: number, summary: string): Promise<void> {
  const atMs = reportAtMs(current());
  if (atMs !== undefined && atMs < endMs) {
    await sleepUntil(atMs, summary);
    apply({ type: 'waitLasts' });
  }
  await sleepUntil(endMs, summary);
}

/** What a backfill found waits behind live events. */
function priorityIn({ account, foundBy }: ChangeSetCase, step: Step = 'check'): Priority {
  return priorityOf(account, foundBy === undefined ? 'live' : 'backfill', step);
}

/** What the work of a phase needs; the policy is that of the phase's beginning. */
export interface Work extends Omit<CaseRun<ChangeSetCase, LineageMessage, ChangeSetPolicy>, 'policy'> {
  readonly policy: ChangeSetPolicy;
}

function reference({ account, catalog }: ChangeSetCase, changeSetId: string): ChangeSetReference {
  return { account, catalog, changeSetId };
}

function lineageOf({ originId, originName, originStartTime, members }: ChangeSetCase): LineageReference {
  const memberIds = members.map(({ changeSetId }) => changeSetId);
  return { originId, ...defined({ originName, originStartTime }), memberIds };
}

/** One activity for a whole wait: the server repeats it, so that polling adds nothing to the history. */
function polling(lineage: ChangeSetCase, options: ActivityOptions, step?: Step): ChangeSetActivities {
  return awsActivities<ChangeSetActivities>({
    startToCloseTimeout: minuteMs,
    ...options,
    priority: priorityIn(lineage, step),
  });
}

/** Change sets whose outcomes wait: a check that begins now shows whose they are. */
function claimsOf({ unclaimed }: ChangeSetCase): Checked {
  return unclaimed.length === 0 ? {} : { claims: unclaimed.map(({ changeSetId }) => changeSetId) };
}

async function inspect(work: Work): Promise<void> {
  const { current, apply } = work;
  const claims = claimsOf(current());
  const source = reference(current(), current().originId);
  try {
    const { policy: _followed, ...findings } = await waitFor(work, (asking) =>
      checksOf(current()).inspectLineage({ ...source, ...asking }),
    );
    apply({ type: 'inspected', findings, ...claims });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'checkFailed', sentence, ...claims, ...(type === 'NotFound' ? { originUnknown: true } : {}) });
  }
}

async function diagnose(work: Work, changeSetId: string): Promise<void> {
  const { current, apply } = work;
  const claims = claimsOf(current());
  const source = reference(current(), changeSetId);
  try {
    const { policy: _followed, ...diagnosis } = await waitFor(work, (asking) =>
      checksOf(current()).diagnoseChangeSet({ ...source, ...asking }, lineageOf(current())),
    );
    apply({ type: 'diagnosed', diagnosis, ...claims });
  } catch (error) {
    apply({ type: 'checkFailed', sentence: readFailure(error).sentence });
  }
}

/**
 * How long a change set that runs is left to the events and to the account's listing, in milliseconds: until it takes longer
 * than usual, which the poll of that moment reports; where that is reported, or nobody is to be notified, as the policy says.
 */
function firstPollMs(lineage: ChangeSetCase, { pollFirstMs, pollLongestMs }: ChangeSetPolicy): number {
  const atMs = reportAtMs(lineage);
  if (atMs === undefined) return pollFirstMs;
  return Math.min(pollLongestMs, Math.max(atMs - Date.now(), Math.min(pollFirstMs, shortestPollMs)));
}

/** @param submitted whether AWS accepted it at the beginning of the phase. */
async function awaitOutcome(work: Work, changeSetId: string, submitted = false): Promise<void> {
  const { current, policy, apply } = work;
  const source = reference(current(), changeSetId);
  const polls = (): ChangeSetActivities =>
    polling(current(), {
      scheduleToCloseTimeout: leftMs(current(), policy.outcomeWithinMs),
      retry: {
        initialInterval: firstPollMs(current(), policy),
        backoffCoefficient: 2,
        maximumInterval: policy.pollLongestMs,
      },
      summary: `outcome of ${changeSetId}`,
    });
  try {
    const { policy: _followed, ...found } = await waitFor(work, (asking) => {
      const { phaseSinceMs = 0 } = current();
      const justSubmitted = submitted && Date.now() < phaseSinceMs + policy.pollFirstMs;
      return polls().awaitOutcome({ ...source, ...asking }, justSubmitted);
    });
    apply({ type: 'outcomeFound', found });
  } catch (error) {
    apply({ type: 'outcomeMissing', sentence: readFailure(error).sentence });
  }
}

function submitRequest(lineage: ChangeSetCase, { attempt, authority }: PhaseOf<'submitting'>): SubmitRequest {
  return {
    account: lineage.account,
    catalog: lineage.catalog,
    attempt,
    clientRequestToken: submitToken(lineage.originId, attempt),
    name: successorName(lineage.originName, lineage.originId, attempt),
    sourceId: newestMember(lineage).changeSetId,
    authority,
    ...lineageOf(lineage),
    known: authority === 'operator' ? lineage.known : [],
    amendments: lineage.amendments,
  };
}

async function submit(work: Work, phase: PhaseOf<'submitting'>): Promise<void> {
  const { current, policy, apply } = work;
  const lineage = current();
  const submits = (): ChangeSetActivities =>
    awsActivities<ChangeSetActivities>({
      // The checks have 25 s, the submit itself 30 s: no attempt still runs when the next one checks.
      ...untilItWorks,
      scheduleToCloseTimeout: leftMs(lineage, policy.submitWithinMs),
      retry: retriesOf(lineage.originId, policy.submitRetryFirstMs),
      // A submit is never left while AWS may still accept it.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      summary: `attempt ${phase.attempt} of ${lineage.originId}`,
      priority: priorityIn(lineage, 'submit'),
    });
  try {
    const { policy: _followed, ...result } = await waitFor(work, async (asking) => {
      const answer = await submits().submitSuccessor({ ...submitRequest(lineage, phase), ...asking });
      // As between two attempts: the listing needs time to show what AWS may have accepted.
      // The run that submits is continued by no other meanwhile.
      if ('waitLasts' in answer)
        await sleepUntil(Date.now() + policy.submitRetryFirstMs, 'wait before the next attempt');
      return answer;
    });
    apply({ type: 'submitAnswered', result });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'submitFailed', outcomeKnown: type === 'RequestRejected' || type === 'NotFound', sentence });
  }
}

/** Waits until nothing is in the way; where a blocker is found again, it waits before it checks. */
async function awaitUnblocked(work: Work, phase: PhaseOf<'awaitingBlocker'>): Promise<void> {
  const { current, policy, apply } = work;
  const { blocker, round, sinceMs } = phase;
  const deadlineMs = sinceMs + policy.blockerWithinMs;
  const worthMs = worthWaitingUntilMs(current(), phase, policy) ?? deadlineMs;
  // What would not be submitted any more waits no longer: the table asks an operator.
  const over: LineageMessage = { type: worthMs < deadlineMs ? 'unblocked' : 'blockerRemains' };
  const untilMs = Math.min(deadlineMs, worthMs + 1);
  if (Date.now() >= untilMs) return apply(over);
  if (round > 1 || blocker === undefined) {
    const pollMs = Math.min(phaseSince(work) + policy.blockerPollMs, untilMs);
    await sleepOn(work, pollMs, 'wait before the next check of the lock');
  }
  if (blocker !== undefined) {
    const source = reference(current(), blocker.changeSetId);
    const polls = (): ChangeSetActivities =>
      polling(current(), {
        scheduleToCloseTimeout: Math.max(untilMs - Date.now(), secondMs),
        retry: {
          initialInterval: policy.blockerPollMs,
          // So that the hour after which the wait is reported is not missed.
          backoffCoefficient: reportAtMs(current()) === undefined ? 2 : 1,
          maximumInterval: slowestBlockerPoll * policy.blockerPollMs,
        },
        summary: `end of ${blocker.changeSetId}`,
      });
    try {
      await waitFor(work, (asking) => polls().awaitEnd({ ...source, ...asking }));
    } catch (error) {
      const { deadline, type } = readFailure(error);
      if (deadline) return apply(over);
      // Nothing is known of the blocker, and the check before a submit would not work either.
      if (type === 'Bug') return apply({ type: 'blockerRemains' });
    }
  }
  apply({ type: 'unblocked' });
}

async function untilDue({ current, policy, apply }: Work): Promise<void> {
  const { phase } = current();
  if (phase.name !== 'awaitingDecision') return;
  await sleepUntil(nextDueMs(phase, { policy }), 'until the next reminder, or the end of the question');
  apply({ type: 'clock' });
}

/** What is asked right after a check for concurrent changes: another one at once would find the same. */
const afterCheck: ReadonlySet<DecisionReason['kind']> = new Set(['decision', 'modeObserve', 'modeApprove', 'dailyCap']);

/**
 * Checks for a fix made elsewhere: once where an operator is asked without a check, or reminded, once for what a round has
 * reported, and seldom beside that, by the server's own repeats, which add nothing to the history.
 */
async function watchElsewhere(work: Work, phase: PhaseOf<'awaitingDecision'>): Promise<void> {
  const { current, policy, recorded, apply } = work;
  const options = {
    scheduleToCloseTimeout: Math.max(expiryMs(phase, policy) - phase.askedAtMs, 0) + minuteMs,
    // A little later than a reminder that is as far away, which checks itself.
    retry: {
      initialInterval: policy.watchEveryMs + Math.min(minuteMs, Math.ceil(policy.watchEveryMs / 100)),
      backoffCoefficient: 1,
    },
    summary: 'checks for a fix made elsewhere',
  };
  const isFirst = afterCheck.has(phase.reason.kind) && phase.remindersSent === 0;
  // Another policy came with a check: no two workers of different configurations have the question go on at once.
  const isReplanned = phase.replanned?.sentBefore === phase.remindersSent;
  let justChecked = (isFirst || isReplanned) && uncompared(current()).length === 0;
  for (;;) {
    const lineage = current();
    const source = { ...reference(lineage, newestMember(lineage).changeSetId), following: recorded() };
    const watching = polling(lineage, options, 'watch');
    const scope = new CancellationScope();
    const checking = scope.run(() =>
      watching.watchElsewhere(source, lineageOf(lineage), lineage.known, justChecked).then(
        ({ policy: now, ...found }) => {
          if (found.running !== undefined) {
            apply({ type: 'workElsewhere', concurrentChanges: found, compared: lineage.heard ?? [] });
          }
          follow(work, defined({ policy: now }));
        },
        async (error: unknown) => {
          if (isCancellation(error)) throw error;
          // It cannot be watched any longer; the question stays open.
          readFailure(error);
          await condition(() => false);
        },
      ),
    );
    checking.catch(() => undefined);
    const isReported = (): boolean => uncompared(current()).some((one) => lineage.heard?.includes(one) !== true);
    await Promise.race([checking, condition(isReported)]);
    if (current().phase !== phase) return;
    scope.cancel();
    justChecked = !isReported();
  }
}

async function describeProposal({ current, apply }: Work, { amendments }: Proposal): Promise<void> {
  const lineage = current();
  const source = reference(lineage, newestMember(lineage).changeSetId);
  try {
    const { lines } = await checksOf(lineage).describeAmendments(source, amendments);
    apply({ type: 'differenceComputed', lines });
  } catch (error) {
    const sentence = `The difference could not be computed: ${readFailure(error).sentence}`;
    apply({ type: 'differenceComputed', lines: [sentence] });
  }
}

/**
 * Why an operator's command that would submit is refused by the account's mode as it is now. A worker that does not answer in
 * time decides nothing: the submit reads the mode again.
 */
export function refusedByMode(
  name: CommandName<typeof changeSetCommands>,
  command: CommandInput,
  { current }: Pick<Work, 'current'>,
): Promise<LateRefusal<LineageMessage> | undefined> {
  const lineage = current();
  const { account } = lineage;
  const { accountMode } = awsActivities<Pick<ChangeSetActivities, 'accountMode'>>({
    startToCloseTimeout: modeWithinMs,
    scheduleToCloseTimeout: modeWithinMs,
    summary: `mode of ${account}`,
    priority: priorityIn(lineage, 'submit'),
  });
  return CancellationScope.nonCancellable(async () => {
    try {
      const sentence = modeRefusal(account, name, await accountMode({ account }));
      return sentence === undefined
        ? undefined
        : { sentence, message: { type: 'commandRefused', name, command, sentence } };
    } catch (error) {
      readFailure(error);
      return undefined;
    }
  });
}

/** Asks AWS what succeeded, for its notice; where that cannot be read in time, the notice says what the event said. */
export async function describeSuccess(
  { current, apply }: Pick<Work, 'current' | 'apply'>,
  changeSetId: string,
): Promise<void> {
  const lineage = current();
  const describing = awsActivities<Pick<ChangeSetActivities, 'describeSuccess'>>({
    ...untilItWorks,
    scheduleToCloseTimeout: hourMs,
    priority: priorityIn(lineage, 'watch'),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  try {
    apply({ type: 'successDescribed', success: await describing.describeSuccess(reference(lineage, changeSetId)) });
  } catch (error) {
    if (isInterruption(error)) throw error;
    readFailure(error);
    apply({ type: 'successDescribed', success: { changeSetId, changes: [] } });
  }
}

/** While an operator is asked: time passes, somebody may settle it elsewhere, and a proposal is described. */
async function awaitDecision(work: Work, phase: PhaseOf<'awaitingDecision'>): Promise<void> {
  const { diagnosis } = work.current();
  const watched = diagnosis?.concurrentChanges !== undefined && phase.reason.kind !== 'outcomeMissing';
  const { proposal } = phase;
  await Promise.race([
    untilDue(work),
    checkClaims(work),
    ...(watched ? [watchElsewhere(work, phase)] : []),
    ...(proposal !== undefined && proposal.difference === undefined ? [describeProposal(work, proposal)] : []),
  ]);
}

/** Checks whether change sets whose outcome came under a marker of this lineage are its own, as often as one comes. */
async function checkClaims(work: Work): Promise<void> {
  for (;;) {
    await condition(() => hasClaims(work.current()));
    await inspect(work);
  }
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: WorkingPhase<Phase>, work: Work): Promise<void> {
  switch (phase.name) {
    case 'inspecting':
      return inspect(work);
    case 'diagnosing':
      return diagnose(work, phase.changeSetId);
    case 'awaitingOutcome':
      return Promise.race([awaitOutcome(work, phase.changeSetId, phase.submitted), checkClaims(work)]);
    case 'backingOff':
      await sleepOn(work, phaseSince(work) + phase.delayMs, `wait before attempt ${phase.attempt}`);
      return work.apply({ type: 'backOffElapsed' });
    case 'submitting':
      return submit(work, phase);
    case 'awaitingBlocker':
      return awaitUnblocked(work, phase);
    case 'abandoning':
      if (phase.changeSetId !== undefined)
        return Promise.race([awaitOutcome(work, phase.changeSetId), checkClaims(work)]);
      // AWS may not list yet what it accepted a moment ago.
      await sleepUntil(phaseSince(work) + work.policy.submitRetryFirstMs, 'wait before the check for a successor');
      return inspect(work);
    case 'awaitingDecision':
      return awaitDecision(work, phase);
  }
}
