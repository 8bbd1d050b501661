import type { Client } from '@temporalio/client';
import type { EventDelivery } from '../ports/eventDelivery.ts';
import { failure } from '../ports/failures.ts';
import type { RouteContext } from './context.ts';
import { deliver } from './deliver.ts';
import { deliverAll, read } from './receive.ts';
import { ownChangeSetDelivery } from './routeChangeSet.ts';

/**
 * Delivery for activities, over the same reading, routing and delivering as the ingress.
 * Throws Unreachable where Temporal did not take it: the activity is tried again.
 */
export function createEventDelivery(client: Client, context: RouteContext): EventDelivery {
  return {
    async redeliver(road, bytes) {
      const reading = read(road, bytes, context);
      switch (reading.outcome) {
        case 'ignored':
          return { outcome: 'ignored', reason: reading.reason };
        case 'quarantine':
          // The bytes are in the quarantine already: there they stay, with today's reason.
          return { outcome: 'unreadable', reason: reading.reason };
        case 'deliver': {
          const receipt = await deliverAll(client, reading.deliveries);
          if (receipt.outcome === 'unavailable') throw failure('Unreachable', receipt.reason);
          return { outcome: 'delivered', workflowIds: receipt.deliveries.map(({ workflowId }) => workflowId) };
        }
      }
    },
    async handOn(message) {
      const delivered = await deliver(client, ownChangeSetDelivery(message, context));
      if (delivered.outcome === 'unavailable') throw failure('Unreachable', delivered.reason);
      return delivered.workflowId;
    },
  };
}
