import { defined } from '../../defined.ts';
import type { FailureType } from '../../failures.ts';
import { dayMs } from '../shared/durations.ts';
import { instant } from '../shared/reminders.ts';
import type { UnsentNotices } from '../shared/unsent.ts';
import type { ReconcilePolicy } from './policyValues.ts';
import type {
  AccountFailure,
  AccountResult,
  CheckCursor,
  ReconcileAccountInput,
  ReconciledAccount,
} from './contract.ts';

/** How long AWS lists a change set (AWS Marketplace Catalog API, ListChangeSets: 60 days). */
export const historyMs = 60 * dayMs;

/** Which ends of change sets a run checks; empty where it begins after its end. Milliseconds since the epoch. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Sentences for an operator who asked for more than the run checks. */
  readonly notes: readonly string[];
}

/** What decides on a window beside the account. */
interface WindowQuestion {
  readonly policy: Pick<ReconcilePolicy, 'overlapMs' | 'settlingMs' | 'byHandMs'>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

function instantMs(text: unknown): number | undefined {
  const iso = instant(text);
  return iso === undefined ? undefined : Date.parse(iso);
}

function windowFrom(wantedMs: number, toMs: number | undefined, { policy, nowMs }: WindowQuestion): Window {
  const settledMs = nowMs - policy.settlingMs;
  const keptMs = nowMs - historyMs;
  const notes = [
    ...(wantedMs < keptMs
      ? [`AWS lists 60 days: the run checks nothing before ${new Date(keptMs).toISOString()}.`]
      : []),
    ...(toMs !== undefined && toMs > settledMs
      ? ['The run leaves out the last minutes: events of change sets that failed just now may still arrive.']
      : []),
  ];
  return { fromMs: Math.max(wantedMs, keptMs), untilMs: Math.min(toMs ?? settledMs, settledMs), notes };
}

/**
 * The window of an account in a round. It begins where the last check of this account ended, an overlap earlier, so that the
 * next one after an outage covers all of it; never before the account was added, and never further back than AWS keeps. Its
 * end leaves events the time that they may take.
 * @param before what the last completed round left of the account.
 */
export function windowOf(
  { since }: Pick<ReconciledAccount, 'since'>,
  before: AccountResult | undefined,
  question: WindowQuestion,
): Window {
  const sinceMs = instantMs(since) ?? question.nowMs - question.policy.byHandMs;
  const lastMs = instantMs(before?.checkedUntil);
  const wantedMs = lastMs === undefined ? sinceMs : Math.max(lastMs - question.policy.overlapMs, sinceMs);
  return windowFrom(wantedMs, undefined, question);
}

/** The window of a check by hand. */
export function windowByHand(
  { from, to }: Pick<ReconcileAccountInput, 'from' | 'to'>,
  question: WindowQuestion,
): Window {
  return windowFrom(instantMs(from) ?? question.nowMs - question.policy.byHandMs, instantMs(to), question);
}

/** The notices that the last completed round could not send everywhere; none where it left none, or anything else. */
export function unsentIn(lastResult: unknown): UnsentNotices {
  const unsent = asObject(lastResult)?.['unsent'];
  // Temporal gives back what a round has made of its own outbox.
  return Array.isArray(unsent) ? (unsent as UnsentNotices) : [];
}

type Loose = Partial<Record<string, unknown>>;

function asObject(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function failureIn(value: unknown): AccountFailure | undefined {
  const { since, rounds, type, sentence } = asObject(value) ?? {};
  const at = instant(since);
  if (at === undefined || typeof rounds !== 'number') return undefined;
  const known = typeof type === 'string' ? { type: type as FailureType } : {};
  return { ...known, sentence: typeof sentence === 'string' ? sentence : '', since: at, rounds };
}

function cursorIn(value: unknown): CheckCursor | undefined {
  const { catalog, endTime, changeSetId } = asObject(value) ?? {};
  if (typeof catalog !== 'string' || typeof changeSetId !== 'string' || typeof endTime !== 'string') return undefined;
  return { catalog, endTime, changeSetId };
}

function resultIn(value: unknown): AccountResult {
  const { checkedUntil, failure, missed, unfinished, after, paused, reported, entitiesUntil } = asObject(value) ?? {};
  return defined({
    checkedUntil: instant(checkedUntil),
    missed: typeof missed === 'number' ? missed : undefined,
    failure: failureIn(failure),
    unfinished: unfinished === true ? unfinished : undefined,
    after: cursorIn(after),
    paused: paused === true ? paused : undefined,
    reported: Array.isArray(reported) ? reported.filter((id): id is string => typeof id === 'string') : undefined,
    entitiesUntil: instant(entitiesUntil),
  });
}

/**
 * What the last completed round left of the accounts, of whatever form it is: Temporal gives the result to the next round.
 */
export function resultsIn(lastResult: unknown): Readonly<Record<string, AccountResult>> {
  const accounts = Object.entries(asObject(asObject(lastResult)?.['accounts']) ?? {});
  return Object.fromEntries(accounts.map(([account, value]) => [account, resultIn(value)]));
}
