import { defined } from '../../defined.ts';
import type { AuditEntry, CommandInput, CommandName, GivenCommand } from '../shared/operatorCommands.ts';
import type { Transition as CaseTransition, TransitionContext as CaseContext } from '../shared/transition.ts';
import {
  firstCheckState,
  type Amendment,
  type Authority,
  type changeSetCommands,
  type ChangeSetOutcome,
  type ChangeSetOutcomeMessage,
  type ChangeSetRemediationInput,
  type ChangeSetStateName,
  type ConcurrentChanges,
  type Diagnosis,
  type FoundBy,
  type LineageEnd,
  type LineageFindings,
  type OtherChangeSet,
  type OutcomeFound,
  type SubmitResult,
  type SuccessDescription,
} from './contract.ts';
import type { ChangeSetPolicy } from './policyValues.ts';

/** New details that an operator proposes; approve submits them. */
export interface Proposal {
  readonly amendments: readonly Amendment[];
  readonly by: string;
  /** ISO 8601; absent where a version before took it. */
  readonly at?: string;
  /** An approval that does not name it could mean something else: it has to name it. */
  readonly mustBeNamed?: true;
  /** What they change, without contents; absent until it is computed. */
  readonly difference?: readonly string[];
}

/** Why an operator is asked, and where `retry` leads: to a submit, to another wait, or back to the first check. */
export interface DecisionReason {
  readonly kind:
    | 'decision'
    | 'modeObserve'
    | 'modeApprove'
    | 'dailyCap'
    | 'blockerRemains'
    | 'submitRefused'
    | 'submitUnknown'
    | 'outcomeMissing'
    | 'checkFailed';
  /** The row of the decision table, where it decided. */
  readonly row?: number;
  /** What an operator reads. */
  readonly sentence: string;
  readonly retryLeadsTo: 'submit' | 'wait' | 'inspect';
  /** An attempt was kept back: a retry submits that one, with the amendments it has. */
  readonly submitPending?: true;
  /** The attempt that the mode kept back: when it would have gone out, and by which row of the table, where that decided. */
  readonly heldBack?: { readonly attempt: number; readonly atMs: number; readonly row?: number };
  /** AWS does not know the origin: nothing can have been submitted for it. */
  readonly originUnknown?: true;
}

/** How a question goes on after its policy has changed. */
export interface Replanned {
  /** How many of the policy's reminders are over: were sent, or lay in the past when the policy came. */
  readonly passed: number;
  /** When the newest reminder went out, in milliseconds since the epoch. */
  readonly remindedAtMs?: number;
  /** When the question ends, in milliseconds since the epoch: not before the time that was promised. */
  readonly expiresAtMs: number;
  /** How many reminders had been sent when the policy came. */
  readonly sentBefore: number;
}

/** What the workflow does now. */
export type Phase =
  | { readonly name: 'inspecting' }
  | { readonly name: 'diagnosing'; readonly changeSetId: string }
  /** `submitted` where AWS accepted it at the beginning of the phase. */
  | { readonly name: 'awaitingOutcome'; readonly changeSetId: string; readonly submitted?: true }
  | { readonly name: 'backingOff'; readonly attempt: number; readonly delayMs: number }
  | { readonly name: 'submitting'; readonly attempt: number; readonly authority: Authority }
  /** Another change set holds the entities; the submit follows, or a new diagnosis where none was due yet. */
  | {
      readonly name: 'awaitingBlocker';
      readonly sentence: string;
      readonly blocker?: OtherChangeSet;
      readonly sinceMs: number;
      /** How often a blocker was found in this wait. */
      readonly round: number;
      readonly afterwards:
        { readonly name: 'diagnosing' } | { readonly name: 'submitting'; readonly authority: Authority };
    }
  | {
      readonly name: 'awaitingDecision';
      readonly reason: DecisionReason;
      readonly askedAtMs: number;
      readonly remindersSent: number;
      /** Row 10: when it is submitted again, unless an operator answers first. */
      readonly repeatAtMs?: number;
      /** Absent while the policy of its beginning holds. */
      readonly replanned?: Replanned;
      /** Asked without a notice: a backfill's digest reports it, and no reminder goes out. */
      readonly quiet?: true;
      readonly proposal?: Proposal;
    }
  /** Without an id: a submit was under way, and a check must show whether AWS accepted it. */
  | { readonly name: 'abandoning'; readonly changeSetId?: string }
  | { readonly name: 'ended'; readonly end: LineageEnd };

/** A phase by its name. */
export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { readonly name: Name }>;

/** One change set of the lineage; attempt 0 is the origin. */
export interface Member {
  readonly attempt: number;
  readonly changeSetId: string;
  readonly outcome?: ChangeSetOutcome;
  /** As the event of its failure carried it. */
  readonly failureCode?: string;
  /** As its event carried it: for texts only, since AWS's own answer is what names of successors are made from. */
  readonly eventName?: string;
}

