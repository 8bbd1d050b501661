import type { StewardEvent } from '../events/types.ts';
import type { StewardAttributes } from '../workflows/shared/searchAttributes.ts';

/** One signalWithStart: all that is needed to hand one message to the workflow that owns its subject. Plain data. */
export interface Delivery {
  readonly kind: StewardEvent['kind'] | 'quarantine' | 'accessRefused' | 'itemRecheck';
  readonly eventId: string;
  readonly workflowType: string;
  readonly workflowId: string;
  /** What a new run starts from; a running one keeps its own. */
  readonly input: object;
  readonly signal: { readonly name: string; readonly message: object };
  /** Search attributes of a new run, free of charge at the start. */
  readonly attributes: StewardAttributes;
  /** Markdown; the Web UI renders it. Both show before the first task, and where no worker runs. */
  readonly staticSummary: string;
  readonly staticDetails: string;
  /**
   * Whether a completed workflow of this id is final, so that a message for it can only be a repeat (a change set), or
   * whether its subject can have news again.
   */
  readonly afterCompletion: 'reject' | 'startAgain';
  /** The backfill that starts a new run, and what it found: kept as its memo. */
  readonly finding?: { readonly backfillId: string; readonly changeSetId: string };
  /** Where the event goes if the lineage that its name points at is closed and does not own this change set. */
  readonly unlessOwner?: { readonly changeSetId: string; readonly otherwise: Delivery };
}

/** An event goes to one workflow or more, or its bytes to the quarantine with a reason that an operator reads. */
export type Routed =
  | { readonly to: 'workflow'; readonly deliveries: readonly [Delivery, ...Delivery[]] }
  | { readonly to: 'quarantine'; readonly reason: string };
