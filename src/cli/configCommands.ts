import { Option, type Command } from 'commander';
import type { CommandContext } from './command.ts';
import type { ConfigFlags } from './config.ts';

const checkHelp = `
It reads the file and the environment as worker and ingress do, and asks nobody else. One line for each problem, with
its line in the file and what would be right; a secret is never shown. Exit status 0: it can be used, 2: it cannot.

Examples:
  steward config check steward.yaml
  steward config check steward.yaml --for ingress --json`;

const showHelp = `
All settings with their defaults, as YAML; a comment says where each value comes from, and of a variable whether it has
a value. Secrets, external ids, user names, and what can be secret of an address show as ….

Examples:
  steward config show steward.yaml
  steward config show --json`;

const schemaHelp = `
JSON Schema 2020-12. Editors with a language server for YAML complete and check the file by it, where this is its first
line:  # yaml-language-server: $schema=steward.schema.json

Examples:
  steward config schema > steward.schema.json
  steward config schema --json`;

/** Adds `steward config` with its commands. */
export function addConfig(program: Command, context: CommandContext): void {
  const group = program.command('config').description('check, show and describe the configuration file');
  // The names of src/cli/config.ts, which takes longer to load than a help should.
  const process = new Option('--for <process>', 'whose secrets have to be there; run is worker and ingress')
    .choices(['run', 'worker', 'ingress', 'codec-server'])
    .default('run');
  fileOf(group.command('check'))
    .description('say what keeps worker and ingress from starting with it')
    .addOption(process)
    .addHelpText('after', checkHelp)
    .action((file: string | undefined, flags: ConfigFlags) =>
      context.run(flags, async () => (await import('./config.ts')).checkConfig(file, flags, context)),
    );
  fileOf(group.command('show'))
    .description('show what holds, with defaults and without secrets')
    .addHelpText('after', showHelp)
    .action((file: string | undefined, flags: ConfigFlags) =>
      context.run(flags, async () => (await import('./config.ts')).showConfig(file, flags, context)),
    );
  group
    .command('schema')
    .description('print the JSON Schema of the file, for editors')
    .option('--json', 'the same: it is one JSON document')
    .addHelpText('after', schemaHelp)
    .action((flags: ConfigFlags) => context.run(flags, async () => (await import('./config.ts')).configSchema()));
}

function fileOf(command: Command): Command {
  return command
    .argument('[file]', 'the configuration file (else --config, else STEWARD_CONFIG)')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'print one JSON document and nothing else');
}
