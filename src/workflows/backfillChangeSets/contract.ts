import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import type { Backfill } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const backfillChangeSetsType = 'backfillChangeSets';

/** The id of a backfill that the command starts: `backfill-change-sets:{account}:{name}`. */
export function backfillChangeSetsWorkflowId(account: string, name: string): string {
  return `backfill-change-sets:${account}:${name}`;
}

/** How the change sets ended that a backfill checks for, in the vendor's words. */
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
  /** True where it is absent: what would be started is counted, and nothing is. */
  readonly dryRun?: boolean;
  /** `propose` (where it is absent) leaves every decision to an operator, `policy` lets the decision table act. */
  readonly act?: 'propose' | 'policy';
  /** The most change sets that are started. */
  readonly limit?: number;
  /** The most that are started in a second; absent: as fast as the account's quotas allow. */
  readonly ratePerSecond?: number;
  /** The state of the run before, after continue-as-new. */
  readonly carried?: Backfill;
}

/** A change set that was not taken, and why at the last try. */
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
  /** Not taken, however often it was tried. */
  readonly failed: number;
  /** Not handed over yet; after a stop or at the limit, never; in a dry run those that would be started. */
  readonly left: number;
}

/** What a query shows, and what a closed run leaves as its result. */
export interface BackfillChangeSetsStatus extends BackfillChangeSetsNumbers {
  readonly state: 'finding' | 'delivering' | 'paused' | 'stopping' | 'completed' | 'stopped';
  readonly dryRun: boolean;
  readonly act: 'propose' | 'policy';
  readonly account: string;
  readonly catalog: string;
  /** ISO 8601, inclusive. */
  readonly from: string;
  /** ISO 8601, exclusive. */
  readonly to: string;
  readonly statuses: readonly BackfillStatusName[];
  /** Change sets a second, measured over what was handed over so far; absent until there is something to measure. */
  readonly ratePerSecond?: number;
  /** At this rate, in seconds; absent where nothing goes on. */
  readonly secondsLeft?: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The first hundred of those that failed. */
  readonly failures: readonly FailedChangeSet[];
  /** In a dry run, the ids of the first that would be started. */
  readonly sample?: readonly string[];
  /** In a dry run that has ended, the input that hands over what it found. */
  readonly realRun?: BackfillChangeSetsInput;
  /** The updates that are taken now. */
  readonly commands: readonly string[];
  readonly nextStep: string;
  /** What AWS said, where it refused the listing for good. */
  readonly problem?: string;
  readonly notes: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/** Hand nothing over until `resume`. */
export const pauseUpdate = defineUpdate<CommandAnswer, [CommandInput]>('pause');
/** Go on after `pause`. */
export const resumeUpdate = defineUpdate<CommandAnswer, [CommandInput]>('resume');
/** Hand nothing over any more and end. */
export const stopUpdate = defineUpdate<CommandAnswer, [CommandInput]>('stop');
export const backfillChangeSetsStatusQuery = defineQuery<BackfillChangeSetsStatus>('status');
