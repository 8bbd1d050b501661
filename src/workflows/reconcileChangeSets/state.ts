import type { CheckCursor, Checked, DeliveredMissed, ReconcileStatus } from './contract.ts';
import type { TransitionContext } from '../shared/transition.ts';
import type { Window } from './window.ts';

/** All that one run knows: plain JSON. */
export interface Reconciliation extends Omit<ReconcileStatus, 'nextStep'> {
  /** Where the next check begins; absent at the first. */
  readonly after?: CheckCursor;
}

/** What can happen to a run. */
export type ReconcileMessage =
  | { readonly type: 'checked'; readonly checked: Checked }
  | { readonly type: 'delivered'; readonly changeSetIds: readonly string[]; readonly result: DeliveredMissed }
  | { readonly type: 'lateOpened'; readonly changeSetIds: readonly string[] }
  /** There is nothing left to check. */
  | { readonly type: 'completed' }
  /** It ends before it has checked everything. */
  | { readonly type: 'brokenOff'; readonly state: 'abandoned' | 'failed'; readonly sentence: string };

/** Which run a notice is about. */
export interface ReconcileIdentity {
  readonly workflowId: string;
  /** The same after a reset. */
  readonly firstRunId: string;
}

/** What a transition knows beside the state. */
export type ReconcileContext = TransitionContext<ReconcileIdentity>;

/** A run before its first check. */
export function newReconciliation(
  { account, catalogs }: Pick<Reconciliation, 'account' | 'catalogs'>,
  { fromMs, untilMs, notes }: Window,
): Reconciliation {
  return {
    state: 'checking',
    account,
    catalogs,
    checkedFrom: new Date(Math.min(fromMs, untilMs)).toISOString(),
    checkedUntil: new Date(untilMs).toISOString(),
    listed: 0,
    known: 0,
    missed: 0,
    undelivered: 0,
    late: 0,
    missedIds: [],
    notes,
  };
}
