import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { NamesInSubject } from '../shared/subjects.ts';
import type { CaseInput, CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import { plainDecision, type InputOf, type OperatorCommands } from '../shared/operatorCommands.ts';
import type { Followed, Following } from '../shared/policies.ts';
import type { ChangeSetPolicy } from './policyValues.ts';
import type { ChangeSetReport } from './reportShape.ts';
import { secretProblem } from './secrets/amendments.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const changeSetRemediationType = 'changeSetRemediation';

/** The state of a lineage until its first check is done. */
export const firstCheckState = 'diagnosing';

/** The id of the workflow that owns a change set and its successors: `change-set:{id of the origin}`. */
export function changeSetWorkflowId(originId: string): string {
  return fittingWorkflowId(`change-set:${originId}`);
}

/** How a lineage ends. */
export type LineageEnd =
  'succeeded' | 'remediated' | 'resolvedElsewhere' | 'superseded' | 'reported' | 'cancelled' | 'abandoned' | 'expired';

/** The states, as `StewardState` shows them; `retrying` is one state for a whole retry, to save an upsert at every step. */
export type ChangeSetStateName =
  | typeof firstCheckState
  | 'awaitingOutcome'
  | 'retrying'
  | 'awaitingBlocker'
  | 'awaitingDecision'
  | 'observed'
  | 'abandoning'
  | LineageEnd;

/** How a change set ended, in the vendor's words. */
export type ChangeSetOutcome = 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Which change set something is about. */
export interface ChangeSetReference {
  readonly account: string;
  readonly catalog: string;
  readonly changeSetId: string;
}

/** The outcome that a poll found. Times are ISO 8601. */
export interface OutcomeFound {
  readonly changeSetId: string;
  readonly outcome: ChangeSetOutcome;
  readonly failureCode?: string;
  readonly startTime: string;
  readonly endTime: string;
}

/** When operators are to be notified that a wait lasts: milliseconds since the epoch; absent where they were, or need not be. */
export interface Reporting {
  readonly reportAtMs?: number;
}

/** What an activity ends with in place of another retry, once its wait has lasted until `reportAtMs`; the next one waits on. */
export interface WaitLasts {
  /** Why it is not over: what the last activity attempt failed with. */
  readonly waitLasts: string;
}

/** What a lineage goes by, so that an activity answers what the configuration has by now. */
export type ChangeSetFollowing = Following<ChangeSetPolicy>;
/** What the configuration has by now. */
export type ChangeSetFollowed = Followed<ChangeSetPolicy>;

/** What became known of one change set of the lineage. */
export interface ChangeSetOutcomeMessage extends ChangeSetReference, OutcomeFound {
  /** Identity of the event; the same for a redelivery and for a finding of the same outcome. */
  readonly eventId: string;
  readonly changeSetName?: string;
}

/** The backfill that opened a lineage, and what the lineage may do. */
export interface FoundBy {
  /** The backfill's workflow and its first run. */
  readonly backfillId: string;
  /** `propose` leaves every decision to an operator, `policy` lets the table decide. */
  readonly act: 'propose' | 'policy';
}

/** What a run starts from: the origin of the lineage. An operator who starts one by hand gives that and the version. */
export interface ChangeSetRemediationInput extends ChangeSetReference, CaseInput<ChangeSetPolicy>, NamesInSubject {
  /** True where the name carries the lineage marker of a change set that does not own this one. */
  readonly foreignMarker?: boolean;
  /** Absent where an event opened it. */
  readonly foundBy?: FoundBy;
  /** True where a route takes notices of successes of this account: without it a success costs nothing further. */
  readonly reportSuccess?: true;
}

/** The lineage whose concurrent changes are checked: what its own members did does not count. */
export interface LineageReference {
  readonly originId: string;
  /** The origin's own name: names of successors are made from it. */
  readonly originName?: string;
  /** When the origin was started, ISO 8601; absent while it is not known. */
  readonly originStartTime?: string;
  readonly memberIds: readonly string[];
}

/** Another change set of the account on entities of this one. */
export interface OtherChangeSet {
  readonly changeSetId: string;
  readonly name?: string;
  readonly startTime?: string;
}

/**
 * What a newer change set means for the contents of an older one: it gives all of them with the `same` values; it gives
 * all of them, some `replaced` by other values; it `leaves` something of the older one out; or it is `unknown`.
 */
export type Coverage = 'same' | 'replaced' | 'leaves' | 'unknown';

/** A newer change set on entities of a failed one. */
export interface NewerChangeSet extends OtherChangeSet {
  readonly coverage: Coverage;
  /** What it leaves, or why that is unknown: paths and names of the vendor's, no contents. */
  readonly evidence?: string;
  /** Of a failure that covers: its own workflow has ended, so that nobody follows it up. */
  readonly closed?: true;
}

/**
 * What else happened to the entities of a failed change set since its origin was started: rows 2 to 4, 7 and 9 of the
 * decision table go by it.
 */
export interface ConcurrentChanges {
  readonly newerSuccesses: readonly NewerChangeSet[];
  readonly newerFailures: readonly NewerChangeSet[];
  readonly running: readonly OtherChangeSet[];
  /** Entities that changed by none of this account's change sets. */
  readonly externalChanges: ReadonlyArray<{
    readonly entityId: string;
    readonly revision: string;
    readonly at: string;
  }>;
  /** Changes that were made against a revision that is not the latest. */
  readonly staleRevisions: ReadonlyArray<{ readonly entityId: string; readonly made: string; readonly latest: string }>;
  /**
   * Successors of this very lineage that are no members yet, lowest attempt first; absent where there are none. They count
   * among nothing else.
   */
  readonly own?: readonly FoundSuccessor[];
  /** Partial effects of changes that do more than set a value; absent where a repeat could not apply any of them twice. */
  readonly created?: { readonly found: 'nothing' | 'something'; readonly evidence: string };
}

/** One change as it enters the history: short, without `Details`. */
export interface DiagnosedChange {
  readonly changeType: string;
  readonly entityType: string;
  readonly entityId?: string;
  /** An empty message: AWS gave none, or there was no room for it. */
  readonly errors: ReadonlyArray<{ readonly code: string; readonly message: string }>;
  /** How many errors were left out. */
  readonly moreErrors?: number;
  /** What in the contents is out of date, in words: an expired URL, a date in the past. */
  readonly stale: readonly string[];
}

/** What DescribeChangeSet showed of one change set. Times are ISO 8601. */
export interface Diagnosis {
  readonly changeSetId: string;
  /** What AWS does not show is absent: nothing is guessed. */
  readonly status?: string;
  readonly name?: string;
  readonly intent?: string;
  readonly failureCode?: string;
  readonly failureDescription?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly changes: readonly DiagnosedChange[];
  /** What buyers read as the names of products and solutions; no names of offers, which may be buyers'. */
  readonly entities?: ReadonlyArray<{ readonly entityId: string; readonly title: string }>;
  /** For a change set that failed. */
  readonly concurrentChanges?: ConcurrentChanges;
}

/** A change set found by its lineage marker. */
export interface FoundSuccessor {
  readonly attempt: number;
  readonly changeSetId: string;
  readonly status?: string;
}

/** What a run finds first: its origin, and the successors of earlier runs, lowest attempt first. */
export interface LineageFindings {
  readonly origin: Diagnosis;
  readonly successors: readonly FoundSuccessor[];
}

/** The new details of one change, as an operator gave them. */
export interface Amendment {
  /** Of the change in its change set, from 0. */
  readonly index: number;
  /** The text that is submitted, untouched. */
  readonly details: string;
}

/** What amendments change, field by field: values only of fields that may be shown. */
export interface AmendmentDifference {
  readonly lines: readonly string[];
}

/** Who decides that a successor is submitted: the decision table, or an operator. */
export type Authority = 'policy' | 'operator';

/** One submit. The workflow fixes token and name; the activity reads the contents again from `sourceId`. */
export interface SubmitRequest extends LineageReference {
  readonly account: string;
  readonly catalog: string;
  readonly attempt: number;
  readonly clientRequestToken: string;
  readonly name: string;
  /** The newest member of the lineage. */
  readonly sourceId: string;
  readonly authority: Authority;
  /** The concurrent changes that the operator who decided knew of (`knownWork`). */
  readonly known: readonly string[];
  readonly amendments: readonly Amendment[];
}

/**
 * What became of a submit. `held`: the account's mode, or its daily cap of automatic submits, keeps it back;
 * `overtaken`: newer or running change sets exist on its entities; `locked`: AWS says that another change set holds them.
 */
export type SubmitResult =
  | { readonly outcome: 'submitted' | 'adopted'; readonly changeSetId: string }
  | { readonly outcome: 'held'; readonly by: 'observe' | 'approve' | 'dailyCap' }
  | { readonly outcome: 'overtaken'; readonly concurrentChanges: ConcurrentChanges }
  | {
      readonly outcome: 'locked';
      readonly sentence: string;
      readonly blockerId?: string;
      /** ISO 8601. */
      readonly blockerStartTime?: string;
    };

/** The account's mode, or why it cannot be read: then nothing is submitted either. */
export type AccountMode =
  { readonly mode: 'observe' | 'approve' | 'auto' } | { readonly mode?: never; readonly sentence: string };

/** One change that AWS applied. */
export interface AppliedChange {
  readonly changeType: string;
  /** Without its version. */
  readonly entityType: string;
  /** Without its revision. */
  readonly entityId?: string;
  /** Of a product or a solution, where AWS shows one; an offer's name can be a buyer's, and is not read. */
  readonly title?: string;
  /** Of the version that the change added. */
  readonly versionTitle?: string;
}

/** What a change set that succeeded has changed, without contents. */
export interface SuccessDescription {
  readonly changeSetId: string;
  readonly name?: string;
  readonly intent?: string;
  /** In the order of the change set; empty where AWS does not show them. */
  readonly changes: readonly AppliedChange[];
}

/**
 * The activities of a lineage. Failures are those of the vocabulary (src/failures.ts). One that may wait for long ends with
 * `WaitLasts` at `reportAtMs`.
 */
export interface ChangeSetActivities {
  /** The origin with what else happened to its entities, and the successors that carry its marker. */
  inspectLineage(
    origin: ChangeSetReference & Reporting & ChangeSetFollowing,
  ): Promise<(LineageFindings | WaitLasts) & ChangeSetFollowed>;
  diagnoseChangeSet(
    reference: ChangeSetReference & Reporting & ChangeSetFollowing,
    lineage: LineageReference,
  ): Promise<(Diagnosis | WaitLasts) & ChangeSetFollowed>;
  /** One check per attempt: throws NotYet, which the server repeats, while the change set runs. */
  awaitEnd(
    reference: ChangeSetReference & Reporting & ChangeSetFollowing,
  ): Promise<(WaitLasts & ChangeSetFollowed) | ChangeSetFollowed | undefined>;
  /**
   * One check per attempt: throws NotYet until there is work on the entities beyond what is known, or until the configuration
   * has changed: then that alone may be the answer.
   * @param justChecked true where what is known was seen a moment ago: then the first attempt asks AWS nothing.
   */
  watchElsewhere(
    reference: ChangeSetReference & ChangeSetFollowing,
    lineage: LineageReference,
    known: readonly string[],
    justChecked?: boolean,
  ): Promise<(ConcurrentChanges | { readonly running?: never }) & ChangeSetFollowed>;
  /** What amendments change: values only of fields that may be shown. */
  describeAmendments(reference: ChangeSetReference, amendments: readonly Amendment[]): Promise<AmendmentDifference>;
  /**
   * One check per attempt: throws NotYet, which the server repeats, until the change set has ended.
   * @param justSubmitted true where AWS accepted it a moment ago: then the first attempt asks AWS nothing.
   */
  awaitOutcome(
    reference: ChangeSetReference & Reporting & ChangeSetFollowing,
    justSubmitted?: boolean,
  ): Promise<(OutcomeFound | WaitLasts) & ChangeSetFollowed>;
  /** Checks first, in every attempt; submits only what is not there yet and what the account's mode permits. */
  submitSuccessor(
    request: SubmitRequest & Reporting & ChangeSetFollowing,
  ): Promise<(SubmitResult | WaitLasts) & ChangeSetFollowed>;
  /** The account's mode at this moment, as the submit reads it. It calls no vendor. */
  accountMode(reference: Pick<ChangeSetReference, 'account'>): Promise<AccountMode>;
  /** What a change set that succeeded has changed: as much as AWS shows to this account. */
  describeSuccess(reference: ChangeSetReference): Promise<SuccessDescription>;
}

/** What calls Temporal alone. */
export interface OutcomeActivities {
  /** Gives the id of the workflow that took the outcome. */
  deliverOutcome(message: ChangeSetOutcomeMessage): Promise<string>;
}

/** What a proposed amendment would change, field by field: values only of fields that may be shown. */
export interface AmendmentView {
  /** Its name, by which `approve` says which proposal it means. */
  readonly proposal: string;
  readonly proposedBy: string;
  /** ISO 8601; absent where a version before took it. */
  readonly proposedAt?: string;
  readonly indexes: readonly number[];
  /** Absent until it is computed. */
  readonly difference?: readonly string[];
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface ChangeSetStatus extends CommandedStatus<ChangeSetStateName> {
  readonly changeSetId: string;
  readonly attempt: number;
  /** Who proposed the amendment that waits for approval; absent where there is none. */
  readonly proposedBy?: string;
  /** The name of that amendment: `approve` says with it which one it means. */
  readonly proposal?: string;
  readonly members: ReadonlyArray<{ attempt: number; changeSetId: string; outcome?: ChangeSetOutcome }>;
  /** What AWS said, and what fits now; absent once AWS applied it. */
  readonly report?: ChangeSetReport;
}

const whileAsked = ['awaitingDecision', 'observed'] as const;
/** The mode refuses what would submit; once another one is set, the workflow takes it. */
const inObserveMode = ['observed'] as const;

/** What operators can do. */
export const changeSetCommands = {
  retry: {
    summary: 'Submit the change set again, unchanged; where a check failed, check again.',
    takenIn: whileAsked,
    notOfferedIn: inObserveMode,
    ...plainDecision,
  },
  approve: {
    summary: 'Submit what is proposed, or what the account’s mode or daily cap holds back.',
    takenIn: whileAsked,
    notOfferedIn: inObserveMode,
    fields: [
      {
        name: 'proposal',
        kind: 'proposal',
        required: false,
        help: 'the name of the proposal that is meant, as steward show and the Web UI have it; refused where another one waits',
        example: '<proposal>',
      },
    ],
    sameDecision: 'whileNotTaken',
    decidesOnProposal: true,
  },
  amend: {
    summary: 'Propose new details for changes, by their index from 0; approve submits them.',
    takenIn: whileAsked,
    fields: [
      {
        name: 'changes',
        kind: 'changeDetails',
        required: true,
        help: 'the index of a change, and the whole new details of that change, a JSON object or list as text',
        example: [{ index: 0, details: '{"…":"…"}' }],
      },
    ],
    sameDecision: { whileStatusHas: 'proposedBy' },
    unfitForHistory: secretProblem,
  },
  resolve: {
    summary: 'Close the change set as settled elsewhere.',
    takenIn: whileAsked,
    fields: [
      {
        name: 'changeSetId',
        kind: 'text',
        required: false,
        help: 'the change set that settled it, where there is one',
        example: '<change-set-id>',
      },
    ],
    sameDecision: 'whileNotTaken',
  },
  abandon: {
    summary: 'Abandon the change set; nothing more is submitted.',
    takenIn: [firstCheckState, 'awaitingOutcome', 'retrying', 'awaitingBlocker', ...whileAsked],
    changesNothingIn: ['abandoning'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<ChangeSetStateName>;

/** The data of `amend`. */
export type AmendCommand = InputOf<typeof changeSetCommands.amend>;

export const changeSetOutcomeSignal = defineSignal<[ChangeSetOutcomeMessage]>('changeSetOutcome');
/** What the account's listing showed on the entities of a lineage since a round before. */
export interface AccountListed {
  /**
   * Change sets that have ended, by id; entities that no change set of the account has changed, as `{id}@{revision}`:
   * identities as the lineage keeps them (`knownWork`).
   */
  readonly work: readonly string[];
}

/** Sent by each round of `reconcileChangeSets` that finds something; a repeat is known by its identities. */
export const accountListedSignal = defineSignal<[AccountListed]>('accountListed');
export const changeSetStatusQuery = defineQuery<ChangeSetStatus>('status');
export const amendmentQuery = defineQuery<AmendmentView | null>('amendment');

/** What others need to know of the workflow. */
export const changeSetContract = {
  type: changeSetRemediationType,
  idPrefixes: ['change-set:'],
  states: {
    diagnosing: true,
    awaitingOutcome: true,
    retrying: true,
    awaitingBlocker: true,
    awaitingDecision: true,
    observed: true,
    abandoning: true,
    succeeded: true,
    remediated: true,
    resolvedElsewhere: true,
    superseded: true,
    reported: true,
    cancelled: true,
    abandoned: true,
    expired: true,
  },
  statusQuery: changeSetStatusQuery,
  commands: changeSetCommands,
} as const satisfies WorkflowContract<ChangeSetStatus>;
