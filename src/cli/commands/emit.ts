import { Option } from 'commander';
import type { Command } from 'commander';
import type { EmitFlags } from '../actions/emit.ts';
import type { CommandContext } from '../context.ts';
import { addTemporalFlags } from '../temporalFlags.ts';

const help = `
Examples:
  npx steward emit packages/testing/fixtures/events/changeSetFailed.json
  npx steward emit event.json --ingress https://events.example.com --header @key.txt
  cat event.json | npx steward emit - --envelope webhook --direct --config steward.yaml`;

/** Adds `steward emit`. */
export function addEmit(program: Command, context: CommandContext): void {
  const command = program
    .command('emit')
    .description('send the bytes of one event, as they are, to the ingress or straight to Temporal')
    .argument('<file>', 'a file with one event, or - for standard input')
    .addOption(new Option('--envelope <envelope>', 'the way it comes by').choices(['eventbridge', 'webhook']))
    .addOption(
      new Option('--ingress <url>', "the ingress's base address (else that of a running npm start)").conflicts(
        'direct',
      ),
    )
    .addOption(
      new Option('--header <line>', "credential as 'name: value', or @file with that line").conflicts('direct'),
    )
    .option('--direct', 'hand it to Temporal without an ingress, by the same rules; needs a configuration')
    .option('--config <file>', 'the configuration of --direct (else STEWARD_CONFIG)')
    .option('--json', 'print the answer as one JSON document and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action((file: string, flags: EmitFlags) =>
    context.run(flags, async () => (await import('../actions/emit.ts')).emit(file, flags, context)),
  );
}
