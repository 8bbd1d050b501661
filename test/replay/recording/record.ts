import { proxySinks, workflowInfo, type Sinks } from '@temporalio/workflow';

/** One transition as a replayed workflow made it. */
export interface Step {
  readonly workflowType: string;
  /** The name of the transition among those of the workflow. */
  readonly step: string;
  /** The state before it; all three are JSON. */
  readonly state: string;
  readonly args: string;
  readonly after: string;
}

/** Where a replayed workflow brings its transitions. */
export interface RecordingSinks extends Sinks {
  readonly recording: { readonly step: (step: Step) => void };
}

const { recording } = proxySinks<RecordingSinks>();

/** Takes a transition, as text: nothing of it can change afterwards. */
export function record(made: {
  readonly step: string;
  readonly state: unknown;
  readonly args: readonly unknown[];
  readonly after: unknown;
}): void {
  const { step } = made;
  const [state, args, after] = [made.state, made.args, made.after].map((value) => JSON.stringify(value)) as [
    string,
    string,
    string,
  ];
  recording.step({ workflowType: workflowInfo().workflowType, step, state, args, after });
}
