import { defineQuery } from '@temporalio/workflow';
import type { ReconcilePolicy } from './defaults.ts';

/** The workflow type, as registered in the bundle. */
export const reconcileChangeSetsType = 'reconcileChangeSets';

/** What ids of these workflows and of their schedules begin with. */
export const reconcilePrefix = 'reconcile:';

/**
 * The id of an account's schedule, and what the ids of its runs begin with: `reconcile:{account}`. Temporal adds the time
 * of each run.
 */
export function reconcileScheduleId(account: string): string {
  return `${reconcilePrefix}${account}`;
}

/** What a run starts from: by the account's schedule, or by hand in the Web UI. */
export interface ReconcileInput {
  readonly version?: 1;
  readonly account: string;
  /** `AWSMarketplace` alone where it is absent. */
  readonly catalogs?: readonly string[];
  /** ISO 8601: what ended before is not checked. The moment in which the account's schedule was made. */
  readonly since?: string;
  /** ISO 8601: by hand, instead of going on where the run before has ended. */
  readonly from?: string;
  /** ISO 8601: by hand, with `from`. */
  readonly to?: string;
  /** Values that replace those of `defaults.ts`. */
  readonly policy?: Partial<Omit<ReconcilePolicy, 'everyMs'>>;
}

/** What was found. `listed` is always the sum of `known`, `missed` and `notTaken`, once a run has ended by itself. */
export interface ReconcileNumbers {
  /** Failed change sets that AWS lists. */
  readonly listed: number;
  /** Of these, so many had a workflow. */
  readonly known: number;
  /** Of these, so many had none: their event never came, and they were handed on. */
  readonly missed: number;
  /** Of these, so many had none and could not be handed on. */
  readonly notTaken: number;
}

/** What a query shows, and what a run leaves as its result: the next run of the schedule begins where it has ended. */
export interface ReconcileStatus extends ReconcileNumbers {
  /** checking, allKnown, missedFound, abandoned, failed */
  readonly state: string;
  readonly account: string;
  readonly catalogs: readonly string[];
  /** ISO 8601: change sets that ended from then on were checked, */
  readonly checkedFrom: string;
  /** and before that, ISO 8601. */
  readonly checkedUntil: string;
  /** The first hundred. */
  readonly missedIds: readonly string[];
  readonly notes: readonly string[];
  readonly nextStep: string;
}

export const reconcileStatusQuery = defineQuery<ReconcileStatus>('status');
