import { defined } from '../../defined.ts';
import type { AuditEntry } from '../shared/operatorCommands.ts';
import type { Amendment, Diagnosis, OtherChangeSet } from './findings.ts';
import { firstCheckState, type ChangeSetOutcome, type ChangeSetOutcomeMessage, type FoundBy } from './contract.ts';

/** How a lineage ends. */
export type LineageEnd =
  'succeeded' | 'remediated' | 'resolvedElsewhere' | 'superseded' | 'reported' | 'cancelled' | 'abandoned' | 'expired';

/** What operators can do to a lineage. */
export type LineageCommand = 'retry' | 'amend' | 'approve' | 'resolve' | 'abandon';

/** New details that an operator proposes; they go out when one approves. */
export interface Proposal {
  readonly amendments: readonly Amendment[];
  readonly by: string;
  /** What they change, without contents; absent until it is computed. */
  readonly difference?: readonly string[];
}

/** Why an operator is asked, and where their `retry` leads: to a submit, to another check, or back to the start. */
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
  /** An attempt was kept back: a retry sends that one, with the amendments it has. */
  readonly submitPending?: true;
  /** AWS does not know the origin: nothing can have been sent for it. */
  readonly originUnknown?: true;
}

/** What the workflow does now. */
export type Phase =
  | { readonly name: 'inspecting' }
  | { readonly name: 'diagnosing'; readonly changeSetId: string }
  | { readonly name: 'awaitingOutcome'; readonly changeSetId: string }
  | { readonly name: 'backingOff'; readonly attempt: number; readonly delayMs: number }
  | { readonly name: 'submitting'; readonly attempt: number; readonly authority: 'policy' | 'operator' }
  /** Another change set holds the entities; then the submit follows, or a new diagnosis where none was due yet. */
  | {
      readonly name: 'awaitingBlocker';
      readonly sentence: string;
      readonly blocker?: OtherChangeSet;
      readonly sinceMs: number;
      /** How often the way was found barred in this wait. */
      readonly round: number;
      readonly afterwards:
        { readonly name: 'diagnosing' } | { readonly name: 'submitting'; readonly authority: 'policy' | 'operator' };
    }
  | {
      readonly name: 'awaitingDecision';
      readonly reason: DecisionReason;
      readonly askedAtMs: number;
      readonly remindersSent: number;
      /** Row 10: when it is sent again unless an operator was quicker. */
      readonly repeatAtMs?: number;
      /** Asked without a notice: a backfill's digest tells of it, and nobody is reminded. */
      readonly quiet?: true;
      readonly proposal?: Proposal;
    }
  /** Without an id: a submit was under way, and whether it was accepted is to be looked up. */
  | { readonly name: 'abandoning'; readonly changeSetId?: string }
  | { readonly name: 'ended'; readonly end: LineageEnd };

/** One change set of the lineage; attempt 0 is the origin. */
export interface Member {
  readonly attempt: number;
  readonly changeSetId: string;
  readonly outcome?: ChangeSetOutcome;
  /** As the event of its failure carried it. */
  readonly failureCode?: string;
}

/** All that one lineage is: plain JSON, carried through continue-as-new. */
export interface ChangeSetCase {
  readonly version: 1;
  readonly account: string;
  readonly catalog: string;
  readonly originId: string;
  readonly foreignMarker: boolean;
  /** The backfill that opened it; absent where an event did. */
  readonly foundBy?: FoundBy;
  /** Where a backfill opened it: operators were told of it. */
  readonly notified?: true;
  /**
   * How it ends once no successor is in flight: it was given up, by an operator or because nobody answered. Whatever is
   * asked meanwhile, nothing more is sent.
   */
  readonly pendingEnd?: 'abandoned' | 'expired';
  readonly phase: Phase;
  /** In the order of attempts; the last is the newest. */
  readonly members: readonly [Member, ...Member[]];
  readonly originName?: string;
  /** ISO 8601: what is newer than this lineage is measured by it. */
  readonly originStartTime?: string;
  /** What the vendor shows of the newest member that was checked. */
  readonly diagnosis?: Diagnosis;
  /** Outcomes that came before the workflow could know whether they are its own. */
  readonly unclaimed: readonly ChangeSetOutcomeMessage[];
  readonly automaticSubmits: number;
  /** Whether the one repeat of row 10 was used. */
  readonly spreadingRepeated: boolean;
  /** Other operators's work that was told: ids of change sets, revisions of entities. */
  readonly known: readonly string[];
  /** What the newest attempt was sent with in place of the original's details. */
  readonly amendments: readonly Amendment[];
  /** Since when, and how often in this wait, another change set was in the way. */
  readonly barred?: { readonly sinceMs: number; readonly round: number };
  /** How often an operator was asked: the identity of the notices. */
  readonly decisionsRequested: number;
  readonly seen: readonly string[];
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** The state of a lineage of which nothing is known but its origin. */
export function newCase(start: {
  account: string;
  catalog: string;
  changeSetId: string;
  foreignMarker?: boolean;
  foundBy?: FoundBy;
}): ChangeSetCase {
  return {
    version: 1,
    account: start.account,
    catalog: start.catalog,
    originId: start.changeSetId,
    foreignMarker: start.foreignMarker ?? false,
    ...defined({ foundBy: start.foundBy }),
    phase: { name: 'inspecting' },
    members: [{ attempt: 0, changeSetId: start.changeSetId }],
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

/** The number of the successor that would be sent next. */
export function nextAttempt(lineage: ChangeSetCase): number {
  return newestMember(lineage).attempt + 1;
}

/** True where an operator is asked because the check for successors failed: one may be in flight unknown. */
export function successorsUnknown({ diagnosis, pendingEnd, phase }: ChangeSetCase): boolean {
  const checkFailed = phase.name === 'awaitingDecision' && phase.reason.kind === 'checkFailed';
  return checkFailed && /* guard */ (diagnosis === undefined || pendingEnd !== undefined);
}

/**
 * What has to be waited for before a question may be given up: a successor that is in flight, or may be.
 * @returns undefined where none can be, or where a second check of AWS has failed too.
 */
export function leftInFlight(lineage: ChangeSetCase): Extract<Phase, { name: 'abandoning' }> | undefined {
  const { phase, pendingEnd } = lineage;
  if (phase.name !== 'awaitingDecision') return undefined;
  const { kind, originUnknown } = phase.reason;
  const unseen = successorsUnknown(lineage) && pendingEnd === undefined && originUnknown === undefined;
  if (/* guard */ kind === 'submitUnknown' || unseen) return { name: 'abandoning' };
  const { attempt, changeSetId, outcome } = newestMember(lineage);
  return /* guard */ attempt > 0 && outcome === undefined ? { name: 'abandoning', changeSetId } : undefined;
}

/** The word for the state column: one for the whole of a retry, so that it needs no upsert at every step. */
export function stateName(lineage: ChangeSetCase): string {
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
    case 'awaitingBlocker':
      return 'awaitingBlocker';
    case 'awaitingDecision':
      return phase.reason.kind === 'modeObserve' ? 'observed' : 'awaitingDecision';
    case 'abandoning':
      return 'abandoning';
    case 'ended':
      return phase.end;
  }
}

/** True while somebody has to do something. */
export function needsDecision(lineage: ChangeSetCase): boolean {
  return stateName(lineage) === 'awaitingDecision';
}
