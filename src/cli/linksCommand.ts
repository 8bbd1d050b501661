import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import type { LinksFlags } from './links.ts';
import { addTemporalFlags } from './options.ts';

/** Adds `steward links`. */
export function addLinks(program: Command, context: CommandContext): void {
  const command = program
    .command('links')
    .description('print the lists of the Web UI that answer the questions of a shift, and the command for each')
    .option('--config <file>', 'the configuration, for its webUiUrl (else STEWARD_CONFIG)')
    .option('--ui <url>', 'base address of the Web UI')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
It asks no server. Dates in the links are those of now: print them again tomorrow.

Examples:
  steward links
  steward links --ui http://localhost:8233 --namespace default --json`,
    );
  addTemporalFlags(command).action((flags: LinksFlags) =>
    context.run(flags, async () => (await import('./links.ts')).links(flags, context)),
  );
}
