import type { Command } from 'commander';
import { usageProblem, type CommandContext } from './command.ts';
import type { HealthFlags } from './health.ts';
import type { OpenFlags } from './open.ts';
import { addTemporalFlags, said } from './options.ts';

/** Adds `steward health`. */
export function addHealth(program: Command, context: CommandContext): void {
  const command = program
    .command('health')
    .description(
      'show the open alarms in words: refused access, calls that fail for long, dead letters, failing tasks, stopped workers',
    )
    .argument('[account]', 'only those of this AWS account or businessProductId', said('id'))
    .option('--ui <url>', 'base address of the Web UI, for links')
    .option('--worker', 'instead: whether the worker of this host asks for work, for the health check of a container')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
Exit status: 0 no alarm is open and every task queue has a worker, 1 otherwise.
With --worker: 0 it asks for work, 1 it does not, 3 Temporal does not answer.

Examples:
  steward health
  steward health 111122223333 --json
  steward health --worker`,
    );
  addTemporalFlags(command).action((account: string | undefined, flags: HealthFlags & { readonly worker?: true }) =>
    context.run(flags, async () => {
      if (flags.worker !== true) return (await import('./health.ts')).health(account, flags, context);
      if (account !== undefined) throw usageProblem('--worker takes no account: a worker serves all of them.');
      return (await import('./workerHealth.ts')).workerHealth(flags, context);
    }),
  );
}

/** Adds `steward open`. */
export function addOpen(program: Command, context: CommandContext): void {
  const command = program
    .command('open')
    .description('print the Web UI’s page of a workflow, and open it where a browser is at hand')
    .argument('<id>', 'a workflow id, or the id of a change set', said('id'))
    .option('--print', 'open nothing')
    .option('--ui <url>', 'base address of the Web UI')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText(
      'after',
      `
A browser is opened only from a terminal, and by the system's own opener (open, xdg-open on a desktop, rundll32).

Examples:
  steward open 5hxd2kqzj9zwulwpvhn8yp5xq
  steward open security:111122223333 --print`,
    );
  addTemporalFlags(command).action((id: string, flags: OpenFlags) =>
    context.run(flags, async () => (await import('./open.ts')).openWorkflow(id, flags, context)),
  );
}
