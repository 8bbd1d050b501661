import type { Command } from 'commander';
import type { ListFlags } from '../actions/list.ts';
import type { CommandContext } from '../context.ts';
import { positiveInteger } from '../numbers.ts';
import { addTemporalFlags } from '../temporalFlags.ts';

const help = `
Examples:
  npx steward list --attention               what needs an operator
  npx steward list --type changeSetRemediation --account 111122223333
  npx steward list --closed --limit 200 --json`;

/** Adds `steward list`. */
export function addList(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .description('list the workflows: state, who is awaited, attempt, due date')
    .option('--state <state>', 'only those in this state, as the column STATE shows it')
    .option('--account <id>', 'only those of this AWS account or businessProductId')
    .option('--attention', 'only those that need an operator')
    .option('--type <type>', 'only those of this workflow type, for instance changeSetRemediation')
    .option('--closed', 'those that have ended, instead of those that run')
    .option('--limit <n>', 'at most so many', positiveInteger, 50)
    .option('--ui <url>', 'base address of the Web UI, for links')
    .option('--json', 'print one JSON array and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action((flags: ListFlags) =>
    context.run(flags, async () => (await import('../actions/list.ts')).list(flags, context)),
  );
}
