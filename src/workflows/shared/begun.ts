import { workflowInfo } from '@temporalio/workflow';

/** How the first run of a workflow began. A reset keeps both, and so does continue-as-new with the state. */
export interface Begun {
  readonly firstRunId: string;
  /** When the workflow was started, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/** What this run began with: notices are named by it, so that a reset names the same decision the same. */
export function begun(): Begun {
  const { firstExecutionRunId, startTime } = workflowInfo();
  return { firstRunId: firstExecutionRunId, startedMs: startTime.getTime() };
}
