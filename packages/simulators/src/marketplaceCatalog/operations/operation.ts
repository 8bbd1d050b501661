import type { Simulation } from '../simulation.ts';

/** A call that was let in. */
export interface Call {
  readonly account: string;
  readonly requestId: string;
  /** The body as parsed, or the query. */
  readonly input: unknown;
  /** The body's text; empty where the operation has none. */
  readonly body: string;
  readonly nowMs: number;
}

/** What a call was answered, and what the log keeps of it beside the request. */
export interface Answer {
  /** Serialised with JSON.stringify: members that are undefined are left out. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly noted: {
    readonly changeSetId?: string;
    readonly changeSetName?: string;
    readonly clientRequestToken?: string;
    readonly tokenRepeated?: true;
    readonly entityIds: readonly string[];
  };
}

/** One operation: checks the input, acts, answers; refuses with a ServiceError. */
export type Operation = (simulation: Simulation, call: Call) => Answer;
