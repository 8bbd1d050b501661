import { condition, defineSignal, proxyActivities, setHandler, sleep } from '@temporalio/workflow';

const goSignal = defineSignal('go');

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: 60_000 });

/** The least that a workflow can do: it takes one signal and ends. */
export async function emptyWorkflow(): Promise<void> {
  let gone = false;
  setHandler(goSignal, () => {
    gone = true;
  });
  await condition(() => gone);
}

/** What a remediation waits for without its own work: a signal, an activity, the back-off, an activity. */
export async function floorWorkflow(backOffMs: number): Promise<void> {
  await emptyWorkflow();
  await nothing();
  await sleep(backOffMs);
  await nothing();
}
