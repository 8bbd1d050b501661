import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CommandedStatus, WorkflowContract } from '../shared/contract.ts';
import {
  plainDecision,
  type CommandName,
  type GivenCommand,
  type OperatorCommands,
} from '../shared/operatorCommands.ts';
import type { Followed, Following } from '../shared/policies.ts';
import type { ItemBuyabilityPolicy } from './policyValues.ts';
import { fittingWorkflowId } from '../shared/workflowIds.ts';

/** The workflow type, as registered in the bundle. */
export const itemBuyabilityType = 'itemBuyability';

/** One item of one merchant. */
export interface ItemReference {
  readonly businessProductId: string;
  readonly itemId: string;
}

/** The id of the workflow of one item of one merchant: `item:{businessProductId}:{itemId}`. */
export function itemWorkflowId(businessProductId: string, itemId: string): string {
  return fittingWorkflowId(`item:${businessProductId}:${itemId}`);
}

/** The vendor's product object as the event or a query gave it; `buyabilityStatus` is the raw text. */
export interface ProductRecord {
  readonly id?: string;
  readonly externalId?: string;
  readonly sku?: string;
  readonly amazonSku?: string;
  readonly buyabilityStatus?: string;
  /** Only a query gives it: false means that the merchant switched the offer off. */
  readonly offerPrime?: boolean;
}

/** One BUYABILITY_CHANGED event for one item. Times are ISO 8601. */
export interface BuyabilityMessage {
  readonly eventId: string;
  readonly eventTime: string;
  readonly apiVersion?: string;
  /** Absent where the event came without data. */
  readonly product?: ProductRecord;
}

/** A backfill, or an operator by a signal, wants the product queried again. It says nothing about the item itself. */
export interface RecheckMessage {
  /** Its identity: a repeat changes nothing. */
  readonly eventId: string;
}

/** What a run starts from. */
export interface ItemBuyabilityInput extends ItemReference {
  readonly version: 1;
  /** The whole policy, as delivery writes it; by hand, the values that differ from the configuration's, if any. */
  readonly policy?: Partial<ItemBuyabilityPolicy>;
}

/** What is known of an item; INVALID_PRODUCT and UNVERIFIED never count as NOT_BUYABLE. */
export type ItemVerdict = 'BUYABLE' | 'NOT_BUYABLE' | 'INVALID_PRODUCT' | 'UNVERIFIED';

/**
 * The states, as `StewardState` shows them: `awaitingAccess` while Buy with Prime refuses the query, `UNKNOWN` after a
 * cancellation before an answer.
 */
export type ItemStateName = ItemVerdict | 'UNKNOWN' | 'querying' | 'awaitingAccess';

/** What operators can do. */
export const itemCommands = {
  recheck: {
    summary: 'Query Buy with Prime for the item at once.',
    takenIn: ['awaitingAccess', 'BUYABLE', 'NOT_BUYABLE', 'INVALID_PRODUCT', 'UNVERIFIED'],
    // The query that is under way answers this one too.
    changesNothingIn: ['querying'],
    fields: [],
    sameDecision: 'never',
  },
  abandon: {
    summary: 'Close the item with what is known, and its open notice; the next event begins again.',
    takenIn: ['querying', 'awaitingAccess', 'BUYABLE', 'NOT_BUYABLE', 'INVALID_PRODUCT', 'UNVERIFIED'],
    ...plainDecision,
  },
} as const satisfies OperatorCommands<ItemStateName>;

/** The name of one of the commands. */
export type ItemCommand = CommandName<typeof itemCommands>;

/** One of the commands with its data. */
export type GivenItemCommand = GivenCommand<typeof itemCommands>;

/** What a query shows, and what a closed run leaves as its result. */
export interface ItemStatus extends ItemReference, CommandedStatus<ItemStateName, ItemCommand> {
  /** When what is known was true: the event's time, or when the query was sent. */
  readonly asOf?: string;
  /** Since when it has been what the open notice says. */
  readonly since?: string;
  readonly product?: ProductRecord;
}

/** Which product to query, and by which version of the API. */
export interface ItemQuery extends ItemReference {
  /** As the event names it; the adapter has a pinned default. */
  readonly apiVersion?: string;
}

/** What a product query showed. */
export interface QueryAnswer {
  /** ISO 8601: when the query was sent, which is when the answer was true at the earliest. */
  readonly askedAt: string;
  /** Absent where the service knows no such product. */
  readonly product?: ProductRecord;
}

/** Activities that query Buy with Prime. */
export interface ItemActivities {
  /** Queries once. Throws a failure of the vocabulary. */
  queryProduct(
    query: ItemQuery & Following<ItemBuyabilityPolicy>,
  ): Promise<QueryAnswer & Followed<ItemBuyabilityPolicy>>;
  /**
   * Queries once per attempt, and throws NotYet while the product is not found or its status is neither BUYABLE nor
   * NOT_BUYABLE: "allow time for the system to update and then retry the query" (seed document, Troubleshoot errors).
   */
  awaitProduct(
    query: ItemQuery & Following<ItemBuyabilityPolicy>,
  ): Promise<QueryAnswer & { readonly product: ProductRecord } & Followed<ItemBuyabilityPolicy>>;
}

export const buyabilityChangedSignal = defineSignal<[BuyabilityMessage]>('buyabilityChanged');
export const recheckSignal = defineSignal<[RecheckMessage]>('recheck');
export const itemStatusQuery = defineQuery<ItemStatus>('status');

/** What others need to know of the workflow. */
export const itemBuyabilityContract = {
  type: itemBuyabilityType,
  idPrefixes: ['item:'],
  states: {
    querying: true,
    awaitingAccess: true,
    UNKNOWN: true,
    BUYABLE: true,
    NOT_BUYABLE: true,
    INVALID_PRODUCT: true,
    UNVERIFIED: true,
  },
  statusQuery: itemStatusQuery,
  commands: itemCommands,
} as const satisfies WorkflowContract<ItemStatus>;
