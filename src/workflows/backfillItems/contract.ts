import { defineQuery } from '@temporalio/workflow';
import type { ItemReference } from '../itemBuyability/contract.ts';
import { backfillCommands, type BackfillReport } from '../shared/backfills.ts';
import type { WorkflowContract } from '../shared/contract.ts';
import type { BackfillItemsPolicy } from './policyValues.ts';

/** The workflow type, as registered in the bundle. */
export const backfillItemsType = 'backfillItems';

/** The id of a backfill that the command starts: `backfill-items:{name}`, of one in several parts `…:{part}`. */
export function backfillItemsWorkflowId(name: string, part?: number): string {
  return `backfill-items:${name}${part === undefined ? '' : `:${part}`}`;
}

/** What a run starts from: by hand in the Web UI, or by the command. */
export interface BackfillItemsInput {
  readonly version?: 1;
  /** The merchant of the items that name none. */
  readonly businessProductId?: string;
  readonly items: ReadonlyArray<string | ItemReference>;
  /** Items to deliver a second; 2 where it is absent. */
  readonly ratePerSecond?: number;
  readonly policy?: Partial<BackfillItemsPolicy>;
}

/** An item that could not be delivered, and why the last attempt failed. */
export interface FailedItem extends ItemReference {
  readonly reason: string;
}

/** How far a backfill is. `given` is always the sum of `delivered`, `failed`, `duplicates` and `left`. */
export interface BackfillNumbers {
  /** In the list, repeats included. */
  readonly given: number;
  /** The item's own workflow has the request. */
  readonly delivered: number;
  /** Of the delivered ones, those whose workflow was open before. */
  readonly alreadyOpen: number;
  /** Not delivered by any attempt. */
  readonly failed: number;
  /** In the list more than once: dropped. */
  readonly duplicates: number;
  /** Not delivered yet; after a stop, never. */
  readonly left: number;
}

/** What a query shows, and what a closed run leaves as its result. */
export interface BackfillStatus extends BackfillNumbers, BackfillReport<FailedItem> {
  readonly ratePerSecond: number;
  /** At this rate, in seconds; absent while nothing is delivered. */
  readonly secondsLeft?: number;
}

export const backfillStatusQuery = defineQuery<BackfillStatus>('status');

/** The result of a batch: every item that `undelivered` does not list was delivered. */
export interface DeliveredItems {
  /** Of the delivered ones, those whose workflow was open before. */
  readonly alreadyOpen: number;
  /** `index` is the position in the batch. */
  readonly undelivered: ReadonlyArray<{ readonly index: number; readonly reason: string }>;
}

/** Activities of a backfill of items. */
export interface BackfillItemsActivities {
  /**
   * Delivers every item of the batch to its own workflow. An attempt that follows a dead one starts where the last
   * heartbeat stood; an item that the dead one delivered after that heartbeat recognizes the repeat by `eventId`.
   */
  deliverItems(batch: { readonly eventId: string; readonly items: readonly ItemReference[] }): Promise<DeliveredItems>;
}

/** What others need to know of the workflow. */
export const backfillItemsContract = {
  type: backfillItemsType,
  idPrefixes: ['backfill-items:'],
  states: { finding: true, delivering: true, paused: true, stopping: true, completed: true, stopped: true },
  statusQuery: backfillStatusQuery,
  commands: backfillCommands,
} as const satisfies WorkflowContract<BackfillStatus>;
