import {
  newBackfillState,
  type BackfillCommand,
  type BackfillIdentity,
  type BackfillState,
} from '../shared/backfills.ts';
import type { TransitionContext } from '../shared/transition.ts';
import type { BackfillNumbers, DeliveredItems, FailedItem } from './contract.ts';
import type { BackfillItemsPolicy } from './policyValues.ts';
import type { BackfillList } from './input.ts';

/** How far a backfill is. The list itself is in the input. */
export interface Backfill extends BackfillState<FailedItem> {
  /** Items of the list, repeats left out. */
  readonly total: number;
  readonly duplicates: number;
  /** Positions in the list that this pass is about; absent in the first, which is about all. */
  readonly retrying?: readonly number[];
  /** How many positions of this pass are done. */
  readonly done: number;
  /** Positions that this pass did not deliver. */
  readonly undelivered: readonly number[];
  readonly delivered: number;
  readonly alreadyOpen: number;
}

/** What one activity delivers: positions in the list. */
export interface Batch {
  readonly positions: readonly number[];
  readonly begunAtMs: number;
}

/** What can happen to a backfill. */
export type BackfillMessage =
  | { readonly type: 'delivered'; readonly batch: Batch; readonly result: DeliveredItems }
  /** The batch's activity gave no result. */
  | { readonly type: 'unanswered'; readonly batch: Batch; readonly sentence: string }
  | BackfillCommand
  /** No activity runs any more. */
  | { readonly type: 'drained' };

/** What a run goes by, beside its state. */
export interface BackfillPlan {
  readonly policy: BackfillItemsPolicy;
  readonly items: BackfillList['items'];
  readonly identity: BackfillIdentity;
}

/** What a transition knows beside the state. */
export type BackfillContext = TransitionContext<BackfillPlan>;

/** A backfill at its start. */
export function newBackfill({ items, duplicates }: BackfillList, nowMs: number): Backfill {
  const counts = { total: items.length, duplicates, done: 0, delivered: 0, alreadyOpen: 0 };
  return { ...newBackfillState('delivering', nowMs), ...counts, undelivered: [] };
}

/** The numbers of a backfill as they stand. */
export function numbersOf({ total, duplicates, delivered, alreadyOpen, failed }: Backfill): BackfillNumbers {
  const left = total - delivered - failed;
  return { given: total + duplicates, delivered, alreadyOpen, failed, duplicates, left };
}

/** How many positions the present pass is about. */
export function passSize({ retrying, total }: Backfill): number {
  return retrying?.length ?? total;
}

/** The positions of the next batch: what falls due in one burst. */
export function nextPositions(backfill: Backfill, { ratePerSecond, burstMs }: BackfillItemsPolicy): readonly number[] {
  const { done, retrying } = backfill;
  const due = Math.max(1, Math.floor((ratePerSecond * burstMs) / 1_000));
  const size = Math.min(due, passSize(backfill) - done);
  return Array.from({ length: size }, (_, offset) => retrying?.[done + offset] ?? done + offset);
}
