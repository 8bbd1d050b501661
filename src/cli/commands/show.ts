import type { Command } from 'commander';
import type { ShowFlags } from '../actions/show.ts';
import type { CommandContext } from '../context.ts';
import { addTemporalFlags } from '../temporalFlags.ts';

const help = `
Examples:
  npx steward show 5hxd2kqzj9zwulwpvhn8yp5xq
  npx steward show security:111122223333 --json`;

/** Adds `steward show`. */
export function addShow(program: Command, context: CommandContext): void {
  const command = program
    .command('show')
    .description('show one workflow: where it stands, its change sets, notes, pending activities, the next step')
    .argument('<id>', 'a workflow id, or the id of a change set')
    .option('--ui <url>', 'base address of the Web UI, for the link')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action((id: string, flags: ShowFlags) =>
    context.run(flags, async () => (await import('../actions/show.ts')).show(id, flags, context)),
  );
}
