import type { CommandAnswer, CommandInput } from '../../workflows/shared/operatorCommands.ts';
import { backfillTypes } from '../backfillTypes.ts';
import type { CommandContext, CommandResult } from '../context.ts';
import { printable } from '../format.ts';
import { CommandProblem, exitCodes } from '../problems.ts';
import { sentUpdate } from '../sentUpdate.ts';
import { withTemporal } from '../temporal.ts';
import type { TemporalAccess } from '../temporal.ts';
import type { TemporalFlags } from '../temporalFlags.ts';
import { findWorkflow } from '../workflows.ts';

/** What an operator can do with a backfill that goes on. */
export type BackfillWord = 'pause' | 'resume' | 'stop';

/** What each of them is given beside the ids. */
export interface BackfillCommandFlags extends TemporalFlags, CommandInput {
  readonly json?: true;
}

/** Pauses, resumes or stops backfills, one after another. Each takes a repeat as what it is: it changes nothing. */
export async function backfillCommand(
  command: BackfillWord,
  ids: readonly string[],
  flags: BackfillCommandFlags,
  context: CommandContext,
): Promise<CommandResult> {
  const { actor, reason } = flags;
  return withTemporal(flags, context, async (access) => {
    const answers: Array<CommandAnswer & { workflowId: string }> = [];
    for (const id of ids) {
      const workflowId = await backfillOf(access, id, command);
      context.progress(`waiting for ${workflowId} to take it`);
      const answer = await sentUpdate(access, workflowId, { name: command, input: { actor, reason } });
      answers.push({ workflowId, ...answer });
    }
    const text = answers.map(
      ({ workflowId, state, changed, message }) =>
        `${workflowId}: ${printable(message)} (state: ${printable(state)}${changed ? '' : ', nothing changed'})`,
    );
    return { text: text.join('\n'), document: { command, answers }, exitCode: exitCodes.ok };
  });
}

async function backfillOf(access: TemporalAccess, id: string, command: BackfillWord): Promise<string> {
  const { workflowId, type } = await findWorkflow(access, id);
  if (backfillTypes.includes(type)) return workflowId;
  throw new CommandProblem(
    exitCodes.usage,
    `${printable(workflowId)} is of type ${printable(type)}; backfill ${command} is for ${backfillTypes.join(', ')}.`,
  );
}
