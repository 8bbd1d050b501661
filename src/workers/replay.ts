import { Worker, type WorkflowBundle } from '@temporalio/worker';
import type { HistoryAndWorkflowId } from '@temporalio/client';
import type { Encryption } from '../config/encryption.ts';
import { defined } from '../defined.ts';
import { dataConverterOf } from '../delivery/dataConverter.ts';

/** What became of one history. */
export interface Replayed {
  readonly workflowId: string;
  /** Why these workflows cannot go on from it, in the SDK's words; absent where they can. */
  readonly problem?: string;
}

/**
 * Runs workflows over histories, one after another: each has to make the commands that its history holds. Nothing is
 * called and nothing is sent. The runtime must be installed.
 * @param encryption reads what is encrypted; what a replay writes goes nowhere.
 */
export async function* replayed(
  workflowBundle: WorkflowBundle,
  encryption: Encryption | undefined,
  histories: AsyncIterable<HistoryAndWorkflowId> | Iterable<HistoryAndWorkflowId>,
): AsyncGenerator<Replayed> {
  const reading = encryption && { ...encryption, encrypts: false };
  const options = { workflowBundle, dataConverter: dataConverterOf(reading), replayName: 'replay' };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    yield { workflowId, ...defined({ problem: error?.message }) };
  }
}
