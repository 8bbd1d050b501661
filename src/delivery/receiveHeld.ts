import type { Client } from '@temporalio/client';
import { defined } from '../defined.ts';
import type { Envelope } from '../events/parse.ts';
import { heldEventsWorkflowId } from '../workflows/heldEvents/contract.ts';
import { nameOf } from '../workflows/heldEvents/state.ts';
import { quarantineWorkflowId } from '../workflows/quarantinedEvent/contract.ts';
import { deliver, deliverWithinMs } from './deliver.ts';
import {
  withEventId,
  type Delivery,
  type DeliveryOutcome,
  type Hold,
  type Receipt,
  type RouteContext,
} from './delivery.ts';
import { headingDelivery, heldDelivery, refusedDelivery, sha256Of } from './held.ts';
import type { HoldLimit } from './holdLimit.ts';
import type { Reading } from './read.ts';
import type { RefusalTally } from './refusalTally.ts';
import { describeWorkflow } from './workflows.ts';

/** Events of one account that are held at once. More stay with their senders, who repeat them for a day. */
const heldEventsDefault = 1_000;

/** Bytes that came in, and what it takes to hold them. */
export interface HoldRequest {
  readonly client: Client;
  readonly context: RouteContext;
  readonly envelope: Envelope;
  readonly bytes: Uint8Array;
  readonly limit: HoldLimit;
  readonly refusals: RefusalTally;
}

/** What is left of the time that one request has. */
export function createDeadline(): () => number {
  const untilMs = Date.now() + deliverWithinMs;
  return () => Math.max(0, untilMs - Date.now());
}

/**
 * Whether one more event may be held under a heading.
 * @returns the reason why not: the limit is reached, or Temporal did not say.
 */
export async function holdProblem(
  { client, limit }: Pick<HoldRequest, 'client' | 'limit'>,
  { heading }: Pick<Hold, 'heading'>,
  most: number,
  withinMs: number,
): Promise<{ readonly reason: string; readonly isFull: boolean } | undefined> {
  try {
    const admits = await client.withDeadline(Date.now() + withinMs, () => limit.admits(heading, most));
    if (admits) return undefined;
    return { reason: `${most} events of ${nameOf(heading)} are held already, and no more are taken`, isFull: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `Temporal did not say how many events of ${nameOf(heading)} are held: ${message}`, isFull: false };
  }
}

/** The first delivery that Temporal did not take, of several that are made one after another. */
async function deliverInTurn(
  client: Client,
  deliveries: readonly Delivery[],
  leftMs: () => number,
): Promise<Extract<DeliveryOutcome, { outcome: 'unavailable' }> | undefined> {
  for (const delivery of deliveries) {
    const outcome = await deliver(client, delivery, leftMs());
    if (outcome.outcome === 'unavailable') return outcome;
  }
  return undefined;
}

/** Whether the workflow of these bytes is open; false also where Temporal does not say. */
async function isHeld(client: Client, bytes: Uint8Array, withinMs: number): Promise<boolean> {
  const workflowId = quarantineWorkflowId(sha256Of(bytes));
  try {
    const found = await client.withDeadline(Date.now() + withinMs, () => describeWorkflow(client, workflowId));
    return found?.status.name === 'RUNNING';
  } catch {
    return false;
  }
}

/** Has the question say that events are refused. Where that does not arrive, the next refusal says so. */
async function reportRefusal(
  { client, context, refusals }: HoldRequest,
  hold: Hold,
  most: number,
  withinMs: number,
): Promise<void> {
  const report = refusals.refuse(heldEventsWorkflowId(hold.heading));
  if (report === undefined) return;
  const message = { count: report.count, refusedAt: new Date().toISOString(), most };
  const { outcome } = await deliver(client, refusedDelivery(hold, message, context), withinMs);
  if (outcome !== 'delivered') report.undo();
}

/**
 * Holds the bytes of an event whose account or catalog is not configured, and has its workflow ask once for all. The bytes come
 * first: that workflow finds what is reported to it.
 * @returns `held` once Temporal has both; `unavailable` also where as many are held as one account may have. A repeat of what is
 * held needs no more room, so it is `held` there as well.
 */
export async function holdEvent(
  request: HoldRequest,
  { hold, kind, eventId }: Extract<Reading, { outcome: 'hold' }>,
): Promise<Receipt> {
  const { client, context, envelope, bytes } = request;
  const leftMs = createDeadline();
  const most = context.policies.quarantine?.heldEventsPerAccount ?? heldEventsDefault;
  const problem = await holdProblem(request, hold, most, leftMs());
  if (problem !== undefined && !(problem.isFull && (await isHeld(client, bytes, leftMs())))) {
    if (problem.isFull) await reportRefusal(request, hold, most, leftMs());
    const ofEvent = problem.isFull ? true : undefined;
    return { outcome: 'unavailable', reason: `${problem.reason}. ${hold.reason}`, eventId, ...defined({ ofEvent }) };
  }
  const receivedAt = new Date().toISOString();
  const seen = { count: 1, receivedAt, sha256: sha256Of(bytes) };
  const heading = withEventId(headingDelivery(hold, seen, context), eventId);
  const body = withEventId(heldDelivery(envelope, bytes, hold, receivedAt, context), eventId);
  const refused = await deliverInTurn(client, [body, heading], leftMs);
  if (refused !== undefined)
    return { outcome: 'unavailable', reason: refused.reason, eventId, ...defined({ ofEvent: refused.ofEvent }) };
  return { outcome: 'held', reason: hold.reason, workflowId: heading.workflowId, kind, eventId };
}
