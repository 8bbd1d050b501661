import type { DeadLettersCounted, DeadLettersEnd, DeadLettersStateName, WatchedQueue } from './contract.ts';

/** What the workflow does now. */
type DeadLettersPhase = { readonly name: 'filled' } | { readonly name: 'ended'; readonly end: DeadLettersEnd };

/** All that is known of a dead-letter queue: plain JSON, carried through continue-as-new. */
export interface DeadLetters extends WatchedQueue {
  readonly version: 1;
  readonly workflowId: string;
  readonly phase: DeadLettersPhase;
  readonly count: number;
  /** ISO 8601: the first count that found messages; a part of the notices' identity. Absent until then. */
  readonly since?: string;
  /** ISO 8601: the newest count. */
  readonly countedAt?: string;
  readonly notes: readonly string[];
}

/** What can happen. */
export type DeadLettersMessage =
  { readonly type: 'counted'; readonly counted: DeadLettersCounted } | { readonly type: 'cancelled' };

/** The state before the first count. */
export function newDeadLetters(about: WatchedQueue & Pick<DeadLetters, 'workflowId'>): DeadLetters {
  return { version: 1, ...about, phase: { name: 'filled' }, count: 0, notes: [] };
}

/** The state as operators see it. */
export function stateName({ phase }: DeadLetters): DeadLettersStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}
