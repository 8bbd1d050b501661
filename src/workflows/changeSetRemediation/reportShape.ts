import type { SameInput } from './errorCodes/knowledge.ts';

/** One error that AWS names, and what the error table knows of its code. All texts are bounded, and hold no addresses. */
export interface ReportedError {
  readonly code: string;
  /** What the code means, in our words. */
  readonly meaning: string;
  /** AWS's own message, up to 500 characters; absent where AWS gave none, or there was no room for it. */
  readonly words?: string;
  readonly whatToDo: string;
  /** Whether the same input can pass later. */
  readonly sameInput: SameInput;
}

/** One change of the change set. */
export interface ReportedChange {
  /** In the change set, from 0: `amend` counts so. */
  readonly index: number;
  readonly changeType: string;
  readonly entityType: string;
  /** Absent where the change creates the entity. */
  readonly entityId?: string;
  /** What buyers read as the name of the product or solution; absent where it is not known, and of offers. */
  readonly title?: string;
  readonly errors: readonly ReportedError[];
  /** How many errors are left out. */
  readonly moreErrors?: number;
  readonly outOfDate: readonly string[];
}

/** The question to an operator. Times are ISO 8601. */
interface ReportedQuestion {
  readonly why: string;
  /** The row of the decision table, where it decided. */
  readonly row?: number;
  readonly openUntil: string;
  /** What of the original a successor would not have; absent where it would have all. */
  readonly cannotRepeat?: string;
  /** Observe mode kept this attempt back: when it would have gone out, and by which row, where the table decided. */
  readonly wouldHaveSubmitted?: { readonly attempt: number; readonly at: string; readonly row?: number };
  /** When it is submitted again once, unless an operator answers first (row 10). */
  readonly submittedAgainAt?: string;
}

/** What fits now. */
interface ReportedNextStep {
  readonly sentence: string;
  /** As they stand in a terminal, what fits best first; what stands in `<>` is to be replaced. */
  readonly commands: readonly string[];
}

/**
 * What is known of a change set that did not succeed, and what can be done: details, notices, the `show` command and the
 * status query are made of this one value. Times are ISO 8601.
 */
export interface ChangeSetReport {
  readonly account: string;
  /** The newest change set of the lineage that was checked: the original, or a successor. */
  readonly changeSetId: string;
  /** 0 is the original. */
  readonly attempt: number;
  readonly name?: string;
  /** The request in the AWS Marketplace Management Portal. */
  readonly link: string;
  /** Status, Intent, FailureCode and FailureDescription are AWS's. */
  readonly status?: string;
  readonly intent?: string;
  readonly failureCode?: string;
  readonly failureDescription?: string;
  readonly endedAt?: string;
  /** Until when AWS shows the change set. */
  readonly shownByAwsUntil?: string;
  /** Every error code that is kept, each once. */
  readonly codes: readonly string[];
  readonly changes: readonly ReportedChange[];
  /** Entities that have another revision than the change set was made for. */
  readonly outOfDate: readonly string[];
  /** Absent where no operator is asked. */
  readonly question?: ReportedQuestion;
  readonly nextStep: ReportedNextStep;
}
