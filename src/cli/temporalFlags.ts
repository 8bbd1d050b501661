import type { Command } from 'commander';

/** The flags by which a command is told where Temporal and its Web UI are. */
export interface TemporalFlags {
  readonly address?: string;
  readonly namespace?: string;
  readonly ui?: string;
}

/** Gives a command the flags of {@link TemporalFlags}. */
export function addTemporalFlags(command: Command): Command {
  return command
    .option('--address <host:port>', "Temporal's address (else TEMPORAL_ADDRESS, else that of a running npm start)")
    .option('--namespace <name>', 'the namespace (else TEMPORAL_NAMESPACE)');
}
