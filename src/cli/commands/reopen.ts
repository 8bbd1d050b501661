import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
The reminders go on where they were; none is sent twice. A case whose newest report shows no issues stays closed.

Example:
  npx steward reopen security:111122223333 --actor "$USER" --reason "one version was forgotten"`;

/** Adds `steward reopen`. */
export function addReopen(program: Command, context: CommandContext): void {
  const description = 'take back that a security case was closed';
  addPlainOperatorCommand(program, context, { name: 'reopen', description, help });
}
