import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import { testSource } from '../events/testEvents.ts';
import type { TestEvent } from '../events/types.ts';
import { deliver } from './deliver.ts';
import type { Arrival, Receipt, RouteContext } from './delivery.ts';
import { testEventDelivery } from './routing/routeTestEvent.ts';
import { mostTests, type TestLimit } from './testLimit.ts';

/**
 * Takes a test event: a workflow of its own records where it arrived. It is not routed and never held, also where its account
 * is not configured, and one beyond the limit is ignored: somebody who forges such events gets ten workflows a minute that do
 * nothing.
 */
export async function takeTest(
  client: Client,
  { accounts }: Pick<RouteContext, 'accounts'>,
  test: TestEvent,
  limit: TestLimit,
  arrival: Arrival,
): Promise<Receipt> {
  const { testId: eventId, account } = test;
  const giveBack = limit.admit();
  if (giveBack === undefined) {
    const reason = `${mostTests} test events have come within a minute: this one starts nothing`;
    return { outcome: 'ignored', kind: testSource, eventId, reason };
  }
  const delivery = testEventDelivery(test, {
    ...arrival,
    arrivedAt: new Date().toISOString(),
    isConfigured: Object.hasOwn(accounts, account),
  });
  const delivered = await deliver(client, delivery);
  if (delivered.outcome === 'unavailable') {
    giveBack();
    const { outcome, reason, ofEvent } = delivered;
    return { outcome, reason, ...defined({ ofEvent }) };
  }
  const outcome = delivered.outcome === 'duplicate' ? 'duplicate' : 'delivered';
  return { outcome, deliveries: [{ kind: delivery.kind, eventId, outcome, workflowId: delivered.workflowId }] };
}
