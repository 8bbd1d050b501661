import type { Client } from '@temporalio/client';
import { failure } from '../failures.ts';
import type { ChangeSetOutcomeMessage } from '../workflows/changeSetRemediation/contract.ts';
import { deliverOrThrow } from './deliver.ts';
import type { RouteContext } from './delivery.ts';
import { deliverAll, ignoredBy, read } from './receive.ts';
import { ownChangeSetDelivery } from './routing/routeChangeSet.ts';
import type { RedeliveryResult } from '../workflows/quarantinedEvent/contract.ts';

/** The delivery of events, for activities. */
export interface EventDelivery {
  /** Reads bytes with today's parser and delivers what they say. Throws Unreachable where Temporal does not take it. */
  redeliver(envelope: 'eventbridge' | 'webhook', bytes: Uint8Array): Promise<RedeliveryResult>;
  /**
   * Delivers an outcome to the workflow of its own change set, whatever marker its name carries: for an event that a
   * lineage does not own. Gives that workflow's id.
   */
  deliverOutcome(message: ChangeSetOutcomeMessage): Promise<string>;
}

/**
 * Delivery for activities, by the same reading and routing as the ingress.
 * Throws Unreachable where Temporal did not take it: the activity runs again.
 */
export function createEventDelivery(client: Client, context: RouteContext): EventDelivery {
  return {
    async redeliver(envelope, bytes) {
      const reading = read(envelope, bytes, context);
      switch (reading.outcome) {
        case 'ignored':
          return { outcome: 'ignored', reason: reading.reason };
        case 'quarantine':
          // The bytes are in the quarantine already: there they stay, with today's reason.
          return { outcome: 'unreadable', reason: reading.reason };
        case 'deliver': {
          const receipt = await deliverAll(client, reading.deliveries);
          if (receipt.outcome === 'unavailable') throw failure('Unreachable', receipt.reason);
          if (receipt.outcome === 'notOpen') {
            return { outcome: 'ignored', reason: ignoredBy(receipt.deliveries).reason };
          }
          return { outcome: 'delivered', workflowIds: receipt.deliveries.map(({ workflowId }) => workflowId) };
        }
      }
    },
    deliverOutcome: (message) => deliverOrThrow(client, ownChangeSetDelivery(message, context)),
  };
}
