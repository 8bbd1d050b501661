import type { WorkflowHandle } from '@temporalio/client';
import { history } from './history.ts';

/**
 * What Temporal Cloud bills of a run, in actions by kind.
 * Source: Temporal's documentation, evaluate/cloud/actions (read 2026-11-29). Queries, refused updates and heartbeats are
 * billed too, and leave no event.
 */
export interface Actions {
  readonly starts: number;
  /** The signal that came with the start is part of the start. */
  readonly signals: number;
  /** Each attempt of each activity. */
  readonly activities: number;
  readonly timers: number;
  readonly upserts: number;
  readonly updates: number;
}

/**
 * The actions of a run that an event started, until now.
 * @param attempts how many activity attempts it had: the history loses those of an activity that was cancelled.
 */
export async function actionsOf(handle: WorkflowHandle, attempts: number): Promise<Actions> {
  const names = await history(handle);
  const count = (type: string): number => names.filter((name) => name === type).length;
  return {
    starts: count('WORKFLOW_EXECUTION_STARTED'),
    signals: count('WORKFLOW_EXECUTION_SIGNALED') - 1,
    activities: attempts,
    timers: count('TIMER_STARTED'),
    upserts: count('UPSERT_WORKFLOW_SEARCH_ATTRIBUTES'),
    updates: count('WORKFLOW_EXECUTION_UPDATE_ACCEPTED'),
  };
}
