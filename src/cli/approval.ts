import { defined } from '../defined.ts';
import type { CommandInput } from '../workflows/shared/operatorCommands.ts';
import { CommandProblem, exitCodes, type CommandContext } from './command.ts';
import { canAsk, confirmed } from './confirm.ts';
import { printable } from './format.ts';
import type { Addressee } from './sendCommand.ts';
import { openProposal, proposalLines, type Proposal } from './proposal.ts';
import type { TemporalAccess } from './temporal.ts';

/** What an operator gives for a decision on a proposal, beside its data. */
interface ApprovalFlags {
  readonly yes?: true;
  readonly dryRun?: true;
}

/**
 * Shows the proposal that a command decides on, and asks: the command names it then, so that no other one is approved which
 * came meanwhile. Where nobody can be asked and `--yes` was not given, nothing is named, and the workflow takes the command
 * only where it can mean nothing else.
 * @returns the field of the command's data that names it; nothing where the operator did so, or none waits.
 * @throws CommandProblem where the operator does not confirm it
 */
export async function decidedProposal(
  access: TemporalAccess,
  { description, command, status }: Addressee,
  input: CommandInput & { readonly proposal?: unknown },
  flags: ApprovalFlags,
  context: CommandContext,
): Promise<{ readonly proposal?: string }> {
  const isNamed = input.proposal !== undefined;
  if (command.decidesOnProposal !== true || isNamed || !command.takenIn.includes(status.state)) return {};
  const open = await openProposal(access, description);
  if (open === undefined) return {};
  context.note(printable(description.workflowId));
  for (const line of proposalLines(open, Date.now())) context.note(`  ${line}`);
  return approved(open, flags);
}

/**
 * The name by which a proposal is approved that the operator has seen; nothing where nobody said so, or it has none.
 * @throws CommandProblem where the operator does not confirm it
 */
export async function approved(
  { proposal, difference }: Proposal,
  { yes, dryRun }: ApprovalFlags,
  terminal = { canAsk, confirmed },
): Promise<{ readonly proposal?: string }> {
  if (dryRun === true || (yes !== true && !terminal.canAsk())) return {};
  // Where the difference is not there yet, the workflow refuses the command.
  const isAsked = yes !== true && difference !== undefined;
  if (isAsked && !(await terminal.confirmed('Approve this? AWS gets it at once.'))) {
    throw new CommandProblem(exitCodes.failed, 'You did not approve it. Nothing was sent for it.');
  }
  return defined({ proposal });
}
