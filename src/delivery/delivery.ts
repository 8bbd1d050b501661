import type { Priority } from '@temporalio/common';
import type { Configuration } from '../config/load.ts';
import type { StewardEvent } from '../events/types.ts';
import type { Heading } from '../workflows/heldEvents/contract.ts';
import type { StewardAttributes } from '../workflows/shared/searchAttributes.ts';

/**
 * What routing knows besides the event: which accounts are ours, the policies that new workflows start with, and whether what
 * Temporal stores is encrypted. It may
 * change between two events (`followConfiguration`): its members are read for each one, and never kept.
 */
export type RouteContext = Pick<Configuration, 'accounts' | 'policies'> & {
  /** Absent where what Temporal stores is not encrypted. */
  readonly encryption?: object;
};

/** What a workflow is started with. Plain data. */
export interface WorkflowStart {
  readonly workflowType: string;
  readonly workflowId: string;
  /** What a new run starts from; a running one keeps its own. */
  readonly input: object;
  /** Search attributes of a new run, free of charge at the start. */
  readonly attributes: StewardAttributes;
  /** Markdown; the Web UI renders it. Both show before the first task, and where no worker runs. */
  readonly staticSummary: string;
  readonly staticDetails: string;
  /**
   * Whether a completed workflow of this id is final, so that a message for it can only be a repeat (a change set), or
   * whether its subject can have further events.
   */
  readonly afterCompletion: 'reject' | 'startAgain';
}

/** One signalWithStart: all that is needed to deliver one message to the workflow that owns its subject. Plain data. */
export interface Delivery extends WorkflowStart {
  readonly kind:
    | StewardEvent['kind']
    | 'quarantine'
    | 'held'
    | 'heldEvents'
    | 'accountListed'
    | 'accessRefused'
    | 'tasksFailing'
    | 'itemRecheck'
    | 'fanOut'
    | 'noticeDigest'
    | 'deadLetters'
    | 'testEvent';
  readonly eventId: string;
  readonly signal: { readonly name: string; readonly message: object };
  /** True for a message that only matters to a workflow that is open: none is started for it. */
  readonly onlyIfOpen?: true;
  /** The place of a new run and its activities among what waits for a worker; the server's middle where it is absent. */
  readonly priority?: Readonly<Priority>;
  /** The backfill that starts a new run, and what it found: kept as its memo. */
  readonly finding?: { readonly backfillId: string; readonly changeSetId: string };
  /** Where the event goes if the lineage that its name points at is closed and does not own this change set. */
  readonly unlessOwner?: { readonly changeSetId: string; readonly otherwise: Delivery };
}

/** Why bytes that can be read are held, and under which heading. */
export interface Hold {
  readonly heading: Heading;
  /** Whose event it is, for search attributes. */
  readonly account: string;
  /** The catalog that has to be configured, where the event has one. */
  readonly catalog?: string;
  /** A sentence for operators. */
  readonly reason: string;
}

/** By which transport bytes came. */
export interface Arrival {
  readonly transport: 'http' | 'sqs' | 'cli';
  /** `{account}/{name}` of the queue. */
  readonly queue?: string;
}

/** An event goes to one workflow or more, or its bytes are held until somebody configures its account. */
export type Routed =
  | { readonly to: 'workflow'; readonly deliveries: readonly [Delivery, ...Delivery[]] }
  /** `elsewhere`: what is delivered all the same, to accounts that are configured. */
  | { readonly to: 'hold'; readonly hold: Hold; readonly elsewhere: readonly Delivery[] };

/** How a delivery ends that is final: `notOpen` where it is for an open workflow only, and none is. */
type FinalOutcome = 'delivered' | 'duplicate' | 'notOpen';

/** What Temporal made of one delivery. After a final outcome the sender may forget the event. */
export type DeliveryOutcome =
  | { readonly outcome: FinalOutcome; readonly workflowId: string }
  /** Nothing is known to be stored: the sender has to keep the event. */
  | (Unavailable & { readonly workflowId: string });

/** Temporal does not take an event now. */
export interface Unavailable {
  readonly outcome: 'unavailable';
  /** For operators. */
  readonly reason: string;
  /** True where Temporal takes others meanwhile: what is full is the workflow, or what is held, that this one is for. */
  readonly ofEvent?: true;
  /** Of the event, where it could be read: for the log. */
  readonly eventId?: string;
}

/** One part of an event, and the workflow that has it. */
export interface Delivered extends Pick<Delivery, 'kind' | 'eventId'> {
  readonly outcome: FinalOutcome;
  readonly workflowId: string;
}

/** What became of all parts of one event. */
export type DeliveryReceipt =
  | { readonly outcome: 'delivered' | 'duplicate'; readonly deliveries: readonly [Delivered, ...Delivered[]] }
  | { readonly outcome: 'notOpen'; readonly deliveries: readonly [Delivered, ...Delivered[]] }
  | Unavailable;

/** What became of the bytes of one request. */
export type Receipt =
  | Exclude<DeliveryReceipt, { readonly outcome: 'notOpen' }>
  | {
      readonly outcome: 'ignored';
      /** Source and detail-type or descriptor, by which ignored events are counted. */
      readonly kind: string;
      readonly reason: string;
      readonly eventId?: string;
      /** The workflow that reports and counts a kind that no document names. */
      readonly workflowId?: string;
    }
  | {
      readonly outcome: 'quarantined';
      readonly reason: string;
      readonly workflowId: string;
      /** The digest of the bytes. */
      readonly eventId: string;
    }
  | {
      readonly outcome: 'held';
      readonly reason: string;
      /** The one workflow that asks for all that wait for the same. */
      readonly workflowId: string;
      readonly kind: StewardEvent['kind'];
      readonly eventId: string;
    };

/** The delivery with the identity of the event that it is made of, which its workflow passes on to notices. */
export function withEventId(delivery: Delivery, eventId: string): Delivery {
  const { signal } = delivery;
  return { ...delivery, eventId, signal: { ...signal, message: { ...signal.message, eventId } } };
}

/** What the message of a delivery takes in a history, in bytes of JSON. */
export function messageBytes({ signal }: Pick<Delivery, 'signal'>): number {
  return Buffer.byteLength(JSON.stringify(signal.message));
}
