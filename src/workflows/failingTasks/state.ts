import type { FailingGroup, FailingTasksFound, FailingTasksStateName } from './contract.ts';

/** A group that was reported. */
export interface KnownGroup extends FailingGroup {
  /** ISO 8601: when it was found; a part of its notices' identity. */
  readonly since: string;
}

/** All that is known of failing tasks: plain JSON, carried through continue-as-new. */
export interface FailingTasks {
  readonly version: 1;
  readonly phase: { readonly name: 'failing' } | { readonly name: 'ended'; readonly end: 'recovered' | 'abandoned' };
  readonly groups: readonly KnownGroup[];
  /** When the alarm was opened, or checked itself last: milliseconds since the epoch. */
  readonly checkedAtMs: number;
  readonly notes: readonly string[];
}

/** What can happen. */
export type FailingTasksMessage =
  /** A report: what it lacks may be known all the same. */
  | { readonly type: 'reported'; readonly found: FailingTasksFound }
  /** The alarm's own check. */
  | { readonly type: 'checked'; readonly found: FailingTasksFound }
  | { readonly type: 'checkFailed'; readonly sentence: string }
  | { readonly type: 'cancelled' };

/** The state before the first report. */
export function newFailingTasks(nowMs: number): FailingTasks {
  return { version: 1, phase: { name: 'failing' }, groups: [], checkedAtMs: nowMs, notes: [] };
}

/** The name of the state, and the result of a closed run. */
export function stateName({ phase }: FailingTasks): FailingTasksStateName {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** What makes two groups the same. */
export function groupKey({ workflowType, cause }: Pick<FailingGroup, 'workflowType' | 'cause'>): string {
  return `${workflowType}:${cause}`;
}
