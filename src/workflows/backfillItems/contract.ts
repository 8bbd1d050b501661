import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { AuditEntry, CommandAnswer, CommandInput } from '../shared/operatorCommands.ts';
import type { BackfillItemsPolicy } from './defaults.ts';
import type { Backfill } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const backfillItemsType = 'backfillItems';

/** The id of a backfill that the command starts: `backfill-items:{name}`, of one in several parts `…:{part}`. */
export function backfillItemsWorkflowId(name: string, part?: number): string {
  return `backfill-items:${name}${part === undefined ? '' : `:${part}`}`;
}

/** One item of one merchant. */
export interface ItemReference {
  readonly businessProductId: string;
  readonly itemId: string;
}

/** What a run starts from: by hand in the Web UI, or by the command. */
export interface BackfillItemsInput {
  readonly version?: 1;
  /** The merchant of the items that name none. */
  readonly businessProductId?: string;
  readonly items: ReadonlyArray<string | ItemReference>;
  /** Items handed over for each second; 2 where it is absent. */
  readonly ratePerSecond?: number;
  readonly policy?: Partial<Omit<BackfillItemsPolicy, 'ratePerSecond'>>;
  readonly carried?: Backfill;
}

/** An item that was not taken, and why at the last try. */
export interface FailedItem extends ItemReference {
  readonly reason: string;
}

/** How far a backfill is. `given` is always the sum of `delivered`, `failed`, `duplicates` and `left`. */
export interface BackfillNumbers {
  /** In the list, repeats included. */
  readonly given: number;
  /** Taken by the item's own workflow. */
  readonly delivered: number;
  /** Of these, so many had an open workflow before. */
  readonly alreadyOpen: number;
  /** Not taken, however often it was tried. */
  readonly failed: number;
  /** In the list more than once: dropped. */
  readonly duplicates: number;
  /** Not handed over yet; after a stop, never. */
  readonly left: number;
}

/** What a query shows, and what a closed run leaves as its result. */
export interface BackfillStatus extends BackfillNumbers {
  /** delivering, paused, stopping, completed, stopped */
  readonly state: string;
  readonly ratePerSecond: number;
  /** At this rate, in seconds; absent where nothing goes on. */
  readonly secondsLeft?: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The first of those that failed. */
  readonly failures: readonly FailedItem[];
  /** The updates that are taken now. */
  readonly commands: readonly string[];
  readonly nextStep: string;
  readonly notes: readonly string[];
  readonly audit: readonly AuditEntry[];
}

/** Hand nothing over until `resume`. */
export const pauseUpdate = defineUpdate<CommandAnswer, [CommandInput]>('pause');
/** Go on after `pause`. */
export const resumeUpdate = defineUpdate<CommandAnswer, [CommandInput]>('resume');
/** Hand nothing over any more and end. */
export const stopUpdate = defineUpdate<CommandAnswer, [CommandInput]>('stop');
export const backfillStatusQuery = defineQuery<BackfillStatus>('status');
