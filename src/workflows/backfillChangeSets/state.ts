import {
  newBackfillState,
  type BackfillCommand,
  type BackfillIdentity,
  type BackfillState,
} from '../shared/backfills.ts';
import type { ListedChangeSet } from '../shared/listedChangeSet.ts';
import type { TransitionContext } from '../shared/transition.ts';
import {
  cursorAt,
  type BackfillChangeSetsNumbers,
  type BackfillPlan,
  type Cursor,
  type DeliveredPart,
  type FailedChangeSet,
  type FoundPart,
} from './contract.ts';

/** How far a backfill is. Of the listing it holds a place, no rows. */
export interface Backfill extends BackfillState<FailedChangeSet> {
  /** Counted by the pass that finds, and corrected by the one that delivers. */
  readonly found: number;
  readonly known: number;
  readonly started: number;
  /** Ids of the workflows that it started and that no digest has named yet. */
  readonly undigested: readonly string[];
  /** Digests before the end. */
  readonly digests: number;
  /** Where in the listing. */
  readonly cursor: Cursor;
  /** What this pass has still to deliver; empty in the first, which goes by the listing. */
  readonly retrying: readonly ListedChangeSet[];
  /** What this pass did not deliver. */
  readonly undelivered: readonly ListedChangeSet[];
  /** In a dry run, the ids of the first that a real one would start. */
  readonly sample: readonly string[];
  /** How long the deliveries took so far, in milliseconds. */
  readonly busyMs: number;
  /** AWS's sentence, where it refused the listing. */
  readonly problem?: string;
}

/** What one activity delivers. */
export interface Batch {
  /** What an earlier pass did not deliver; absent in the first pass, which goes by the listing. */
  readonly rows?: readonly ListedChangeSet[];
  /** The most to start. */
  readonly most: number;
}

/** What can happen to a backfill. */
export type BackfillMessage =
  | { readonly type: 'found'; readonly part: FoundPart }
  /** `begunAtMs`: when its work began, waits for the rate included. */
  | { readonly type: 'delivered'; readonly batch: Batch; readonly part: DeliveredPart; readonly begunAtMs: number }
  /** AWS refuses the listing itself: another attempt would not help. */
  | { readonly type: 'refused'; readonly sentence: string }
  | BackfillCommand
  /** No activity runs any more. */
  | { readonly type: 'drained' };

/** What a transition knows beside the state. */
export type BackfillContext = TransitionContext<{
  readonly plan: BackfillPlan;
  readonly identity: BackfillIdentity;
}>;

/** A backfill at its start. */
export function newBackfill({ from }: BackfillPlan, nowMs: number): Backfill {
  const counts = { found: 0, known: 0, started: 0, digests: 0, busyMs: 0 };
  const lists = { retrying: [], undelivered: [], sample: [], undigested: [] };
  return { ...newBackfillState('finding', nowMs), ...counts, ...lists, cursor: cursorAt(from) };
}

/** The numbers of a backfill as they stand. */
export function numbersOf({ found, known, started, failed }: Backfill): BackfillChangeSetsNumbers {
  return { found, known, started, failed, left: found - known - started - failed };
}

/** How many change sets the limit still allows to start. */
export function startsLeft({ started }: Backfill, { limit = Number.POSITIVE_INFINITY }: BackfillPlan): number {
  return Math.max(0, limit - started);
}

/** The next batch: what falls due in one burst where there is a rate, and never more than the limit. */
export function nextBatch(backfill: Backfill, plan: BackfillPlan): Batch {
  const { ratePerSecond } = plan;
  const { startedAtOnce, burstMs } = plan.policy;
  const due = ratePerSecond === undefined ? startedAtOnce : Math.max(1, Math.floor((ratePerSecond * burstMs) / 1_000));
  const most = Math.min(startedAtOnce, due, startsLeft(backfill, plan));
  return { most, ...(backfill.pass === 0 ? {} : { rows: backfill.retrying.slice(0, startedAtOnce) }) };
}
