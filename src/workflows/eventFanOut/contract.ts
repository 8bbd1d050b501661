import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { CaseStatus, WorkflowContract } from '../shared/contract.ts';

/** The workflow type, as registered in the bundle. */
export const eventFanOutType = 'eventFanOut';

/** The id of the workflow that delivers an event of many parts: `fan-out:{digest of the identities of its parts}`. */
export function eventFanOutWorkflowId(digest: string): string {
  return `fan-out:${digest}`;
}

/**
 * How the delivery ends: `quarantined` where the version and the configuration that deliver read the bytes otherwise than
 * those that took them.
 */
export type FanOutEnd = 'delivered' | 'quarantined' | 'abandoned';

/** The states, as `StewardState` shows them. */
export type FanOutStateName = 'delivering' | FanOutEnd;

/** The bytes of the event, and the envelope that they came in. */
export interface FanOutBytes {
  readonly envelope: 'eventbridge' | 'webhook';
  readonly bytesBase64: string;
}

/** What a run starts from. */
export interface EventFanOutInput extends FanOutBytes {
  readonly version: 1;
  /** The merchant, for search attributes. */
  readonly account: string;
  /** Workflows that the event goes to. */
  readonly parts: number;
}

/** The event arrived, for the first time or again. */
export interface FanOutArrival {
  /** ISO 8601. */
  readonly receivedAt: string;
}

/** What became of the event. */
export type FanOutResult =
  /** `parts`: the deliveries that Temporal took, repeats included. */
  | { readonly outcome: 'delivered'; readonly parts: number }
  | { readonly outcome: 'quarantined'; readonly workflowId: string; readonly reason: string };

/** The activities of a fan-out. */
export interface FanOutActivities {
  /**
   * Delivers every part of the event to its workflow. The next attempt goes on with those that Temporal did not take.
   * @throws Unreachable while Temporal does not take one.
   */
  fanOut(bytes: FanOutBytes): Promise<FanOutResult>;
}

/** What the status query answers, and what a closed run leaves as its result. */
export interface FanOutStatus extends CaseStatus<FanOutStateName> {
  readonly account: string;
  readonly parts: number;
  readonly arrivals: number;
}

export const fanOutArrivedSignal = defineSignal<[FanOutArrival]>('arrived');
export const fanOutStatusQuery = defineQuery<FanOutStatus>('status');

/** What others need to know of the workflow. */
export const eventFanOutContract = {
  type: eventFanOutType,
  idPrefixes: ['fan-out:'],
  states: { delivering: true, delivered: true, quarantined: true, abandoned: true },
  statusQuery: fanOutStatusQuery,
  commands: {},
} as const satisfies WorkflowContract<FanOutStatus>;
