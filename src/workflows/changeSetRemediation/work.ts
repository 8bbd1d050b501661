import { ActivityCancellationType, condition, proxyActivities, sleep } from '@temporalio/workflow';
import type { ChangeSetActivities } from '../../activities/changeSets.ts';
import type { NoticeActivities } from '../../activities/notices.ts';
import { readFailure } from '../shared/failures.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import { submitToken, successorName } from './lineage.ts';
import { newestMember, type ChangeSetCase, type Phase } from './state.ts';
import type { LineageEffect, LineageMessage } from './transition.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A look at AWS takes seconds; a permission that is missing is granted within a day or becomes a person's matter. */
const looking = {
  startToCloseTimeout: minuteMs,
  scheduleToCloseTimeout: 24 * hourMs,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
} as const;

const looks = proxyActivities<Pick<ChangeSetActivities, 'learnLineage' | 'diagnoseChangeSet'>>(looking);
/** A channel that is broken for an hour is left to the operators, who see it in the notes. */
const notices = proxyActivities<NoticeActivities>({ ...looking, scheduleToCloseTimeout: hourMs });
/** Handing on has no deadline: an event must not be lost. */
const handing = proxyActivities<Pick<ChangeSetActivities, 'handOnOutcome'>>({
  startToCloseTimeout: minuteMs,
  retry: looking.retry,
});

/** What the work of a phase needs: the present state, the policy, and where findings go. */
export interface PhaseWork {
  readonly current: () => ChangeSetCase;
  readonly policy: ChangeSetPolicy;
  readonly apply: (message: LineageMessage) => void;
}

function reference({ account, catalog }: ChangeSetCase, changeSetId: string) {
  return { account, catalog, changeSetId };
}

async function learn({ current, apply }: PhaseWork): Promise<void> {
  const lineage = current();
  try {
    apply({ type: 'learned', findings: await looks.learnLineage(reference(lineage, lineage.originId)) });
  } catch (error) {
    apply({ type: 'lookFailed', sentence: readFailure(error).sentence });
  }
}

async function diagnose({ current, apply }: PhaseWork, changeSetId: string): Promise<void> {
  try {
    apply({ type: 'diagnosed', diagnosis: await looks.diagnoseChangeSet(reference(current(), changeSetId)) });
  } catch (error) {
    apply({ type: 'lookFailed', sentence: readFailure(error).sentence });
  }
}

/** One activity for the whole wait: the server repeats it, so that polling adds nothing to the history. */
async function awaitOutcome({ current, policy, apply }: PhaseWork, changeSetId: string): Promise<void> {
  const polling = proxyActivities<Pick<ChangeSetActivities, 'awaitOutcome'>>({
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: policy.outcomeWithinMs,
    retry: { initialInterval: policy.pollFirstMs, backoffCoefficient: 2, maximumInterval: policy.pollLongestMs },
    summary: `outcome of ${changeSetId}`,
  });
  try {
    apply({ type: 'outcomeFound', found: await polling.awaitOutcome(reference(current(), changeSetId)) });
  } catch (error) {
    apply({ type: 'outcomeMissing', sentence: readFailure(error).sentence });
  }
}

async function submit(
  { current, policy, apply }: PhaseWork,
  { attempt, authority }: Extract<Phase, { name: 'submitting' }>,
): Promise<void> {
  const lineage = current();
  const submitting = proxyActivities<Pick<ChangeSetActivities, 'submitSuccessor'>>({
    // The looks have 15 s, the submit itself 40 s: no try still runs when the next one looks.
    startToCloseTimeout: minuteMs,
    scheduleToCloseTimeout: policy.submitWithinMs,
    retry: { initialInterval: policy.submitRetryFirstMs, backoffCoefficient: 2, maximumInterval: 15 * minuteMs },
    // A submit is never left while it may still be accepted.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `attempt ${attempt} of ${lineage.originId}`,
  });
  try {
    const result = await submitting.submitSuccessor({
      account: lineage.account,
      catalog: lineage.catalog,
      originId: lineage.originId,
      attempt,
      clientRequestToken: submitToken(lineage.originId, attempt),
      name: successorName(lineage.originName, lineage.originId, attempt),
      sourceId: newestMember(lineage).changeSetId,
      authority,
    });
    apply({ type: 'submitAnswered', result });
  } catch (error) {
    const { type, sentence } = readFailure(error);
    apply({ type: 'submitFailed', outcomeKnown: type === 'RequestRejected' || type === 'NotFound', sentence });
  }
}

/** Does what a phase stands for, until it has a finding. */
export async function workOn(phase: Phase, work: PhaseWork): Promise<void> {
  switch (phase.name) {
    case 'learning':
      return learn(work);
    case 'diagnosing':
      return diagnose(work, phase.changeSetId);
    case 'awaitingOutcome':
      return awaitOutcome(work, phase.changeSetId);
    case 'backingOff':
      await sleep(phase.delayMs, { summary: `wait before attempt ${phase.attempt}` });
      return work.apply({ type: 'backOffElapsed' });
    case 'submitting':
      return submit(work, phase);
    case 'abandoning':
      if (phase.changeSetId !== undefined) return awaitOutcome(work, phase.changeSetId);
      // What was accepted a moment ago may not be listed yet.
      await sleep(work.policy.submitRetryFirstMs, { summary: 'wait before the look for a successor' });
      return learn(work);
    case 'awaitingPerson':
    case 'ended':
      return condition(() => false);
  }
}

/** Sends one effect. Gives a sentence where it could not be sent. */
export async function perform(effect: LineageEffect): Promise<string | undefined> {
  try {
    if (effect.type === 'handOn') await handing.handOnOutcome(effect.message);
    else await notices.sendNotice(effect.notice);
    return undefined;
  } catch (error) {
    return `Not sent (${effect.type}): ${readFailure(error).sentence}`;
  }
}
