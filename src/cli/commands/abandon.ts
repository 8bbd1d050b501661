import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
A change set that is under way is still waited for; nothing new is sent. Repeating it does no harm.

Example:
  npx steward abandon 5hxd2kqzj9zwulwpvhn8yp5xq --actor "$USER" --reason "replaced by hand"`;

/** Adds `steward abandon`. */
export function addAbandon(program: Command, context: CommandContext): void {
  const description = 'give a change set up: submit nothing more';
  addPlainOperatorCommand(program, context, { name: 'abandon', description, help });
}
