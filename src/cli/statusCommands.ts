import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { findEndpoints } from './endpoints.ts';
import { addTemporalFlags, secondsBetween } from './options.ts';
import type { StatusFlags, WatchFlags } from './shift.ts';

const usualSeconds = 10;

/** Adds `steward status`. */
export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('one screen: what needs you, what is due and retrying, lost events, workers; also plain steward')
    .option('--ui <url>', 'base address of the Web UI, for links')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
It fits the terminal, and names the command that lists what has no room.

Examples:
  steward status
  steward status --json`,
    );
  addTemporalFlags(command).action((flags: StatusFlags) =>
    context.run(flags, async () => (await import('./shift.ts')).status(flags, context)),
  );
}

/** Adds `steward watch`. */
export function addWatch(program: Command, context: CommandContext): void {
  const command = program
    .command('watch')
    .description('the screen of status, again and again until Ctrl-C')
    .option('--every <seconds>', 'between two screens: from 2 to 3600', secondsBetween(2, 3_600), usualSeconds)
    .option('--ui <url>', 'base address of the Web UI, for links')
    .addHelpText(
      'after',
      `
On a terminal each screen takes the place of the one before; elsewhere each is printed below it.

Examples:
  steward watch
  steward watch --every 60`,
    );
  addTemporalFlags(command).action((flags: WatchFlags) =>
    context.run({}, async () => (await import('./shift.ts')).watch(flags, context)),
  );
}

/** Whether anything says where Temporal is: then plain `steward` shows the status, else the help. */
export async function knowsTemporal(context: CommandContext): Promise<boolean> {
  const named = Object.keys(context.environment).some((key) => key.startsWith('TEMPORAL_'));
  if (named || findEndpoints({ ...context, note: () => {} }) !== undefined) return true;
  const { hasTemporalProfile } = await import('../config/temporal.ts');
  return hasTemporalProfile(context.environment);
}
