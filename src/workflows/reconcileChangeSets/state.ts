import type { HandedOn, CheckCursor, Checked } from '../../activities/reconcileChangeSets/index.ts';
import type { ReconcileNumbers } from './contract.ts';
import type { Window } from './window.ts';

/** What a run does now, or how it ended. */
type ReconcileState = 'checking' | 'allKnown' | 'missedFound' | 'abandoned' | 'failed';

/** All that one run knows: plain JSON. */
export interface Reconciliation extends ReconcileNumbers {
  readonly state: ReconcileState;
  readonly account: string;
  readonly catalogs: readonly string[];
  /** ISO 8601. */
  readonly checkedFrom: string;
  readonly checkedUntil: string;
  /** Where the next check goes on; undefined at the beginning. */
  readonly after: CheckCursor | undefined;
  readonly missedIds: readonly string[];
  readonly notes: readonly string[];
}

/** What can happen to a run. */
export type ReconcileMessage =
  | { readonly type: 'checked'; readonly checked: Checked }
  | { readonly type: 'handedOn'; readonly changeSetIds: readonly string[]; readonly handedOn: HandedOn }
  /** There is nothing left to check. */
  | { readonly type: 'completed' }
  /** It ends before it has checked everything. */
  | { readonly type: 'brokenOff'; readonly state: 'abandoned' | 'failed'; readonly sentence: string }
  | { readonly type: 'noted'; readonly sentence: string };

/** Ids that the result names: the next run is handed it, and 2 MB are all that a payload may have. */
const keptIds = 100;
const keptNotes = 20;

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
    after: undefined,
    listed: 0,
    known: 0,
    missed: 0,
    notTaken: 0,
    missedIds: [],
    notes,
  };
}

function noted(before: Reconciliation, sentences: readonly string[]): Reconciliation {
  return { ...before, notes: [...before.notes, ...sentences].slice(-keptNotes) };
}

function onHandedOn(before: Reconciliation, changeSetIds: readonly string[], { notTaken }: HandedOn): Reconciliation {
  const refused = new Set(notTaken.map(({ changeSetId }) => changeSetId));
  const taken = changeSetIds.filter((id) => !refused.has(id));
  const counted: Reconciliation = {
    ...before,
    missed: before.missed + taken.length,
    notTaken: before.notTaken + refused.size,
    missedIds: [...before.missedIds, ...taken].slice(0, keptIds),
  };
  return noted(
    counted,
    notTaken.map(({ changeSetId, reason }) => `${changeSetId} was not handed on: ${reason}`),
  );
}

/** The state after a message. Pure and total; an ended run takes nothing but notes. */
export function next(before: Reconciliation, message: ReconcileMessage): Reconciliation {
  if (message.type === 'noted') return noted(before, [message.sentence]);
  if (before.state !== 'checking') return before;
  switch (message.type) {
    case 'checked': {
      const { listed, known, after } = message.checked;
      return { ...before, listed: before.listed + listed, known: before.known + known, after };
    }
    case 'handedOn':
      return onHandedOn(before, message.changeSetIds, message.handedOn);
    case 'completed':
      return { ...before, state: before.missed + before.notTaken > 0 ? 'missedFound' : 'allKnown' };
    case 'brokenOff':
      return { ...noted(before, [message.sentence]), state: message.state };
  }
}
