import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import pMap from 'p-map';
import type { Logger } from 'pino';
import { configurationTakenSignal, heldEventsWorkflowId } from '../workflows/heldEvents/contract.ts';
import { deliverWithinMs } from './deliver.ts';
import { accountHeading } from './headings.ts';
import { startKeeper, type Keeper } from './keeper.ts';

/** Calls of Temporal at once. */
const callsAtOnce = 10;

async function wake(client: Client, account: string): Promise<Error | undefined> {
  const handle = client.workflow.getHandle(heldEventsWorkflowId(accountHeading(account)));
  const message = { takenAt: new Date().toISOString() };
  try {
    await client.withDeadline(Date.now() + deliverWithinMs, () => handle.signal(configurationTakenSignal, message));
    return undefined;
  } catch (error) {
    // Mostly nothing is held of an account that is configured.
    if (error instanceof WorkflowNotFoundError) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Signals to the workflows of held events that this worker has taken a configuration with their accounts, so that what is held is
 * replayed. A worker does so at its start and after each change, until Temporal has taken it.
 */
export function startHeldWaker(
  client: Client,
  logger: Pick<Logger, 'error'>,
  retry?: { readonly firstMs: number; readonly longestMs: number },
): Keeper<readonly string[]> {
  return startKeeper(async (accounts, signal) => {
    const results = await pMap(accounts, (account) => (signal.aborted ? undefined : wake(client, account)), {
      concurrency: callsAtOnce,
    });
    const [problem] = results.filter((result) => result !== undefined);
    if (problem === undefined) return true;
    if (!signal.aborted)
      logger.error({ error: problem.message }, 'failed to wake the held events of an account; retrying');
    return false;
  }, retry);
}
