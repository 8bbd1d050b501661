import { condition, defineSignal, setHandler } from '@temporalio/workflow';

const goSignal = defineSignal('go');

/** The least that a workflow can do: it takes one signal and ends. */
export async function emptyWorkflow(): Promise<void> {
  let gone = false;
  setHandler(goSignal, () => {
    gone = true;
  });
  await condition(() => gone);
}
