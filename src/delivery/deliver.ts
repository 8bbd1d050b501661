import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { defined } from '../defined.ts';
import { failure } from '../failures.ts';
import { backfillPriority, priorityOf } from '../workflows/shared/priorities.ts';
import { changeSetsAttribute, searchAttributePairs } from '../workflows/shared/searchAttributes.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';
import type { Delivery, DeliveryOutcome, WorkflowStart } from './delivery.ts';
import { NoRoomError, sendWhereRoom } from './historyRoom.ts';
import { reasonOfDeadline, unansweredReason } from './unansweredCalls.ts';

/**
 * How long a delivery may take, in milliseconds. EventBridge gives an API destination 5 s; the answer has to be out
 * inside 3 s.
 */
export const deliverWithinMs = 2_500;

/** Name of the memo that says which backfill started a run. */
export const backfillMemo = 'backfill';
/** Name of the memo that says which change set was found then. */
export const foundMemo = 'found';

/** A run that a backfill starts says so, and comes behind those of events. */
function marksOf({ backfillId, changeSetId }: NonNullable<Delivery['finding']>) {
  return {
    memo: { [backfillMemo]: backfillId, [foundMemo]: changeSetId },
    priority: backfillPriority,
  };
}

function startOptions(start: WorkflowStart) {
  return {
    workflowId: start.workflowId,
    taskQueue: stewardTaskQueue,
    args: [start.input],
    typedSearchAttributes: searchAttributePairs(start.attributes),
    staticSummary: start.staticSummary,
    staticDetails: start.staticDetails,
    workflowIdReusePolicy: start.afterCompletion === 'reject' ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  } as const satisfies Partial<WorkflowStartOptions>;
}

async function signalWithStart(client: Client, delivery: Delivery): Promise<void> {
  await client.workflow.signalWithStart(delivery.workflowType, {
    ...startOptions(delivery),
    signal: delivery.signal.name,
    signalArgs: [delivery.signal.message],
    // The tasks of workflows alternate between accounts as those of activities do: one account's storm delays no other.
    priority: delivery.priority ?? priorityOf(delivery.attributes.account),
    ...(delivery.finding === undefined ? {} : marksOf(delivery.finding)),
  });
}

/** Whether a closed lineage counts this change set among its members. */
async function owns(client: Client, workflowId: string, changeSetId: string): Promise<boolean> {
  const { typedSearchAttributes } = await client.workflow.getHandle(workflowId).describe();
  return typedSearchAttributes.get(changeSetsAttribute)?.includes(changeSetId) ?? false;
}

/** Signals the open run; where there is none, the message matters to nobody. */
async function signalOpen(client: Client, delivery: Delivery): Promise<DeliveryOutcome> {
  const { workflowId, signal } = delivery;
  try {
    await sendWhereRoom(client, delivery, () =>
      client.workflow.getHandle(workflowId).signal(signal.name, signal.message),
    );
    return { outcome: 'delivered', workflowId };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { outcome: 'notOpen', workflowId };
  }
}

async function attempt(client: Client, delivery: Delivery): Promise<DeliveryOutcome> {
  const { workflowId, unlessOwner } = delivery;
  if (delivery.onlyIfOpen === true) return signalOpen(client, delivery);
  try {
    await sendWhereRoom(client, delivery, () => signalWithStart(client, delivery));
    return { outcome: 'delivered', workflowId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  // Closed for good. Outcomes are final, so this is a repeat, unless a copied name pointed here.
  if (unlessOwner === undefined || (await owns(client, workflowId, unlessOwner.changeSetId))) {
    return { outcome: 'duplicate', workflowId };
  }
  return attempt(client, unlessOwner.otherwise);
}

/** A sentence on why Temporal did not take it; INVALID_ARGUMENT stands for attributes that are not registered yet. */
function reasonOf(error: unknown, withinMs: number): string {
  const late = reasonOfDeadline(error, withinMs);
  if (late !== undefined) return late;
  if (error instanceof NoRoomError) return `Temporal has no room for it now: ${error.message}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (isGrpcServiceError(cause)) return `Temporal did not take it: ${cause.details || cause.message}`;
  return `Temporal did not take it: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Delivers one message to its workflow: a single signalWithStart, which starts the workflow or finds it, atomic and durable
 * once it returns; or, for a message that only matters to an open workflow, a single signal. Never throws for what Temporal answers.
 *
 * What is not certain is `unavailable`, whatever the error (measured on server 1.32): unregistered attributes and
 * attributes of another type come as INVALID_ARGUMENT, an unknown namespace as NamespaceNotFoundError, a server that is
 * away as UNAVAILABLE or DEADLINE_EXCEEDED; and where a history is so long that Temporal might terminate the run, nothing is
 * sent. An event that Temporal never takes stays with its sender, who has a
 * dead-letter queue for it.
 *
 * @param withinMs how long it may take, in milliseconds.
 */
export async function deliver(
  client: Client,
  delivery: Delivery,
  withinMs: number = deliverWithinMs,
): Promise<DeliveryOutcome> {
  const { workflowId } = delivery;
  const { promise: tooLate, resolve } = Promise.withResolvers<DeliveryOutcome>();
  // The client waits between its own calls without a check of the deadline (3.3 s for one of 2.5 s, measured).
  const timer = setTimeout(() => {
    resolve({ outcome: 'unavailable', workflowId, reason: unansweredReason(withinMs) });
  }, withinMs);
  try {
    return await Promise.race([client.withDeadline(Date.now() + withinMs, () => attempt(client, delivery)), tooLate]);
  } catch (error) {
    const ofEvent = error instanceof NoRoomError ? true : undefined;
    return { outcome: 'unavailable', workflowId, reason: reasonOf(error, withinMs), ...defined({ ofEvent }) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Delivers for an activity, which runs again where Temporal does not take the message.
 * @returns the workflow that has it.
 * @throws a failure of type Unreachable
 */
export async function deliverOrThrow(client: Client, delivery: Delivery): Promise<string> {
  const delivered = await deliver(client, delivery);
  if (delivered.outcome === 'unavailable') throw failure('Unreachable', delivered.reason);
  return delivered.workflowId;
}

/**
 * Starts a workflow for an activity, which runs again where Temporal does not take it. One that is there already is left
 * as it is.
 * @returns the workflow's id.
 * @throws a failure of type Unreachable
 */
export async function startOrThrow(client: Client, start: WorkflowStart): Promise<string> {
  try {
    await client.withDeadline(Date.now() + deliverWithinMs, () =>
      client.workflow.start(start.workflowType, startOptions(start)),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError))
      throw failure('Unreachable', reasonOf(error, deliverWithinMs));
  }
  return start.workflowId;
}
