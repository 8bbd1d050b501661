import type { Command } from 'commander';
import type { RunningService, Service, ServiceFlags } from './actions/service.ts';
import type { CommandContext } from './context.ts';
import { addTemporalFlags } from './temporalFlags.ts';

/** Adds a command that runs a service until SIGTERM or SIGINT. Its log goes to standard error. */
export function addService<Running extends RunningService>(
  program: Command,
  context: CommandContext,
  service: Service<Running>,
): void {
  const command = program
    .command(service.name)
    .description(service.description)
    .option('--config <file>', 'the configuration file (else STEWARD_CONFIG)')
    .option('--json', 'print one JSON document once it is ready; the log goes to standard error')
    .addHelpText('after', service.help);
  addTemporalFlags(command).action((flags: ServiceFlags) =>
    context.run(flags, async () => (await import('./actions/service.ts')).runService(service, flags, context)),
  );
}
