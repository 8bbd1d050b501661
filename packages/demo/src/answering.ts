import type { Client, WorkflowHandle } from '@temporalio/client';
import { amendmentQuery, type AmendCommand } from '../../../src/workflows/changeSetRemediation/contract.ts';
import type { SnoozeCommand } from '../../../src/workflows/securityCase/contract.ts';
import type { CommandAnswer, CommandInput } from '../../../src/workflows/shared/operatorCommands.ts';

/** What an operator sends, and to which update. */
export type Answer =
  | { readonly update: 'amend'; readonly input: AmendCommand }
  | { readonly update: 'snooze'; readonly input: SnoozeCommand }
  | { readonly update: 'approve' | 'discard'; readonly input: CommandInput };

/**
 * Answers as an operator does with `steward`. A proposal is approved only once its difference is shown.
 * @param again waits a moment between two checks
 * @throws Error with the workflow's own sentence where it refuses
 */
export async function answer(
  client: Client,
  workflowId: string,
  given: Answer,
  again: () => Promise<unknown>,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  switch (given.update) {
    case 'amend':
      await handle.executeUpdate('amend', { args: [given.input] });
      return;
    case 'approve':
      while (await isUndescribed(handle)) await again();
      await handle.executeUpdate('approve', { args: [given.input] });
      return;
    case 'snooze':
      await handle.executeUpdate<CommandAnswer, [SnoozeCommand]>('snooze', { args: [given.input] });
      return;
    case 'discard':
      await handle.executeUpdate<CommandAnswer, [CommandInput]>('discard', { args: [given.input] });
  }
}

async function isUndescribed(handle: WorkflowHandle): Promise<boolean> {
  const proposal = await handle.query(amendmentQuery);
  return proposal !== null && proposal.difference === undefined;
}

/**
 * Resets a workflow to the end of its first task, as the Web UI does: what it did since is not in its history any more.
 * @throws Error where it has no such task
 */
export async function resetToStart(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const firstTask = events?.find(({ workflowTaskCompletedEventAttributes: attributes }) => attributes)?.eventId;
  if (firstTask === undefined || firstTask === null) throw new Error(`${workflowId} has no task to be reset to`);
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    workflowTaskFinishEventId: firstTask,
    reason: 'npm start shows what a reset does',
    requestId: `reset-${runId}`,
  });
}
