import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseInput, CaseStatus, WorkflowContract } from '../shared/contract.ts';
import type { Followed, Following } from '../shared/policies.ts';
import type { FailingTasksPolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const failingTasksType = 'failingTasks';

/** The id of the one alarm of a namespace. */
export const failingTasksWorkflowId = 'failing-tasks:steward';

/** The states, as `StewardState` shows them. */
export type FailingTasksStateName = 'failing' | 'recovered' | 'abandoned';

/** Workflows whose task fails for the same cause. */
export interface FailingGroup {
  readonly workflowType: string;
  /** The server's name, for instance WorkflowWorkerUnhandledFailure. */
  readonly cause: string;
  /** What the worker said of one of them, short. */
  readonly message?: string;
  readonly count: number;
  /** The first few. */
  readonly workflowIds: readonly string[];
}

/** What a check found. */
export interface FailingTasksFound {
  readonly groups: readonly FailingGroup[];
  /** False where there were more than the check reads: what it lacks may still fail. */
  readonly isComplete: boolean;
}

/** What a run starts from. */
export type FailingTasksInput = CaseInput<FailingTasksPolicy>;

/** Activities of the alarm. */
export interface FailingTasksActivities {
  /**
   * Lists the workflows whose task fails; throws NotYet, which the server repeats, while they fail by the keys that are known.
   * After many attempts the policy alone may be the answer, where the configuration has changed.
   * @param known keys of groups, in any order.
   */
  watchFailingTasks(
    known: readonly string[],
    asking?: Following<FailingTasksPolicy>,
  ): Promise<(FailingTasksFound | { readonly groups?: never }) & Followed<FailingTasksPolicy>>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface FailingTasksStatus extends CaseStatus<FailingTasksStateName> {
  /** Since when each is known, ISO 8601. */
  readonly groups: ReadonlyArray<FailingGroup & { readonly since: string }>;
}

export const tasksFailingSignal = defineSignal<[FailingTasksFound]>('tasksFailing');
const failingTasksStatusQuery = defineQuery<FailingTasksStatus>('status');

/** What others need to know of the workflow. */
export const failingTasksContract = {
  type: failingTasksType,
  idPrefixes: ['failing-tasks:'],
  states: { failing: true, recovered: true, abandoned: true },
  statusQuery: failingTasksStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<FailingTasksStatus>;
