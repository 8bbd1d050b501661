import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { CommandInput } from '../../workflows/shared/operatorCommands.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { printable } from '../format.ts';
import { takersOf, type GivenCommand, type OperatorCommandInput } from '../operatorCommandInput.ts';
import { CommandProblem, exitCodes } from '../problems.ts';
import { openProposal } from '../proposal.ts';
import { endedProblem, sentUpdate } from '../sentUpdate.ts';
import { knownStatus } from '../status.ts';
import { withTemporal } from '../temporal.ts';
import type { TemporalAccess } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';
import { updateId } from '../updateId.ts';
import type { Situation } from '../updateId.ts';
import { findWorkflow } from '../workflows.ts';

/** What each of an operator's commands is given beside the id. */
export interface OperatorFlags extends TemporalFlags, CommandInput {
  readonly json?: true;
}

/** Gives an operator's command to the workflow that it is for and waits for its answer. */
export async function give(
  words: OperatorCommandInput,
  id: string,
  flags: TemporalFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { command } = words;
  return withTemporal(flags, context, async (access) => {
    const description = await findWorkflow(access, id);
    const situation = await situationOf(access, description, command);
    context.progress(`waiting for ${description.workflowId} to take it`);
    const answer = await sentUpdate(access, description.workflowId, {
      name: command,
      input: words.input,
      updateId: updateId(words, situation),
    });
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
  if (description.status.name !== 'RUNNING') throw endedProblem(workflowId, command, known.state);
  throw new CommandProblem(
    exitCodes.unreachable,
    `${workflowId} was not asked: ${known.why}, then repeat the command.`,
  );
}
