import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addService } from '../service.ts';

const help = `
It ends on SIGTERM or SIGINT, once it has answered what is under way. Accounts and policies follow the
configuration file; SIGHUP has it read at once.

Examples:
  npx steward ingress --config steward.yaml
  STEWARD_CONFIG=steward.yaml TEMPORAL_ADDRESS=temporal.example.com:7233 npx steward ingress`;

/** Adds `steward ingress`. */
export function addIngress(program: Command, context: CommandContext): void {
  addService(program, context, {
    name: 'ingress',
    description: 'run the HTTP ingress: takes events and hands them to Temporal',
    help,
    secrets: ['ingress'],
    start: async (configuration, logger) => {
      const { runIngressProcess } = await import('../../ingress/process.ts');
      return runIngressProcess(configuration, logger);
    },
    ready: ({ url }, { temporal: { namespace } }) => ({
      text: `The ingress takes events at ${url} (namespace ${namespace}).`,
      document: { ready: true, url, namespace },
    }),
  });
}
