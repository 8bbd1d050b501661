import { condition, defineSignal, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import type { BareActivities, BareChangeSet } from '../resubmit/bareActivities.ts';

const goSignal = defineSignal('go');
/** One call of a workflow by an activity, as for a permit. */
export const bareUpdate = defineUpdate<number>('permit');

const { bareInspect, bareSubmit } = proxyActivities<BareActivities>({ startToCloseTimeout: 60_000 });

/** The least that a workflow can do: it takes one signal and ends. */
async function emptyWorkflow(): Promise<void> {
  let gone = false;
  setHandler(goSignal, () => {
    gone = true;
  });
  await condition(() => gone);
}

/** The steps of a remediation until its submit, with nothing but them: a signal, an activity, the back-off, an activity. */
export async function bareRemediation(changeSet: BareChangeSet, backOffMs: number): Promise<void> {
  await emptyWorkflow();
  await bareInspect(changeSet);
  await sleep(backOffMs);
  await bareSubmit(changeSet);
}

/** Answers every request, until it is terminated with its namespace. */
export async function barePermits(): Promise<void> {
  let granted = 0;
  setHandler(bareUpdate, () => (granted += 1));
  await condition(() => false);
}
