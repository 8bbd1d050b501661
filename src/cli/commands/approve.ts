import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
It sends what amend has proposed, or what the account's mode approve or its daily cap holds back. Check at a proposal
first: npx steward show. Repeating it does no harm.

Example:
  npx steward approve 5hxd2kqzj9zwulwpvhn8yp5xq --actor "$USER" --reason "the difference is what we want"`;

/** Adds `steward approve`. */
export function addApprove(program: Command, context: CommandContext): void {
  const description = 'send what is proposed, or what a mode or cap holds back';
  addPlainOperatorCommand(program, context, { name: 'approve', description, help });
}
