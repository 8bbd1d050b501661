import type { FanOutArrival, FanOutEnd, FanOutResult, FanOutStateName } from './contract.ts';

/** What the workflow does now. */
type FanOutPhase = { readonly name: 'delivering' } | { readonly name: 'ended'; readonly end: FanOutEnd };

/** All that is known of the delivery, without the bytes: plain JSON, carried through continue-as-new. */
export interface FanOutCase {
  readonly version: 1;
  readonly workflowId: string;
  readonly account: string;
  readonly parts: number;
  readonly phase: FanOutPhase;
  readonly arrivals: number;
  /** ISO 8601; absent until the first arrival is counted. */
  readonly firstReceivedAt?: string;
  /** Why the delivery ended before Temporal had every part; absent while all is well. */
  readonly problem?: string;
  /** When it is repeated after that, in milliseconds since the epoch. */
  readonly repeatAtMs?: number;
  readonly notes: readonly string[];
}

/** What can happen to the delivery. */
export type FanOutMessage =
  | { readonly type: 'arrived'; readonly arrival: FanOutArrival }
  | { readonly type: 'fannedOut'; readonly result: FanOutResult }
  | { readonly type: 'failed'; readonly sentence: string }
  | { readonly type: 'cancelled' };

/** A delivery that is about to begin. */
export function newFanOut(about: Pick<FanOutCase, 'workflowId' | 'account' | 'parts'>): FanOutCase {
  return { version: 1, ...about, phase: { name: 'delivering' }, arrivals: 0, notes: [] };
}

/** The state as operators see it. */
export function stateName({ phase }: FanOutCase): FanOutStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}
