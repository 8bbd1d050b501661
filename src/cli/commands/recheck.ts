import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainOperatorCommand } from '../operatorCommand.ts';

const help = `
The check is made after the command is taken: npx steward show tells in the notes what it found. The case closes where every
affected delivery option has passed a newer assessment. Without being asked, it is checked once a day.

Example:
  npx steward recheck security:111122223333 --actor "$USER" --reason "the new version is out"`;

/** Adds `steward recheck`. */
export function addRecheck(program: Command, context: CommandContext): void {
  const description = 'check once whether a security case is fixed';
  addPlainOperatorCommand(program, context, { name: 'recheck', description, help });
}
