import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { CommandAnswer, PersonCommand } from '../../workflows/shared/commands.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { printable } from '../format.ts';
import { takersOf, type GivenCommand, type PersonWords } from '../personWords.ts';
import { CommandProblem, exitCodes } from '../problems.ts';
import { openProposal } from '../proposal.ts';
import { knownStatus } from '../status.ts';
import { withTemporal } from '../temporal.ts';
import type { TemporalAccess } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';
import { updateId } from '../updateId.ts';
import type { Situation } from '../updateId.ts';
import { findWorkflow } from '../workflows.ts';

/** What each of a person's commands is given beside the id. */
export interface PersonFlags extends TemporalFlags, PersonCommand {
  readonly json?: true;
}

const answerWithinMs = 30_000;

/** Gives a person's command to the workflow that it is for and waits for its answer. */
export async function give(
  words: PersonWords,
  id: string,
  flags: TemporalFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { command } = words;
  return withTemporal(flags, context, async (access) => {
    const description = await findWorkflow(access, id);
    const situation = await situationOf(access, description, command);
    context.progress(`waiting for ${description.workflowId} to take it`);
    const answer = await sent(access, description, words, updateId(words, situation));
    const text = `${printable(answer.message)} (state: ${printable(answer.state)}${answer.changed ? '' : ', nothing changed'})`;
    const document = { workflowId: description.workflowId, command, ...answer };
    return { text, document, exitCode: exitCodes.ok };
  });
}

async function situationOf(
  access: TemporalAccess,
  description: WorkflowExecutionDescription,
  command: GivenCommand,
): Promise<Situation> {
  const { workflowId, type } = description;
  if (!takersOf[command].includes(type)) {
    throw new CommandProblem(
      exitCodes.usage,
      `${printable(workflowId)} is of type ${printable(type)}; ${command} is for ${takersOf[command].join(', ')}. See what it takes: npx steward show ${printable(workflowId)}`,
    );
  }
  const known = await knownStatus(access, description);
  if (known.source !== 'searchAttributes') {
    const proposal = command === 'amend' ? await openProposal(access, description) : undefined;
    return { ...known.status, ...(proposal === undefined ? {} : { proposedBy: proposal.proposedBy }) };
  }
  if (description.status.name !== 'RUNNING') throw ended(description, command, known.state);
  throw new CommandProblem(
    exitCodes.unreachable,
    `${workflowId} was not asked: ${known.why}, then repeat the command.`,
  );
}

async function sent(
  access: TemporalAccess,
  description: WorkflowExecutionDescription,
  { command, input }: PersonWords,
  id: string,
): Promise<CommandAnswer> {
  const handle = access.client.workflow.getHandle(description.workflowId);
  try {
    return await access.connection.withDeadline(Date.now() + answerWithinMs, () =>
      handle.executeUpdate<CommandAnswer, [PersonCommand]>(command, { args: [input], updateId: id }),
    );
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw refused(error);
    if (error instanceof WorkflowNotFoundError) throw ended(description, command, undefined);
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

function ended(
  description: WorkflowExecutionDescription,
  command: GivenCommand,
  state: string | undefined,
): CommandProblem {
  const how = state === undefined ? '' : ` as ${printable(state)}`;
  return new CommandProblem(
    exitCodes.failed,
    `${printable(description.workflowId)} has ended${how}: there is nothing left to ${command}. See npx steward show ${printable(description.workflowId)}`,
  );
}
