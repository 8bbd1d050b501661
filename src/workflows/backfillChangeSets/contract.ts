import { defineQuery } from '@temporalio/workflow';
import type { FoundBy } from '../changeSetRemediation/contract.ts';
import { backfillCommands, type BackfillReport } from '../shared/backfills.ts';
import type { WorkflowContract } from '../shared/contract.ts';
import type { ListedChangeSet } from '../shared/listedChangeSet.ts';
import type { BackfillChangeSetsPolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const backfillChangeSetsType = 'backfillChangeSets';

/** The id of a backfill that the command starts: `backfill-change-sets:{account}:{name}`. */
export function backfillChangeSetsWorkflowId(account: string, name: string): string {
  return `backfill-change-sets:${account}:${name}`;
}

/** Statuses of ended change sets that a backfill can list, in AWS's words. */
export type BackfillStatusName = 'FAILED' | 'SUCCEEDED' | 'CANCELLED';

/** What a run starts from: by hand in the Web UI, or by the command. */
export interface BackfillChangeSetsInput {
  readonly version?: 1;
  /** The seller's AWS account id. */
  readonly account: string;
  /** `AWSMarketplace` where it is absent. */
  readonly catalog?: string;
  /** ISO 8601, a day (it begins in UTC) or an instant: change sets that started then or later. At most 60 days back. */
  readonly from: string;
  /** ISO 8601: change sets that started before. The moment the run begins where it is absent. */
  readonly to?: string;
  /** FAILED only where it is absent. */
  readonly statuses?: readonly BackfillStatusName[];
  /** True where it is absent: the run counts what a real one would start, and starts nothing. */
  readonly dryRun?: boolean;
  /** `propose` (where it is absent) leaves every decision to an operator, `policy` lets the decision table act. */
  readonly act?: 'propose' | 'policy';
  /** The most change sets to start. */
  readonly limit?: number;
  /** The most to start in a second; absent: as fast as the account's quotas allow. */
  readonly ratePerSecond?: number;
  /** The whole policy, as delivery writes it; by hand, the values that differ from the usual ones, if any. */
  readonly policy?: Partial<BackfillChangeSetsPolicy>;
}

/** A change set that could not be delivered, and why the last attempt failed. */
export interface FailedChangeSet {
  readonly changeSetId: string;
  readonly reason: string;
}

/** How far a backfill is. `found` is always the sum of `known`, `started`, `failed` and `left`. */
export interface BackfillChangeSetsNumbers {
  /** Listed by AWS in the range, with one of the statuses. */
  readonly found: number;
  /** A workflow had it before: by an event, or from an earlier backfill. */
  readonly known: number;
  /** Opened by this backfill; 0 in a dry run. */
  readonly started: number;
  /** Not delivered by any attempt. */
  readonly failed: number;
  /** Not delivered yet; after a stop or at the limit, never; in a dry run those that a real one would start. */
  readonly left: number;
}

/** A right input with its defaults, and its times as instants: `from` is inclusive, `to` exclusive. */
export type BackfillPlan = Required<Omit<BackfillChangeSetsInput, 'version' | 'limit' | 'ratePerSecond' | 'policy'>> &
  Pick<BackfillChangeSetsInput, 'limit' | 'ratePerSecond'> & { readonly policy: BackfillChangeSetsPolicy };

/** What a query shows, and what a closed run leaves as its result. */
export interface BackfillChangeSetsStatus
  extends BackfillChangeSetsNumbers, BackfillReport<FailedChangeSet>, Omit<BackfillPlan, 'limit' | 'policy'> {
  /** Change sets a second, measured over those delivered so far; absent until there is something to measure. */
  readonly ratePerSecond?: number;
  /** At this rate, in seconds; absent while nothing is delivered. */
  readonly secondsLeft?: number;
  /** In a dry run, the ids of the first that a real one would start. */
  readonly sample?: readonly string[];
  /** In a dry run that has ended, the input of the real run. */
  readonly realRun?: BackfillChangeSetsInput;
  /** AWS's sentence, where it refused the listing. */
  readonly problem?: string;
  /** Of a real run, the ids of the workflows that it started and that its next digest names; at the end, its last. */
  readonly lastDecisions?: readonly string[];
}

export const backfillChangeSetsStatusQuery = defineQuery<BackfillChangeSetsStatus>('status');

/**
 * A place in a listing that is sorted by start time, the oldest first. AWS may refuse a page token one day; the place can
 * be found again without it, because it says what was read last.
 */
export interface Cursor {
  /** Where the present way through the pages began, ISO 8601: a token is good for the same question only. */
  readonly startedFrom: string;
  /** The page that comes next, or that is read now; absent for the first one. */
  readonly token?: string;
  /** The newest start time that was read, ISO 8601. */
  readonly newest?: string;
  /** The last ids that were read: those of the newest start time, and twenty at least. */
  readonly recent: readonly string[];
  /** All pages were read. */
  readonly ended: boolean;
}

/** The place before the first row. */
export function cursorAt(startedFrom: string): Cursor {
  return { startedFrom, recent: [], ended: false };
}

/** Which part of a listing is read. */
export type ChangeSetRange = Pick<BackfillPlan, 'account' | 'catalog' | 'statuses' | 'to'>;

/** A stretch of the listing to count. */
interface FindBatch {
  readonly range: ChangeSetRange;
  readonly cursor: Cursor;
  /** Whether Temporal is asked which of them have a workflow. */
  readonly countsKnown: boolean;
}

/** The counts of a stretch of the listing. */
export interface FoundPart {
  readonly cursor: Cursor;
  readonly found: number;
  readonly known: number;
  /** The first ids without a workflow. */
  readonly sample: readonly string[];
}

/** What to deliver: a stretch of the listing, or rows that an earlier pass did not deliver. */
interface DeliveryBatch {
  readonly range: ChangeSetRange;
  readonly foundBy: FoundBy;
  /** The most to start. */
  readonly most: number;
  readonly from: { readonly cursor: Cursor } | { readonly rows: readonly ListedChangeSet[] };
}

/** A change set that was not delivered, and why. */
export interface RejectedRow {
  readonly row: ListedChangeSet;
  readonly reason: string;
}

/** The result of a batch. */
export interface DeliveredPart {
  /** The place in the listing; absent where rows were given. */
  readonly cursor?: Cursor;
  /** Rows that are done, whatever became of them. */
  readonly done: number;
  readonly known: number;
  /** Ids of the workflows that were opened. */
  readonly started: readonly string[];
  /** Another attempt may deliver these. */
  readonly undelivered: readonly RejectedRow[];
  /** No attempt can deliver these. */
  readonly undeliverable: readonly RejectedRow[];
}

/** Activities of a backfill of change sets. */
export interface BackfillChangeSetsActivities {
  /** What is wrong with account or catalog by the worker's configuration, in a sentence; null where nothing is. */
  scopeProblem(scope: Pick<ChangeSetRange, 'account' | 'catalog'>): Promise<string | null>;
  /** Counts a stretch of the listing. */
  findChangeSets(batch: FindBatch): Promise<FoundPart>;
  /**
   * Delivers a stretch of the listing to the change sets' own workflows. An attempt that follows a dead one starts where
   * the last heartbeat stood; what the dead one started after that is recognized by the workflow's memo, and counted.
   */
  deliverChangeSets(batch: DeliveryBatch): Promise<DeliveredPart>;
}

/** What others need to know of the workflow. */
export const backfillChangeSetsContract = {
  type: backfillChangeSetsType,
  idPrefixes: ['backfill-change-sets:'],
  states: { finding: true, delivering: true, paused: true, stopping: true, completed: true, stopped: true },
  statusQuery: backfillChangeSetsStatusQuery,
  commands: backfillCommands,
} as const satisfies WorkflowContract<BackfillChangeSetsStatus>;
