import { defined } from '../../defined.ts';
import type { TransitionContext } from '../shared/transition.ts';
import type {
  AccountFailure,
  AccountPause,
  AccountResult,
  BatchChecked,
  CheckCursor,
  DeliveredMissed,
  FoundRow,
  ReconcileAccountInput,
  ReconcileRoundInput,
  ReconcileStatus,
} from './contract.ts';
import type { ReconcilePolicy } from './policyValues.ts';
import { resultsIn, windowByHand, windowOf } from './window.ts';

/** What a run knows of one account. Times are ISO 8601. */
export interface AccountRun {
  readonly account: string;
  readonly catalogs: readonly string[];
  /** Its window; empty where both are the same. */
  readonly from: string;
  readonly until: string;
  readonly outcome: 'waiting' | 'checked' | 'failed' | 'paused';
  /** What the rounds before have left. */
  readonly before: AccountResult;
  /** Where the next check begins; absent at the beginning of a window, and once there is nothing left. */
  readonly after?: CheckCursor;
  /** A check of this run has come to its end. */
  readonly hasProgressed?: true;
  readonly failure?: AccountFailure;
  readonly paused?: AccountPause;
  /** What was reported in this round. */
  readonly reporting?: Pick<AccountResult, 'reported' | 'entitiesUntil'>;
  readonly missed: number;
  readonly undelivered: number;
  /** The first hundred. */
  readonly missedIds: readonly string[];
}

/** All that one run knows: plain JSON. */
export interface Reconciliation extends Omit<
  ReconcileStatus,
  'nextStep' | 'accounts' | 'missed' | 'undelivered' | 'missedIds'
> {
  /** When it began, ISO 8601. */
  readonly startedAt: string;
  readonly accounts: readonly AccountRun[];
}

/** What can happen to a run. */
export type ReconcileMessage =
  | { readonly type: 'delivered'; readonly missed: readonly FoundRow[]; readonly result: DeliveredMissed }
  | { readonly type: 'lateOpened'; readonly changeSetIds: readonly string[] }
  | { readonly type: 'checked'; readonly checked: BatchChecked }
  /** These accounts could not be checked in this round. */
  | { readonly type: 'unchecked'; readonly accounts: readonly string[]; readonly sentence: string }
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

/** What decides on the windows beside the input. */
interface Beginning {
  readonly policy: ReconcilePolicy;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const none = { missed: 0, undelivered: 0, missedIds: [] } as const;
const iso = (ms: number): string => new Date(ms).toISOString();

function fresh(
  accounts: readonly AccountRun[],
  notes: readonly string[],
  { policy, nowMs }: Beginning,
): Omit<Reconciliation, 'account'> {
  return {
    state: 'checking',
    startedAt: iso(nowMs),
    until: accounts.length === 1 && accounts[0] !== undefined ? accounts[0].until : iso(nowMs - policy.settlingMs),
    accounts,
    listed: 0,
    known: 0,
    late: 0,
    notes,
  };
}

/** Rows may be listed late, also where a round goes on behind another. */
function earlier({ catalog, endTime }: CheckCursor, overlapMs: number): CheckCursor | undefined {
  const endMs = Date.parse(endTime);
  return Number.isNaN(endMs) ? undefined : { catalog, endTime: iso(endMs - overlapMs), changeSetId: '' };
}

/**
 * A round before its first check.
 * @param lastResult what the last completed round left, as Temporal gives it; anything where there is none.
 */
export function newRound(input: ReconcileRoundInput, lastResult: unknown, beginning: Beginning): Reconciliation {
  const results = resultsIn(lastResult);
  const accounts = input.accounts.map((one): AccountRun => {
    const { account, catalogs = ['AWSMarketplace'], paused } = one;
    const before = results[account] ?? {};
    const { fromMs, untilMs } = windowOf(one, before, beginning);
    const [from, until] = [iso(Math.min(fromMs, untilMs)), iso(untilMs)];
    const outcome = paused === undefined ? 'waiting' : 'paused';
    const after = before.after && earlier(before.after, beginning.policy.overlapMs);
    return { account, catalogs, from, until, outcome, before, ...defined({ after, paused }), ...none };
  });
  return fresh(accounts, [], beginning);
}

/** A check by hand before it begins. */
export function newAccountCheck(input: ReconcileAccountInput, beginning: Beginning): Reconciliation {
  const { account, catalogs = ['AWSMarketplace'] } = input;
  const { fromMs, untilMs, notes } = windowByHand(input, beginning);
  const [from, until] = [iso(Math.min(fromMs, untilMs)), iso(untilMs)];
  const one: AccountRun = { account, catalogs, from, until, outcome: 'waiting', before: {}, ...none };
  return { ...fresh([one], notes, beginning), account };
}

/** What a run leaves of an account for the next round. */
export function resultOf(run: AccountRun): AccountResult {
  const { outcome, before, until, missed, undelivered, after, failure, paused } = run;
  const { reported, entitiesUntil } = run.reporting ?? before;
  const found = {
    ...(missed + undelivered > 0 ? { missed: missed + undelivered } : {}),
    ...defined({ reported: reported?.length === 0 ? undefined : reported, entitiesUntil }),
  };
  // Where it has come in this round, or the rounds before: the catalogs behind that one have the whole window before them.
  const reached = run.hasProgressed === true ? after : before.after;
  const kept = defined({ checkedUntil: before.checkedUntil, after: reached });
  switch (outcome) {
    case 'paused':
      return { ...kept, ...found, ...defined({ failure: before.failure }), ...(paused && { paused: true as const }) };
    case 'waiting':
    case 'failed':
      return { ...kept, ...found, ...defined({ failure }) };
    case 'checked':
      return after === undefined ? { checkedUntil: until, ...found } : { ...kept, ...found, unfinished: true };
  }
}

/** How many events of all accounts never came, and what of them was delivered. */
export function totalsOf({ accounts }: Reconciliation): Pick<ReconcileStatus, 'missed' | 'undelivered'> {
  return {
    missed: accounts.reduce((sum, { missed }) => sum + missed, 0),
    undelivered: accounts.reduce((sum, { undelivered }) => sum + undelivered, 0),
  };
}
