import type { Command } from 'commander';
import type { CommandContext } from './command.ts';
import type { DoctorFlags } from './doctor.ts';
import { addTemporalFlags } from './options.ts';

const help = `
It asks Temporal, AWS, Amazon SQS and Buy with Prime with the credentials of the configuration, all at once, and changes
nothing: reads are tried, submits are simulated by IAM where that is allowed. It never calls StartChangeSet. Run it where
worker and ingress run, with their environment.

ok: as it should be. warn: it works, and should be mended. bad: something does not work. unknown: it could not be found
out. Exit status 0: nothing is bad, 1: something is.

Examples:
  steward doctor --config steward.yaml
  steward doctor --config steward.yaml --json
  steward doctor --config steward.yaml --test-notice`;

/** Adds `steward doctor`. */
export function addDoctor(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('examine the whole set-up: configuration, Temporal, workers, AWS, queues, Buy with Prime, clock')
    .option('--config <file>', 'the configuration of worker and ingress (else STEWARD_CONFIG)')
    .option('--test-notice', 'send one marked notice to each channel that a route leads to')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action(async (flags: DoctorFlags) => {
    await context.run(flags, async () => (await import('./doctor.ts')).doctor(flags, context));
    // A question that nobody answers may still be under way.
    context.leave?.();
  });
}
