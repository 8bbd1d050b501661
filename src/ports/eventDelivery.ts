import type { ChangeSetOutcomeMessage } from '../workflows/changeSetRemediation/messages.ts';

/** What became of bytes that were read again. */
export type RedeliveryResult =
  | { readonly outcome: 'delivered'; readonly workflowIds: readonly string[] }
  | { readonly outcome: 'ignored'; readonly reason: string }
  | { readonly outcome: 'unreadable'; readonly reason: string };

/** The one way by which events reach workflows, for activities that hand something on. */
export interface EventDelivery {
  /** Reads bytes with today's parser and delivers what they say. Throws Unreachable where Temporal does not take it. */
  redeliver(road: 'eventbridge' | 'buy-with-prime', bytes: Uint8Array): Promise<RedeliveryResult>;
  /**
   * Delivers an outcome to the workflow of its own change set, whatever marker its name carries: for an event
   * that a lineage does not own. Gives that workflow's id.
   */
  handOn(message: ChangeSetOutcomeMessage): Promise<string>;
}
