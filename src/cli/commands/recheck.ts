import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addPlainPersonCommand } from '../personCommand.ts';

const help = `
The look is made after the command is taken: npx steward show tells in the notes what it found. The case closes where every
affected delivery option has passed a newer assessment. Without being asked, it is looked at once a day.

Example:
  npx steward recheck security:111122223333 --actor "$USER" --reason "the new version is out"`;

/** Adds `steward recheck`. */
export function addRecheck(program: Command, context: CommandContext): void {
  const description = 'look at once whether a security case is fixed';
  addPlainPersonCommand(program, context, { name: 'recheck', description, help });
}
