import type { ChangeSetOutcome } from './messages.ts';

/** Which change set a look is about. */
export interface ChangeSetReference {
  readonly account: string;
  readonly catalog: string;
  readonly changeSetId: string;
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
  /** On whose word: the decision table's, or a person's. */
  readonly authority: 'policy' | 'person';
}

/** What became of a submit. `held`: the account's mode does not let it go out. */
export type SubmitResult =
  | { readonly outcome: 'submitted' | 'adopted'; readonly changeSetId: string }
  | { readonly outcome: 'held'; readonly mode: 'observe' | 'approve' };

/** The outcome that a poll found. */
export interface OutcomeFound {
  readonly changeSetId: string;
  readonly outcome: ChangeSetOutcome;
  readonly failureCode?: string;
  readonly startTime: string;
  readonly endTime: string;
}
