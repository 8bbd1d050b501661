import { defineQuery } from '@temporalio/workflow';
import type { WorkflowContract } from '../shared/contract.ts';
import type { ListedChangeSet } from '../shared/listedChangeSet.ts';
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
  /** ISO 8601: change sets that ended before are not checked. The moment in which the account's schedule was made. */
  readonly since?: string;
  /** ISO 8601: by hand, instead of the end of the last run. */
  readonly from?: string;
  /** ISO 8601: by hand, with `from`. */
  readonly to?: string;
  /** Values that replace those of `defaults.ts`. */
  readonly policy?: Partial<Omit<ReconcilePolicy, 'everyMs'>>;
}

/** What a run found. `listed` is always the sum of `known`, `missed` and `undelivered`, once a run has ended normally. */
interface ReconcileNumbers {
  /** Failed change sets that AWS lists. */
  readonly listed: number;
  /** Of these, those that have a workflow. */
  readonly known: number;
  /** Of these, those that had none: their event never came, and the run delivered them. */
  readonly missed: number;
  /** Of these, those that had none and could not be delivered. */
  readonly undelivered: number;
}

/** What a run does now, or how it ended. */
export type ReconcileStateName = 'checking' | 'allKnown' | 'missedFound' | 'abandoned' | 'failed';

/** What a query shows, and what a run leaves as its result: the next run of the schedule begins where this one ended. */
export interface ReconcileStatus extends ReconcileNumbers {
  readonly state: ReconcileStateName;
  readonly account: string;
  readonly catalogs: readonly string[];
  /** ISO 8601: the run checked change sets that ended then or later, */
  readonly checkedFrom: string;
  /** and before this, ISO 8601. */
  readonly checkedUntil: string;
  /** Change sets that AWS has worked on for longer than is usual, and whose workflows the run opened. */
  readonly late: number;
  /** The first hundred. */
  readonly missedIds: readonly string[];
  readonly notes: readonly string[];
  readonly nextStep: string;
}

export const reconcileStatusQuery = defineQuery<ReconcileStatus>('status');

/** Up to where a check has come: the last row that it compared. */
export interface CheckCursor {
  readonly catalog: string;
  /** ISO 8601; empty where the row has none. */
  readonly endTime: string;
  readonly changeSetId: string;
}

/** What to compare. Times are ISO 8601: those of the change sets' ends. */
export interface Check {
  readonly account: string;
  readonly catalogs: readonly string[];
  readonly from: string;
  readonly until: string;
  /** Begins behind this row; at the first one where it is absent. */
  readonly after?: CheckCursor;
}

/** A row of a catalog's listing. */
export interface FoundRow {
  readonly catalog: string;
  readonly row: ListedChangeSet;
}

/** What a check found: `listed` is the sum of `known` and the number of those missed. */
export interface Checked {
  readonly listed: number;
  readonly known: number;
  /** Failed change sets that have no workflow, oldest first; at most a batch. */
  readonly missed: readonly FoundRow[];
  /** Change sets without a workflow that run for longer than is usual; by the first check of a run, where there are some. */
  readonly late?: readonly FoundRow[];
  /** Where the next check has to begin; absent where there is nothing left. */
  readonly after?: CheckCursor;
}

/** The result of a batch: every change set that `undelivered` does not list was delivered. */
export interface DeliveredMissed {
  readonly undelivered: ReadonlyArray<{ readonly changeSetId: string; readonly reason: string }>;
}

/** Activities that find lost events and make up for them. */
export interface ReconcileActivities {
  /**
   * Compares the failed change sets that AWS lists with the workflows, and gives those that have none, until a batch of
   * them is full. Changes nothing: a repeat finds the same.
   * @throws InvalidInput, which is not retried, for an account or catalog that is not configured; the failures of the
   * vocabulary.
   */
  findMissed(check: Check): Promise<Checked>;
  /** Opens the workflow of each one that still runs. A repeat changes nothing. Gives the ids of the change sets. */
  openLate(batch: Pick<Check, 'account'> & { readonly late: readonly FoundRow[] }): Promise<readonly string[]>;
  /** Delivers each one as its event would have been. A repeat is recognized by its identity, and changes nothing. */
  deliverMissed(batch: Pick<Check, 'account'> & Pick<Checked, 'missed'>): Promise<DeliveredMissed>;
}

/** What others need to know of the workflow. */
export const reconcileChangeSetsContract = {
  type: reconcileChangeSetsType,
  idPrefixes: [reconcilePrefix],
  statusQuery: reconcileStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<ReconcileStatus>;
