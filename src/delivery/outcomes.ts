import type { Delivery } from './delivery.ts';

/** What Temporal made of one delivery. Both of the first two are final: the sender may forget the event. */
export type DeliveryOutcome =
  | { readonly outcome: 'delivered' | 'duplicate'; readonly workflowId: string }
  /** Nothing is known to be stored: the sender has to keep the event. `reason` is for operators. */
  | { readonly outcome: 'unavailable'; readonly workflowId: string; readonly reason: string };

/** One part of an event, and the workflow that has it. */
export interface Delivered extends Pick<Delivery, 'kind' | 'eventId'> {
  readonly outcome: 'delivered' | 'duplicate';
  readonly workflowId: string;
}

/** What became of all parts of one event. */
export type DeliveryReceipt =
  | { readonly outcome: 'delivered' | 'duplicate'; readonly deliveries: readonly [Delivered, ...Delivered[]] }
  | { readonly outcome: 'unavailable'; readonly reason: string };

/** What became of the bytes of one request. */
export type Receipt =
  | DeliveryReceipt
  | { readonly outcome: 'ignored'; readonly reason: string; readonly eventId: string | undefined }
  | {
      readonly outcome: 'quarantined';
      readonly reason: string;
      readonly workflowId: string;
      /** Known where the bytes could be read, and it was their account or catalog that is not configured. */
      readonly kind: string | undefined;
      readonly eventId: string | undefined;
    };
