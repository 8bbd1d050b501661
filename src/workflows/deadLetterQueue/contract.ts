import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from '../shared/contract.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const deadLetterQueueType = 'deadLetterQueue';

/** The id of the one alarm of a dead-letter queue: `dead-letters:{region}:{account}/{name}`. */
export function deadLetterQueueWorkflowId({ region, name }: Pick<WatchedQueue, 'region' | 'name'>): string {
  return fittingWorkflowId(`dead-letters:${region}:${name}`);
}

/** A dead-letter queue, and the queue whose messages go there. */
export interface WatchedQueue {
  readonly region: string;
  /** `{account}/{name}` */
  readonly name: string;
  /** The same of the queue that brings events. */
  readonly source: string;
}

/** How the alarm ends. */
export type DeadLettersEnd = 'emptied' | 'abandoned';

/** The states, as `StewardState` shows them. */
export type DeadLettersStateName = 'filled' | DeadLettersEnd;

/** What a run starts from. */
export interface DeadLetterQueueInput extends WatchedQueue {
  readonly version: 1;
}

/** How many messages were in the queue. */
export interface DeadLettersCounted {
  readonly count: number;
  /** ISO 8601. */
  readonly at: string;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface DeadLettersStatus extends CaseStatus<DeadLettersStateName>, WatchedQueue {
  readonly count: number;
  /** ISO 8601: since when messages are there; absent until the first count. */
  readonly since?: string;
}

export const deadLettersCountedSignal = defineSignal<[DeadLettersCounted]>('deadLettersCounted');
const deadLettersStatusQuery = defineQuery<DeadLettersStatus>('status');

/** What others need to know of the workflow. */
export const deadLetterQueueContract = {
  type: deadLetterQueueType,
  idPrefixes: ['dead-letters:'],
  states: { filled: true, emptied: true, abandoned: true },
  statusQuery: deadLettersStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<DeadLettersStatus>;
