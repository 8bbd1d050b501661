import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ItemBuyabilityPolicy } from './defaults.ts';
import type { ItemCase } from './state.ts';

/** The workflow type, as registered in the bundle. */
export const itemBuyabilityType = 'itemBuyability';

/** The id of the workflow of one item of one merchant: `item:{businessProductId}:{itemId}`. */
export function itemWorkflowId(businessProductId: string, itemId: string): string {
  return `item:${businessProductId}:${itemId}`;
}

/** The vendor's product object as the event or a query gave it; `buyabilityStatus` is the raw text. */
export interface ProductRecord {
  readonly id?: string;
  readonly externalId?: string;
  readonly sku?: string;
  readonly amazonSku?: string;
  readonly buyabilityStatus?: string;
  /** Only a query tells: false means that the merchant switched the offer off. */
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

/** Asks for the product again, on an operator's or a backfill's word. It tells nothing about the item itself. */
export interface RecheckMessage {
  /** Its identity: a repeat changes nothing. */
  readonly eventId: string;
}

/** What a run starts from. */
export interface ItemBuyabilityInput {
  readonly version: 1;
  readonly businessProductId: string;
  readonly itemId: string;
  readonly policy?: Partial<ItemBuyabilityPolicy>;
  readonly carried?: ItemCase;
}

/** What a query shows, and what a closed run leaves as its result. */
export interface ItemStatus {
  /**
   * querying, awaitingAccess (Buy with Prime may not be asked), BUYABLE, NOT_BUYABLE, INVALID_PRODUCT, UNVERIFIED;
   * UNKNOWN where it was cancelled while it was asked for.
   */
  readonly state: string;
  readonly businessProductId: string;
  readonly itemId: string;
  /** When what is known was true: the event's time, or when the query was sent. */
  readonly asOf?: string;
  /** Since when it has been what the open notice says. */
  readonly since?: string;
  readonly product?: ProductRecord;
  readonly nextStep: string;
  readonly notes: readonly string[];
}

export const buyabilityChangedSignal = defineSignal<[BuyabilityMessage]>('buyabilityChanged');
export const recheckSignal = defineSignal<[RecheckMessage]>('recheck');
export const itemStatusQuery = defineQuery<ItemStatus>('status');