/** The state of a lineage: plain JSON, carried through continue-as-new. */
export interface ChangeSetCase {
  readonly version: 1;
  readonly account: string;
  readonly catalog: string;
  readonly originId: string;
  readonly foreignMarker: boolean;
  /** The backfill that opened it; absent where an event did. */
  readonly foundBy?: FoundBy;
  /** A success is to be reported; absent once it was. */
  readonly reportSuccess?: true;
  /** Where a backfill opened it: a notice about it went out. */
  readonly notified?: true;
  /**
   * How it ends once no successor is in flight: an operator abandoned it, or nobody answered. Whatever is asked
   * meanwhile, nothing more is submitted.
   */
  readonly pendingEnd?: 'abandoned' | 'expired';
  readonly phase: Phase;
  /** When the present phase began, in milliseconds since the epoch. */
  readonly phaseSinceMs?: number;
  /** The waits that operators were notified of: the name of the notice, and which wait it was. */
  readonly reportedWaits?: readonly string[];
  /** In the order of attempts; the last is the newest. */
  readonly members: readonly [Member, ...Member[]];
  readonly originName?: string;
  /** ISO 8601: what started later is newer than this lineage. */
  readonly originStartTime?: string;
  /** What AWS showed of the newest member that was checked. */
  readonly diagnosis?: Diagnosis;
  /** Outcomes that came before the workflow knew whether they are its own. */
  readonly unclaimed: readonly ChangeSetOutcomeMessage[];
  /** Change sets under a marker of this lineage that a check did not find to be its own. */
  readonly disowned?: readonly string[];
  readonly automaticSubmits: number;
  /** Whether the one repeat of row 10 was used. */
  readonly spreadingRepeated: boolean;
  /** Concurrent changes that operators were notified of: ids of change sets, revisions of entities. */
  readonly known: readonly string[];
  /** What a round has reported of the entities, and no check has compared yet: identities like those above. */
  readonly heard?: readonly string[];
  /** What the newest attempt was submitted with, in place of the original's details. */
  readonly amendments: readonly Amendment[];
  /** Since when, and how often in this wait, another change set was in the way. */
  readonly blocked?: { readonly sinceMs: number; readonly round: number };
  /** How often an operator was asked. */
  readonly decisionsRequested: number;
  /** Identities of the questions that were asked. */
  readonly questions?: readonly string[];
  /** Of the first run: a reset keeps it, a start after a termination has another one. */
  readonly firstRunId?: string;
  readonly seen: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What a check speaks of. */
export interface Checked {
  /**
   * Change sets whose outcomes waited when the check began. Of those that came later it says nothing: after a reset, what
   * an activity had found before stands beside signals that are newer.
   */
  readonly claims?: readonly string[];
}

/** What can happen to a lineage: events, findings of activities, elapsed timers, operator commands. */
export type LineageMessage =
  | (GivenCommand<typeof changeSetCommands> & {
      /** Of an amendment: an approval has to name it. */
      readonly mustBeNamed?: boolean;
    })
  | { readonly type: 'outcome'; readonly message: ChangeSetOutcomeMessage }
  | { readonly type: 'outcomeFound'; readonly found: OutcomeFound }
  | { readonly type: 'outcomeMissing'; readonly sentence: string }
  | ({ readonly type: 'inspected'; readonly findings: LineageFindings } & Checked)
  | ({ readonly type: 'diagnosed'; readonly diagnosis: Diagnosis } & Checked)
  | ({ readonly type: 'checkFailed'; readonly sentence: string; readonly originUnknown?: true } & Checked)
  | { readonly type: 'backOffElapsed' | 'unblocked' | 'blockerRemains' }
  /** The lineage goes by another policy from now on, in place of this one. */
  | { readonly type: 'followed'; readonly before: ChangeSetPolicy }
  /** What is waited for has not come when it usually has. */
  | { readonly type: 'waitLasts'; readonly sentence?: string }
  | { readonly type: 'submitAnswered'; readonly result: SubmitResult }
  | { readonly type: 'submitFailed'; readonly outcomeKnown: boolean; readonly sentence: string }
  /** While an operator is asked: the earliest of reminder, repeat (row 10) and end has come. */
  | { readonly type: 'clock' }
  /** The account's listing shows work on the entities; whether it matters, a comparison says. */
  | { readonly type: 'listed'; readonly work: readonly string[] }
  /** `compared`: what of the reported work the check covers, since it was reported before. */
  | {
      readonly type: 'workElsewhere';
      readonly concurrentChanges: ConcurrentChanges;
      readonly compared?: readonly string[];
    }
  | { readonly type: 'differenceComputed'; readonly lines: readonly string[] }
  | { readonly type: 'successDescribed'; readonly success: SuccessDescription }
  /** A command was let in, and refused by what an activity read then. */
  | {
      readonly type: 'commandRefused';
      readonly name: CommandName<typeof changeSetCommands>;
      readonly command: CommandInput;
      readonly sentence: string;
    };

/** What a lineage makes the workflow do beside its phase and its notices. */
export type LineageEffect =
  /** Delivers an outcome to the workflow of another lineage. */
  | { readonly type: 'deliverOutcome'; readonly outcome: ChangeSetOutcomeMessage }
  /** Asks AWS what the change set that succeeded has changed, for its notice. */
  | { readonly type: 'describeSuccess'; readonly changeSetId: string };

/** The state after a message, the notices, and the effects. */
export type Transition = CaseTransition<ChangeSetCase, LineageEffect>;

/** What a transition may know beside the state. */
export type TransitionContext = CaseContext<ChangeSetPolicy>;

function isFoundBy(value: Partial<FoundBy> | null | undefined): value is FoundBy {
  return typeof value?.backfillId === 'string' && (value.act === 'propose' || value.act === 'policy');
}

/**
 * A lineage of which nothing but the origin is known.
 * @param phaseSinceMs when it began, in milliseconds since the epoch.
 * @param firstRunId of the run, or of that which it continues.
 */
export function newCase(
  { account, catalog, changeSetId, foreignMarker, foundBy, reportSuccess }: Omit<ChangeSetRemediationInput, 'version'>,
  phaseSinceMs?: number,
  firstRunId?: string,
): ChangeSetCase {
  return {
    version: 1,
    account,
    catalog,
    originId: changeSetId,
    // Anybody may have typed the input: what is of another kind counts as left out.
    foreignMarker: foreignMarker === true,
    ...defined({
      foundBy: isFoundBy(foundBy) ? foundBy : undefined,
      reportSuccess: reportSuccess === true ? reportSuccess : undefined,
      phaseSinceMs,
      firstRunId,
    }),
    phase: { name: 'inspecting' },
    members: [{ attempt: 0, changeSetId }],
    unclaimed: [],
    automaticSubmits: 0,
    spreadingRepeated: false,
    known: [],
    amendments: [],
    decisionsRequested: 0,
    seen: [],
    audit: [],
    notes: [],
  };
}

/** The newest change set of the lineage. */
export function newestMember(lineage: ChangeSetCase): Member {
  return lineage.members.at(-1) ?? lineage.members[0];
}

/** The number of the successor that would be submitted next. */
export function nextAttempt(lineage: ChangeSetCase): number {
  return newestMember(lineage).attempt + 1;
}

/** True where an operator is asked because the check for successors failed: an unknown one may be in flight. */
export function successorsUnknown({ diagnosis, pendingEnd, phase }: ChangeSetCase): boolean {
  const checkFailed = phase.name === 'awaitingDecision' && phase.reason.kind === 'checkFailed';
  return checkFailed && (diagnosis === undefined || pendingEnd !== undefined);
}

/**
 * What must be waited for before a question may be closed: a successor that is in flight, or may be.
 * @returns undefined where none can be, or where a second check has failed too.
 */
export function leftInFlight(lineage: ChangeSetCase): PhaseOf<'abandoning'> | undefined {
  const { phase, pendingEnd } = lineage;
  if (phase.name !== 'awaitingDecision') return undefined;
  const { kind, originUnknown } = phase.reason;
  const unseen = successorsUnknown(lineage) && pendingEnd === undefined && originUnknown === undefined;
  if (/* guard */ kind === 'submitUnknown' || unseen) return { name: 'abandoning' };
  const { attempt, changeSetId, outcome } = newestMember(lineage);
  return /* guard */ attempt > 0 && outcome === undefined ? { name: 'abandoning', changeSetId } : undefined;
}

/** The name of the state, and the result of a closed run. */
export function stateName(lineage: ChangeSetCase): ChangeSetStateName {
  const { phase } = lineage;
  switch (phase.name) {
    case 'inspecting':
    case 'diagnosing':
      return newestMember(lineage).attempt === 0 ? firstCheckState : 'retrying';
    case 'awaitingOutcome':
      return newestMember(lineage).attempt === 0 ? 'awaitingOutcome' : 'retrying';
    case 'backingOff':
    case 'submitting':
      return 'retrying';
    case 'awaitingDecision':
      return phase.reason.kind === 'modeObserve' ? 'observed' : 'awaitingDecision';
    case 'awaitingBlocker':
    case 'abandoning':
      return phase.name;
    case 'ended':
      return phase.end;
  }
}

/** True while an operator must decide. */
export function needsDecision(lineage: ChangeSetCase): boolean {
  return stateName(lineage) === 'awaitingDecision';
}
