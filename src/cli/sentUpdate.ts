import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { defined } from '../defined.ts';
import type { CommandAnswer, CommandInput } from '../workflows/shared/operatorCommands.ts';
import { printable } from './format.ts';
import { CommandProblem, exitCodes } from './problems.ts';
import type { TemporalAccess } from './temporal.ts';

/** An operator's command as an update. */
export interface OperatorUpdate {
  readonly name: string;
  readonly input: CommandInput;
  /** The same for a repeat of the same decision; the server makes one where it is absent. */
  readonly updateId?: string;
}

const answerWithinMs = 30_000;

/**
 * Sends an operator's command and waits for the workflow's answer.
 * @throws CommandProblem `failed` with the workflow's own words where it refuses or has ended, `unreachable` where no
 * worker answers
 */
export async function sentUpdate(
  access: TemporalAccess,
  workflowId: string,
  { name, input, updateId }: OperatorUpdate,
): Promise<CommandAnswer> {
  const handle = access.client.workflow.getHandle(workflowId);
  const options = { args: [input] as [CommandInput], ...defined({ updateId }) };
  try {
    return await access.connection.withDeadline(Date.now() + answerWithinMs, () =>
      handle.executeUpdate<CommandAnswer, [CommandInput]>(name, options),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refused(error);
    if (error instanceof WorkflowNotFoundError) throw endedProblem(workflowId, name, undefined);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
      throw new CommandProblem(
        exitCodes.unreachable,
        `No worker answered within ${answerWithinMs / 1000} s. The command may still be taken; repeating it does no harm.`,
      );
    }
    throw error;
  }
}

/** The validator's own words: they say what is wrong and what would be right. */
function refused(error: WorkflowUpdateFailedError): CommandProblem {
  const message = error.cause instanceof ApplicationFailure ? error.cause.message : error.message;
  return new CommandProblem(exitCodes.failed, printable(message));
}

/** The problem of a command to a workflow that has ended, as `state` where that is known. */
export function endedProblem(workflowId: string, command: string, state: string | undefined): CommandProblem {
  const how = state === undefined ? '' : ` as ${printable(state)}`;
  const id = printable(workflowId);
  return new CommandProblem(
    exitCodes.failed,
    `${id} has ended${how}: there is nothing left to ${command}. See npx steward show ${id}`,
  );
}
