import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import type { ChangeSetPolicy } from './defaults.ts';
import type { ChangeSetCase } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const changeSetRemediationType = 'changeSetRemediation';

/** The word in the state column until a lineage has had its first check. */
export const firstCheckState = 'diagnosing';

/** The id of the workflow that owns a change set and its successors: `change-set:{id of the origin}`. */
export function changeSetWorkflowId(originId: string): string {
  return `change-set:${originId}`;
}

/** How a change set ended, in the vendor's words. */
export type ChangeSetOutcome = 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** What became known of one change set of the lineage. Times are ISO 8601. */
export interface ChangeSetOutcomeMessage {
  /** Identity of the event; the same for a redelivery and for a finding of the same outcome. */
  readonly eventId: string;
  readonly account: string;
  readonly catalog: string;
  readonly changeSetId: string;
  readonly changeSetName?: string;
  readonly outcome: ChangeSetOutcome;
  readonly failureCode?: string;
  readonly startTime: string;
  readonly endTime: string;
}

/** The backfill that opened a lineage, and what it lets it do. */
export interface FoundBy {
  /** The backfill's workflow and its first run. */
  readonly backfillId: string;
  /** `propose` leaves every decision to an operator, `policy` lets the table decide. */
  readonly act: 'propose' | 'policy';
}

/** What a run starts from. An operator who starts one by hand gives the first four fields. */
export interface ChangeSetRemediationInput {
  readonly version: 1;
  readonly account: string;
  readonly catalog: string;
  /** The origin of the lineage. */
  readonly changeSetId: string;
  /** Values that replace those of `defaults.ts`. */
  readonly policy?: Partial<ChangeSetPolicy>;
  /** True where the name carries the lineage marker of a change set that does not own this one. */
  readonly foreignMarker?: boolean;
  /** Absent where an event opened it. */
  readonly foundBy?: FoundBy;
  /** The state of the run before, after continue-as-new. */
  readonly carried?: ChangeSetCase;
}

/** New details for some changes of the change set, by their index from 0. */
export interface AmendCommand extends CommandInput {
  /** `details`: the whole new details, a JSON object as text; a text keeps numbers such as 1.10 as they are. */
  readonly changes: ReadonlyArray<{ readonly index: number; readonly details: string | object }>;
}

/** Where the matter was settled, where somebody did it by another change set. */
export interface ResolveCommand extends CommandInput {
  readonly changeSetId?: string;
}

/** What a proposed amendment would change: paths, kinds and lengths, no contents. */
export interface AmendmentView {
  readonly proposedBy: string;
  readonly indexes: readonly number[];
  /** Absent until it is computed. */
  readonly difference?: readonly string[];
}

/** What a query shows, and what a closed run leaves as its result. */
export interface ChangeSetStatus {
  readonly state: string;
  readonly changeSetId: string;
  readonly attempt: number;
  readonly nextStep: string;
  /** The names of the updates that are taken now. */
  readonly commands: readonly string[];
  readonly members: ReadonlyArray<{ attempt: number; changeSetId: string; outcome?: ChangeSetOutcome }>;
  readonly notes: readonly string[];
  readonly audit: readonly AuditEntry[];
}

export const changeSetOutcomeSignal = defineSignal<[ChangeSetOutcomeMessage]>('changeSetOutcome');
/** Send the change set again, on an operator's word. Accepted while an operator is awaited. */
export const retryUpdate = defineUpdate<CommandAnswer, [CommandInput]>('retry');
/** Propose other details; they go out when somebody approves. */
export const amendUpdate = defineUpdate<CommandAnswer, [AmendCommand]>('amend');
/** Send what is proposed, or what the account's mode or cap holds. */
export const approveUpdate = defineUpdate<CommandAnswer, [CommandInput]>('approve');
/** The matter was settled elsewhere. */
export const resolveUpdate = defineUpdate<CommandAnswer, [ResolveCommand]>('resolve');
export const amendmentQuery = defineQuery<AmendmentView | null>('amendment');
/** Submit nothing more; a successor in flight is waited for. */
export const abandonUpdate = defineUpdate<CommandAnswer, [CommandInput]>('abandon');
export const changeSetStatusQuery = defineQuery<ChangeSetStatus>('status');
