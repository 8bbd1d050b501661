import { defineQuery } from '@temporalio/workflow';
import type { FailureType } from '../../failures.ts';
import type { WorkflowContract } from '../shared/contract.ts';
import type { ListedChangeSet } from '../shared/listedChangeSet.ts';
import type { UnsentNotices } from '../shared/unsent.ts';
import type { ReconcilePolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const reconcileChangeSetsType = 'reconcileChangeSets';

/** What ids of these workflows and of their schedule begin with. */
export const reconcilePrefix = 'reconcile:';

/** The id of the one schedule, and what the ids of its rounds begin with: Temporal adds the time of each. */
export const reconcileScheduleId = 'reconcile:accounts';

/** The id of a check of one account by hand: `reconcile:{account}`. */
export function accountCheckId(account: string): string {
  return `${reconcilePrefix}${account}`;
}

/** Who has paused the checks of one account, and why. */
export interface AccountPause {
  readonly actor: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** One account as the schedule has it. */
export interface ReconciledAccount {
  readonly account: string;
  /** `AWSMarketplace` alone where it is absent. */
  readonly catalogs?: readonly string[];
  /** ISO 8601: change sets that ended before are not checked. The moment in which the account was added. */
  readonly since: string;
  /** No round checks the account until it is resumed; the round after that covers all of the time. */
  readonly paused?: AccountPause;
}

/** What a round of the schedule starts from: every account of the configuration. */
export interface ReconcileRoundInput {
  readonly version?: 1;
  readonly accounts: readonly ReconciledAccount[];
  /** The whole policy, as delivery writes it; by hand, the values that differ from the configuration's, if any. */
  readonly policy?: Partial<ReconcilePolicy>;
}

/** What a check of one account starts from, by `steward reconcile run` or by hand in the Web UI. */
export interface ReconcileAccountInput {
  readonly version?: 1;
  readonly account: string;
  /** `AWSMarketplace` alone where it is absent. */
  readonly catalogs?: readonly string[];
  /** ISO 8601; a day ago where it is absent. */
  readonly from?: string;
  /** ISO 8601, with `from`; now where it is absent. */
  readonly to?: string;
  /** The whole policy, as delivery writes it; by hand, the values that differ from the configuration's, if any. */
  readonly policy?: Partial<ReconcilePolicy>;
}

/** What a run starts from. */
export type ReconcileInput = ReconcileRoundInput | ReconcileAccountInput;

/** What a run found. `listed` is always the sum of `known`, `missed` and `undelivered`, once a run has ended normally. */
interface ReconcileNumbers {
  /** Failed change sets that AWS lists. */
  readonly listed: number;
  /** Of these, those that have a workflow. */
  readonly known: number;
  /** Of these, those that had none: their event never came, and the run delivered them. */
  readonly missed: number;
  /** Of these, those that had none and can be no event. */
  readonly undelivered: number;
}

/** Why an account could not be checked. */
export interface AccountFailure {
  /** Absent where the time was over. */
  readonly type?: FailureType;
  readonly sentence: string;
  /** ISO 8601: when the first of the rounds in a row began that could not. */
  readonly since: string;
  /** How many rounds in a row could not. */
  readonly rounds: number;
}

/** One account at the end of a round: the next round begins where this one ended. Short: a result holds a thousand. */
export interface AccountResult {
  /** ISO 8601: change sets that ended before this have been checked. Absent where none has been yet. */
  readonly checkedUntil?: string;
  /** Events that never came, where there are some. */
  readonly missed?: number;
  readonly failure?: AccountFailure;
  /** There was more than the round had time for. */
  readonly unfinished?: true;
  /** Where there was: the next round goes on behind this row, an overlap earlier, in the same window. */
  readonly after?: CheckCursor;
  /** Change sets of the last hour or so that lineages have been reported of; the newest hundred. */
  readonly reported?: readonly string[];
  /** ISO 8601: up to when the entities of open questions have been checked, each once a day. */
  readonly entitiesUntil?: string;
  readonly paused?: true;
}

/**
 * What a run does now, or how it ended: `incomplete` where it could not check every account, `failed` where it could check
 * none of what it was asked for by hand.
 */
type ReconcileStateName = 'checking' | 'allKnown' | 'missedFound' | 'incomplete' | 'abandoned' | 'failed';

/** What a query shows, and what a run leaves as its result. */
export interface ReconcileStatus extends ReconcileNumbers {
  readonly state: ReconcileStateName;
  /** The one account of a check by hand. */
  readonly account?: string;
  /** ISO 8601: the run checks what ended before this. */
  readonly until: string;
  /** By account. */
  readonly accounts: Readonly<Record<string, AccountResult>>;
  /** Change sets that AWS has worked on for longer than is usual, and whose workflows the run opened. */
  readonly late: number;
  /** The first hundred. */
  readonly missedIds: readonly string[];
  readonly notes: readonly string[];
  readonly nextStep: string;
}

/** What a round leaves as its result: the next one is given it. */
export interface ReconcileResult extends ReconcileStatus {
  /** Notices that have not reached every channel: the next round sends them. */
  readonly unsent?: UnsentNotices;
}

export const reconcileStatusQuery = defineQuery<ReconcileStatus>('status');

/** Up to where a check has come: the last row that it compared. */
export interface CheckCursor {
  readonly catalog: string;
  /** ISO 8601; empty where the row has none. */
  readonly endTime: string;
  readonly changeSetId: string;
}

/** What to compare of one account. Times are ISO 8601: those of the change sets' ends. */
export interface AccountCheck {
  readonly account: string;
  readonly catalogs: readonly string[];
  readonly from: string;
  readonly until: string;
  /** Begins behind this row; at the first one where it is absent. */
  readonly after?: CheckCursor;
  /** Where the rounds before could not check it either. */
  readonly failing?: Pick<AccountFailure, 'since' | 'rounds'>;
  /** An earlier check of the same run has come up to there. */
  readonly goesOn?: true;
  /** In a round: lineages are reported what the listing shows. Absent by hand. */
  readonly reporting?: Pick<AccountResult, 'reported' | 'entitiesUntil'>;
}

/** Some accounts to check at once. */
export interface BatchCheck {
  readonly accounts: readonly AccountCheck[];
  /**
   * How long one account may take, in milliseconds: then the others go on without it. Absent in a check by hand, which has
   * one account and fails as that does.
   */
  readonly withinMs?: number;
  /** Also finds workflows whose task fails, of whatever account: the first batch of a round does. */
  readonly first?: true;
}

/** A row of an account's listing. */
export interface FoundRow {
  readonly account: string;
  readonly catalog: string;
  readonly row: ListedChangeSet;
}

/** What the check of one account found: `listed` is the sum of `known` and the number of those missed. */
export interface AccountChecked {
  readonly account: string;
  readonly outcome: 'checked';
  readonly listed: number;
  readonly known: number;
  /** Where the next check has to begin; absent where there is nothing left. */
  readonly after?: CheckCursor;
  /** Where lineages were reported: what the next round need not report again. */
  readonly reporting?: Pick<AccountResult, 'reported' | 'entitiesUntil'>;
}

/** Why the check of one account did not come to its end: what it found before is delivered, and it begins there again. */
export interface AccountUnchecked extends Pick<AccountFailure, 'type' | 'sentence'> {
  readonly account: string;
  readonly outcome: 'failed';
  /** Missed ones that it found before. */
  readonly listed?: number;
  /** What the next round need not report again, where anything was reported. */
  readonly reported?: readonly string[];
}

/** What a batch found. */
export interface BatchChecked {
  /** One for each account, in the same order. */
  readonly accounts: ReadonlyArray<AccountChecked | AccountUnchecked>;
  /** Failed change sets that have no workflow, of each account the oldest first; bounded. */
  readonly missed: readonly FoundRow[];
  /** Change sets without a workflow that run for longer than is usual; by the first check of an account. */
  readonly late: readonly FoundRow[];
}

/** What is to be delivered. */
interface MissedDelivery {
  readonly missed: readonly FoundRow[];
  /** What Temporal does not take now is left: a round has its time. Without it, the attempt fails and is repeated. */
  readonly onlyNow?: true;
}

/** The result of a delivery: what it does not list was delivered. */
export interface DeliveredMissed {
  /** Can be no event: no other attempt would make one of it. */
  readonly undelivered: ReadonlyArray<{ readonly changeSetId: string; readonly reason: string }>;
  /** Temporal did not take these change sets now: the next round finds them again. */
  readonly left: readonly string[];
}

/** Activities that find lost events and make up for them. */
export interface ReconcileActivities {
  /**
   * Compares the failed change sets that AWS lists for each account with the workflows, and gives those that have none. In a
   * round it reports to open lineages what the listing shows: the outcomes that they wait for, and work on their entities. A
   * repeat finds the same, and what is reported again is known.
   * @throws where the batch has one account and no bound on its time: InvalidInput, which is not retried, for an account or
   * catalog that is not configured; the failures of the vocabulary.
   */
  checkAccounts(batch: BatchCheck): Promise<BatchChecked>;
  /** Opens the workflow of each one that still runs. A repeat changes nothing. Gives the ids of the change sets. */
  openLate(late: readonly FoundRow[]): Promise<readonly string[]>;
  /** Delivers each one as its event would have been. A repeat is recognized by its identity, and changes nothing. */
  deliverMissed(delivery: MissedDelivery): Promise<DeliveredMissed>;
}

/** What others need to know of the workflow. */
export const reconcileChangeSetsContract = {
  type: reconcileChangeSetsType,
  idPrefixes: [reconcilePrefix],
  states: { checking: true, allKnown: true, missedFound: true, incomplete: true, abandoned: true, failed: true },
  statusQuery: reconcileStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<ReconcileStatus>;
