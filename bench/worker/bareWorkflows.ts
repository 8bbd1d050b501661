/** What a remediation does in Temporal, with nothing of the steward's own: the same steps, and nothing decided. */
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import {
  attemptAttribute,
  attentionAttribute,
  stateAttribute,
  subjectAttribute,
} from '../../src/workflows/shared/searchAttributes.ts';
import type { BareActivities, BareChangeSet } from '../resubmit/bareActivities.ts';

export { barePermits } from './floors.ts';

/** What a vendor's event says. */
export interface BareOutcome {
  readonly changeSetId: string;
  readonly succeeded: boolean;
}

const bareOutcomeSignal = defineSignal<[BareOutcome]>('changeSetOutcome');

const backOffMs = 100;
const minuteMs = 60_000;
/** What asks for the outcome of a submit: later than it is known here. */
export interface LaterOutcome {
  bareAwaitOutcome(changeSet: BareChangeSet): Promise<void>;
}

const { bareInspect, bareSubmit, bareAwaitOutcome } = proxyActivities<BareActivities & LaterOutcome>({
  startToCloseTimeout: minuteMs,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/** A change set that failed, submitted again once, until it succeeds. */
export async function wholeRemediation({ account, changeSetId }: BareChangeSet) {
  const outcomes = new Map<string, boolean>();
  setHandler(bareOutcomeSignal, (outcome) => void outcomes.set(outcome.changeSetId, outcome.succeeded));
  await condition(() => outcomes.has(changeSetId));
  await bareInspect({ account, changeSetId });
  upsertSearchAttributes([
    { key: stateAttribute, value: 'retrying' },
    { key: attemptAttribute, value: 1 },
    { key: subjectAttribute, value: `${changeSetId}: attempt 1` },
  ]);
  await sleep(backOffMs);
  const successor = await bareSubmit({ account, changeSetId });
  const polling = new CancellationScope();
  const polled = polling
    .run(() => bareAwaitOutcome({ account, changeSetId: successor }))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  await Promise.race([polled, condition(() => outcomes.has(successor))]);
  polling.cancel();
  upsertSearchAttributes([
    { key: stateAttribute, value: 'remediated' },
    { key: attentionAttribute, value: false },
    { key: subjectAttribute, value: `${changeSetId}: remediated` },
  ]);
  return { state: 'remediated', attempt: 1 };
}
