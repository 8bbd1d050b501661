import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
It is taken while the state is awaitingDecision or observed. Repeating it does no harm.

Example:
  npx steward retry 5hxd2kqzj9zwulwpvhn8yp5xq --actor "$USER" --reason "the image is in place now"`;

/** Adds `steward retry`. */
export function addRetry(program: Command, context: CommandContext): void {
  const description = 'send a failed change set again, on your word';
  addPlainOperatorCommand(program, context, { name: 'retry', description, help });
}
