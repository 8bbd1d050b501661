import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import { backfillChangeSetsType, type BackfillChangeSetsInput } from '../workflows/backfillChangeSets/contract.ts';
import { backfillItemsType, type BackfillItemsInput } from '../workflows/backfillItems/contract.ts';
import { backfillChangeSetsDefaults } from '../policies/defaults.ts';
import { stewardTaskQueue } from '../workflows/shared/taskQueues.ts';

/** What became of a start: one of this id may be under way, or have ended, already. */
export type BackfillStart = 'started' | 'alreadyRunning' | 'alreadyEnded';

/** A backfill that is to be started. */
interface BackfillToStart<Input> {
  readonly workflowId: string;
  readonly input: Input;
  /** Starts one that has come to its end once more. */
  readonly again: boolean;
}

/**
 * Starts a backfill, unless one of the same id runs or has come to its end. One that failed, was terminated or timed out
 * is started again.
 */
async function startBackfill(
  client: Client,
  type: string,
  { workflowId, input, again }: BackfillToStart<unknown>,
  shown: Pick<WorkflowStartOptions, 'staticSummary' | 'staticDetails'>,
): Promise<BackfillStart> {
  try {
    await client.workflow.start(type, {
      workflowId,
      taskQueue: stewardTaskQueue,
      args: [input],
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      ...shown,
    });
    return 'started';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? 'alreadyRunning' : 'alreadyEnded';
  }
}

/** Starts a backfill of change sets, by the rules of {@link startBackfill}. */
export function startBackfillChangeSets(
  client: Client,
  wanted: BackfillToStart<BackfillChangeSetsInput>,
): Promise<BackfillStart> {
  const { account, from, to, dryRun = true } = wanted.input;
  const range = `from ${from}${to === undefined ? '' : ` to ${to}`}`;
  // Its values come from its starter, and none from a file.
  const input = { ...wanted.input, policy: { ...backfillChangeSetsDefaults, ...wanted.input.policy } };
  return startBackfill(
    client,
    backfillChangeSetsType,
    { ...wanted, input },
    {
      staticSummary: `${dryRun ? 'Dry run of a backfill' : 'Backfill'} of change sets of ${account}, ${range}`,
      staticDetails:
        'Finds change sets in the listing of an account that no workflow has, and starts their workflows; a dry run only ' +
        'counts them. The current details show how far it is.',
    },
  );
}

/** Starts a backfill of items, by the rules of {@link startBackfill}. */
export function startBackfillItems(
  client: Client,
  wanted: BackfillToStart<BackfillItemsInput>,
): Promise<BackfillStart> {
  const { businessProductId: merchant, items } = wanted.input;
  return startBackfill(
    client,
    backfillItemsType,
    // Without a whole policy a worker resolves it, and refuses a merchant that its configuration lacks.
    wanted,
    {
      staticSummary: `Backfill of ${items.length} items${merchant === undefined ? '' : ` of merchant ${merchant}`}`,
      staticDetails: 'Has the workflow of each item of a list check it again. The current details show how far it is.',
    },
  );
}
