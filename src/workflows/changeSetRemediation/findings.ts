import type { ChangeSetOutcome } from './contract.ts';

/** Which change set a check is about. */
export interface ChangeSetReference {
  readonly account: string;
  readonly catalog: string;
  readonly changeSetId: string;
}

/** Whose concurrent changes are checked: what its own members did is not other operators's work. */
export interface LineageReference {
  readonly originId: string;
  /** When the origin was started, ISO 8601; absent as long as it is not known. */
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
 * What else happened to the entities of a failed change set since its origin was started: what rows 2 to 4, 7 and 9 of
 * the decision table go by.
 */
export interface ConcurrentChanges {
  /** `covers`: whether it names every entity and change type of this one. */
  readonly newerSuccesses: ReadonlyArray<OtherChangeSet & { readonly covers: boolean }>;
  readonly newerFailures: ReadonlyArray<OtherChangeSet & { readonly covers: boolean }>;
  readonly running: readonly OtherChangeSet[];
  /** Entities that changed, by none of this account's change sets: somebody else's work. */
  readonly externalChanges: ReadonlyArray<{
    readonly entityId: string;
    readonly revision: string;
    readonly at: string;
  }>;
  /** Changes that were made against a revision that is not the latest. */
  readonly staleRevisions: ReadonlyArray<{
    readonly entityId: string;
    readonly made: string;
    readonly latest: string;
  }>;
  /** What may have partialEffects of changes that do more than set a value; absent where nothing of it could land twice. */
  readonly created?: { readonly found: 'nothing' | 'something'; readonly evidence: string };
}

/** One change as it enters the history: short, without `Details`. */
export interface DiagnosedChange {
  readonly changeType: string;
  readonly entityType: string;
  readonly entityId?: string;
  readonly errors: ReadonlyArray<{ readonly code: string; readonly message: string }>;
  /** What in the contents has gone stale, in words: an expired URL, a date that lies in the past. */
  readonly stale: readonly string[];
}

/** What DescribeChangeSet showed of one change set. Times are ISO 8601. */
export interface Diagnosis {
  readonly changeSetId: string;
  /** Absent members are unknown: nothing is guessed. */
  readonly status?: string;
  readonly name?: string;
  readonly intent?: string;
  readonly failureCode?: string;
  readonly failureDescription?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  readonly changes: readonly DiagnosedChange[];
  /** For a change set that failed. */
  readonly concurrentChanges?: ConcurrentChanges;
}

/** A change set found by its lineage marker. */
export interface FoundSuccessor {
  readonly attempt: number;
  readonly changeSetId: string;
  readonly status?: string;
}

/** What a run learns first: its origin, and the successors that earlier runs left behind, lowest attempt first. */
export interface LineageFindings {
  readonly origin: Diagnosis;
  readonly successors: readonly FoundSuccessor[];
}

/** The new details of one change, as an operator gave them. */
export interface Amendment {
  /** Of the change in its change set, from 0. */
  readonly index: number;
  /** The text that is sent, untouched. */
  readonly details: string;
}

/** What an amendment changes, without the contents themselves: paths, kinds and lengths. */
export interface AmendmentDifference {
  readonly lines: readonly string[];
}

/** One submit. Token and name are fixed by the workflow; the contents are read again from `sourceId`. */
export interface SubmitRequest {
  readonly account: string;
  readonly catalog: string;
  readonly originId: string;
  readonly attempt: number;
  readonly clientRequestToken: string;
  readonly name: string;
  /** The newest member of the lineage. */
  readonly sourceId: string;
  /** On whose word: the decision table's, or an operator's. */
  readonly authority: 'policy' | 'operator';
  readonly originStartTime?: string;
  readonly memberIds: readonly string[];
  /** Other operators's work that the operator knew of who gave the word (`knownWork`). */
  readonly known: readonly string[];
  readonly amendments: readonly Amendment[];
}

/**
 * What became of a submit. `held`: the account's mode, or its daily cap of automatic submits, does not let it go out;
 * `overtaken`: there is newer or running work on its entities; `locked`: AWS says that another change set holds them.
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

/** The identities of other operators's work, as an operator is told of it: what a later check finds beyond them is news. */
export function knownWork({ newerSuccesses, newerFailures, externalChanges }: ConcurrentChanges): readonly string[] {
  return [
    ...newerSuccesses.map(({ changeSetId }) => changeSetId),
    ...newerFailures.map(({ changeSetId }) => changeSetId),
    ...externalChanges.map(({ entityId, revision }) => `${entityId}@${revision}`),
  ];
}

/** The outcome that a poll found. */
export interface OutcomeFound {
  readonly changeSetId: string;
  readonly outcome: ChangeSetOutcome;
  readonly failureCode?: string;
  readonly startTime: string;
  readonly endTime: string;
}
