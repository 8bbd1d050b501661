import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
Reminders go out on the last day and after the due date only; new issues or a nearer date take the acknowledgement back.
Repeating it does no harm.

Example:
  npx steward acknowledge security:111122223333 --actor "$USER" --reason "the fix is planned"`;

/** Adds `steward acknowledge`. */
export function addAcknowledge(program: Command, context: CommandContext): void {
  const description = 'take a security case on: mute all but its last reminders';
  addPlainOperatorCommand(program, context, { name: 'acknowledge', description, help });
}
