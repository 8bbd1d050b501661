import type { AuditEntry } from '../shared/commands.ts';
import type { Diagnosis } from './findings.ts';
import type { ChangeSetOutcome, ChangeSetOutcomeMessage } from './messages.ts';

/** How a lineage ends. */
export type LineageEnd = 'succeeded' | 'remediated' | 'reported' | 'cancelled' | 'abandoned';

/** Why a person is asked, and where their `retry` leads: to a submit, to another look, or back to the start. */
export interface PersonReason {
  readonly kind:
    'decision' | 'modeObserve' | 'modeApprove' | 'submitRefused' | 'submitUnknown' | 'outcomeMissing' | 'lookFailed';
  /** The row of the decision table, where it decided. */
  readonly row?: number;
  /** What an operator reads. */
  readonly sentence: string;
  readonly retryLeadsTo: 'submit' | 'wait' | 'learn';
}

/** What the workflow does now. */
export type Phase =
  | { readonly name: 'learning' }
  | { readonly name: 'diagnosing'; readonly changeSetId: string }
  | { readonly name: 'awaitingOutcome'; readonly changeSetId: string }
  | { readonly name: 'backingOff'; readonly attempt: number; readonly delayMs: number }
  | { readonly name: 'submitting'; readonly attempt: number; readonly authority: 'policy' | 'person' }
  | { readonly name: 'awaitingPerson'; readonly reason: PersonReason }
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
  readonly phase: Phase;
  /** In the order of attempts; the last is the newest. */
  readonly members: readonly [Member, ...Member[]];
  readonly originName?: string;
  /** What the vendor shows of the newest member that was looked at. */
  readonly diagnosis?: Diagnosis;
  /** Outcomes that came before the workflow could know whether they are its own. */
  readonly unclaimed: readonly ChangeSetOutcomeMessage[];
  readonly automaticSubmits: number;
  /** How often a person was asked: the identity of the notices. */
  readonly personAsked: number;
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
}): ChangeSetCase {
  return {
    version: 1,
    account: start.account,
    catalog: start.catalog,
    originId: start.changeSetId,
    foreignMarker: start.foreignMarker ?? false,
    phase: { name: 'learning' },
    members: [{ attempt: 0, changeSetId: start.changeSetId }],
    unclaimed: [],
    automaticSubmits: 0,
    personAsked: 0,
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

/** The word for the state column: one for the whole of a retry, so that it needs no upsert at every step. */
export function stateName(lineage: ChangeSetCase): string {
  const { phase } = lineage;
  switch (phase.name) {
    case 'learning':
    case 'diagnosing':
      return newestMember(lineage).attempt === 0 ? 'diagnosing' : 'retrying';
    case 'awaitingOutcome':
      return newestMember(lineage).attempt === 0 ? 'awaitingOutcome' : 'retrying';
    case 'backingOff':
    case 'submitting':
      return 'retrying';
    case 'awaitingPerson':
      return phase.reason.kind === 'modeObserve' ? 'observed' : 'awaitingPerson';
    case 'abandoning':
      return 'abandoning';
    case 'ended':
      return phase.end;
  }
}

/** True while somebody has to do something. */
export function needsPerson(lineage: ChangeSetCase): boolean {
  return stateName(lineage) === 'awaitingPerson';
}

/**
 * Whether a person's command makes sense now.
 * @returns undefined where it does, else a sentence that says why not and what would.
 */
export function refusal(lineage: ChangeSetCase, command: 'retry' | 'abandon'): string | undefined {
  const { phase } = lineage;
  if (phase.name === 'ended') return `This change set is closed as ${phase.end}; nothing more can be done here.`;
  if (command === 'abandon' || phase.name === 'awaitingPerson') return undefined;
  if (phase.name === 'abandoning') return 'This change set is being abandoned; no attempt can be added.';
  return `Nobody is asked now (${phase.name}): retry is taken when the state is awaitingPerson or observed.`;
}
