import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { messageBytes, type Delivery } from './delivery.ts';

/**
 * Temporal terminates a run whose history reaches 50 MB, and with it goes what was signalled to it and not yet handled: while no
 * worker runs, or it is behind. It takes 10,000 signals of a run. Messages of at most so many bytes fit in whatever comes
 * before them: 10,000 of them take about 13 MB with what Temporal adds to each.
 */
const smallMessageBytes = 1_024;
/** A larger message is taken while the history is below this: what is left is for the small ones, and for a margin. */
const largestHistoryBytes = 25 * 1024 * 1024;
/**
 * Large messages to one workflow that this process sends at once, in bytes. It bounds by how much several processes together can go
 * beyond the limit, since none sees what the others have under way.
 */
const mostUnderWayBytes = 1024 * 1024;

/** Temporal has no room for the message now: the worker has to handle what came before. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

const underWayOf = new WeakMap<Client, Map<string, number>>();

/** The history of the run that would take the message, in bytes; 0 where none is open. */
async function historyBytes(client: Client, workflowId: string): Promise<number> {
  try {
    const { status, historySize } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? (historySize ?? 0) : 0;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 0;
    throw error;
  }
}

/**
 * Sends a message where the history of its workflow has room for it. For a message above 1 KiB it asks Temporal first, which costs
 * a call and no action.
 * @throws NoRoomError where there is none; nothing is sent then.
 */
export async function sendWhereRoom<Sent>(
  client: Client,
  delivery: Pick<Delivery, 'workflowId' | 'signal'>,
  send: () => Promise<Sent>,
): Promise<Sent> {
  const bytes = messageBytes(delivery);
  if (bytes <= smallMessageBytes) return send();
  const { workflowId } = delivery;
  const underWay = underWayOf.get(client) ?? new Map<string, number>();
  underWayOf.set(client, underWay);
  const others = underWay.get(workflowId) ?? 0;
  if (others > 0 && others + bytes > mostUnderWayBytes) {
    throw new NoRoomError(`${others} bytes of other messages are under way to ${workflowId}`);
  }
  underWay.set(workflowId, others + bytes);
  try {
    const stored = await historyBytes(client, workflowId);
    // Those under way may be in the history already: then they count twice, for a moment.
    if (stored + (underWay.get(workflowId) ?? 0) > largestHistoryBytes) {
      throw new NoRoomError(`the history of ${workflowId} has ${stored} bytes, and its worker is behind`);
    }
    return await send();
  } finally {
    const left = (underWay.get(workflowId) ?? 0) - bytes;
    if (left > 0) underWay.set(workflowId, left);
    else underWay.delete(workflowId);
  }
}
