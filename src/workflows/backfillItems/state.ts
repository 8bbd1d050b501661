import type { FoundDelivery } from '../../activities/backfillItems/index.ts';
import { commanded, noted, type BackfillCommand } from '../shared/backfills.ts';
import type { AuditEntry, CommandInput } from '../shared/operatorCommands.ts';
import type { BackfillItemsPolicy } from './defaults.ts';
import type { BackfillList } from './input.ts';
import type { BackfillNumbers, FailedItem } from './contract.ts';

/** What the workflow does now. */
export type BackfillPhase =
  | { readonly name: 'delivering' | 'paused' }
  /** Stopped, while the answer to what is under way is awaited. */
  | { readonly name: 'stopping' }
  | { readonly name: 'ended'; readonly end: 'completed' | 'stopped' };

/** How far a backfill is: plain JSON, carried through continue-as-new. The list itself is in the input. */
export interface Backfill {
  readonly version: 1;
  readonly phase: BackfillPhase;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Items of the list, repeats left out. */
  readonly total: number;
  readonly duplicates: number;
  /** 0 for the first way through the list, then one for each repeat of what was not taken. */
  readonly pass: number;
  /** Positions in the list that this pass is about; absent in the first, which is about all. */
  readonly retried?: readonly number[];
  /** How many of this pass are done. */
  readonly done: number;
  /** Positions that were not taken in this pass. */
  readonly again: readonly number[];
  readonly delivered: number;
  readonly alreadyOpen: number;
  readonly failed: number;
  readonly failures: readonly FailedItem[];
  /** Nothing is handed over before, in milliseconds since the epoch. */
  readonly nextAtMs: number;
  readonly audit: readonly AuditEntry[];
  readonly notes: readonly string[];
}

/** What was handed to the activity: positions in the list. */
export interface Batch {
  readonly positions: readonly number[];
  readonly begunAtMs: number;
}

/** What can happen to a backfill. */
export type BackfillMessage =
  | { readonly type: 'delivered'; readonly batch: Batch; readonly deliverFound: FoundDelivery }
  /** Of the batch nothing is known. */
  | { readonly type: 'unanswered'; readonly batch: Batch; readonly sentence: string }
  | { readonly type: BackfillCommand; readonly command: CommandInput }
  /** Nothing is under way any more. */
  | { readonly type: 'drained' }
  | { readonly type: 'noted'; readonly sentence: string };

/** What a transition may know beside the state. */
export interface BackfillContext {
  readonly policy: BackfillItemsPolicy;
  readonly items: BackfillList['items'];
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** Failed items that are listed: with their reasons they must fit beside a full list when the run continues as new. */
const listedFailures = 100;
const longestReason = 300;

/** A backfill of which nothing is done yet. */
export function newBackfill({ items, duplicates }: BackfillList, nowMs: number): Backfill {
  return {
    version: 1,
    phase: { name: 'delivering' },
    startedAt: new Date(nowMs).toISOString(),
    total: items.length,
    duplicates,
    pass: 0,
    done: 0,
    again: [],
    delivered: 0,
    alreadyOpen: 0,
    failed: 0,
    failures: [],
    nextAtMs: nowMs,
    audit: [],
    notes: [],
  };
}

/** The word for the state column, and the result of a closed run. */
export function stateName({ phase }: Backfill): 'delivering' | 'paused' | 'stopping' | 'completed' | 'stopped' {
  return phase.name === 'ended' ? phase.end : phase.name;
}

/** The numbers of a backfill as they stand. */
export function numbersOf(backfill: Backfill): BackfillNumbers {
  const { total, duplicates, delivered, alreadyOpen, failed } = backfill;
  const left = total - delivered - failed;
  return { given: total + duplicates, delivered, alreadyOpen, failed, duplicates, left };
}

/** How many positions the present pass is about. */
function passSize({ retried, total }: Backfill): number {
  return retried?.length ?? total;
}

/** The positions that are handed over next: what falls due in one burst. */
export function nextPositions(backfill: Backfill, { ratePerSecond, burstMs }: BackfillItemsPolicy): readonly number[] {
  const { done, retried } = backfill;
  const wanted = Math.max(1, Math.floor((ratePerSecond * burstMs) / 1_000));
  const size = Math.min(wanted, passSize(backfill) - done);
  return Array.from({ length: size }, (_, offset) => retried?.[done + offset] ?? done + offset);
}

function end(backfill: Backfill): Backfill {
  const { left } = numbersOf(backfill);
  return { ...backfill, phase: { name: 'ended', end: left === 0 ? 'completed' : 'stopped' } };
}

/** Ends the pass where all of it is done: with another one, or with the end where nothing is left. */
function afterBatch(backfill: Backfill, begunAtMs: number, { policy }: BackfillContext): Backfill {
  if (backfill.done < passSize(backfill)) return backfill;
  if (backfill.again.length === 0) return end(backfill);
  const waitMs = policy.retryAfterMs[backfill.pass] ?? 0;
  return {
    ...backfill,
    pass: backfill.pass + 1,
    retried: backfill.again,
    again: [],
    done: 0,
    nextAtMs: Math.max(backfill.nextAtMs, begunAtMs + waitMs),
  };
}

function onBatch(before: Backfill, batch: Batch, deliverFound: FoundDelivery, context: BackfillContext): Backfill {
  const { policy, items } = context;
  const { positions, begunAtMs } = batch;
  const isLastPass = before.pass >= policy.retryAfterMs.length;
  const refused = deliverFound.notTaken.flatMap(({ index, reason }) => {
    const position = positions[index];
    return position === undefined ? [] : [{ position, reason: reason.slice(0, longestReason) }];
  });
  const failures = refused.flatMap(({ position, reason }) => {
    const item = items[position];
    return item === undefined ? [] : [{ ...item, reason }];
  });
  const after: Backfill = {
    ...before,
    done: before.done + positions.length,
    delivered: before.delivered + positions.length - refused.length,
    alreadyOpen: before.alreadyOpen + deliverFound.alreadyOpen,
    nextAtMs: begunAtMs + (positions.length * 1_000) / policy.ratePerSecond,
    ...(isLastPass
      ? {
          failed: before.failed + refused.length,
          failures: [...before.failures, ...failures].slice(0, listedFailures),
        }
      : { again: [...before.again, ...refused.map(({ position }) => position)] }),
  };
  return afterBatch(after, begunAtMs, context);
}

function onUnanswered(before: Backfill, batch: Batch, sentence: string, context: BackfillContext): Backfill {
  const notTaken = batch.positions.map((_, index) => ({ index, reason: sentence }));
  return onBatch(before, batch, { alreadyOpen: 0, notTaken }, context);
}

function phaseAfter(command: BackfillCommand): BackfillPhase {
  switch (command) {
    case 'pause':
      return { name: 'paused' };
    case 'resume':
      return { name: 'delivering' };
    case 'stop':
      return { name: 'stopping' };
  }
}

/** The state machine of a backfill: pure and total. A message that makes no sense now changes nothing. */
export function next(backfill: Backfill, message: BackfillMessage, context: BackfillContext): Backfill {
  switch (message.type) {
    case 'delivered':
      return onBatch(backfill, message.batch, message.deliverFound, context);
    case 'unanswered':
      return onUnanswered(backfill, message.batch, message.sentence, context);
    case 'pause':
    case 'resume':
    case 'stop':
      return commanded(backfill, phaseAfter(message.type), { ...message, nowMs: context.nowMs });
    case 'drained':
      return backfill.phase.name === 'stopping' ? end(backfill) : backfill;
    case 'noted':
      return noted(backfill, message.sentence);
  }
}
