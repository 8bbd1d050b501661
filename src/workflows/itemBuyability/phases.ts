/** What is known of an item once it is known; INVALID_PRODUCT and UNVERIFIED are never taken for NOT_BUYABLE. */
export type ItemVerdict = 'BUYABLE' | 'NOT_BUYABLE' | 'INVALID_PRODUCT' | 'UNVERIFIED';

/**
 * Why the product is asked for. Data of the same time answers a question for want of data, but none that has to prove
 * data or choose between data.
 */
export type Question = 'noData' | 'unproven' | 'disputed';

/** The product is asked for. */
export interface Querying {
  readonly name: 'querying';
  readonly query: number;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly dueTo: Question;
}

/** The product may not be asked for. The merchant's alarm has told operators; time that passes here is in no window. */
export interface AwaitingAccess {
  readonly name: 'awaitingAccess';
  readonly query: number;
  readonly dueTo: Question;
  /** ISO 8601. */
  readonly since: string;
  /** What was refused, and why. */
  readonly sentence: string;
}

/** NOT_BUYABLE is known; one query adds to the notice. */
export interface Completing {
  readonly name: 'completing';
  readonly query: number;
  /** ISO 8601: what the item was dated by when the query was decided, which is when it turned. */
  readonly since: string;
}

/** A notice is open; the next event is awaited. */
export interface Watching {
  readonly name: 'watching';
  readonly verdict: Exclude<ItemVerdict, 'BUYABLE'>;
  /** What was asked and never answered, where it was not for want of data: data of the same time does not answer it. */
  readonly unanswered?: Exclude<Question, 'noData'>;
}

/** What the workflow does now. `query` numbers what it asks, so that an answer finds the question. */
export type ItemPhase =
  | Querying
  | AwaitingAccess
  | Completing
  /** BUYABLE: the run is kept open for a while, to know repeats. */
  | { readonly name: 'lingering' }
  /** INVALID_PRODUCT: checked again now and then. */
  | { readonly name: 'verifying'; readonly query: number; readonly fromMs: number }
  | Watching
  /** UNKNOWN: given up while it was being asked. */
  | { readonly name: 'ended'; readonly verdict: ItemVerdict | 'UNKNOWN'; readonly cancelled: boolean };

/** The notice that operators have, until BUYABLE resolves it or another one takes its place. */
export interface OpenNotice {
  readonly id: string;
  readonly about: Exclude<ItemVerdict, 'BUYABLE'>;
  /** ISO 8601: since when it has been so, as far as is known. */
  readonly since: string;
  /** False where the merchant meant it. */
  readonly needsDecision: boolean;
}
