import type { Command } from 'commander';
import { contracts } from '../workflows/contracts.ts';
import { choiceOf } from './choice.ts';
import type { CommandContext } from './command.ts';
import type { ListFlags } from './list.ts';
import { addTemporalFlags, positiveInteger } from './options.ts';

const types = contracts.map(({ type }) => type);
const states = [...new Set(contracts.flatMap((contract) => Object.keys(contract.states)))];

/** Adds `steward list`. */
export function addList(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .description('list the workflows: state, whether one needs you, attempt, due date')
    .option('--state <state>', 'only those in this state, as the column STATE shows it', choiceOf('states', states))
    .option('--account <id>', 'only those of this AWS account or businessProductId')
    .option('--attention', 'only those that need an operator')
    .option('--type <type>', 'only those of this workflow type', choiceOf('types', types))
    .option('--closed', 'those that have ended, instead of those that run')
    .option('--limit <n>', 'at most so many', positiveInteger, 50)
    .option('--ui <url>', 'base address of the Web UI, for links')
    .option('--json', 'print one JSON array and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  steward list --attention               what needs an operator
  steward list --type changeSetRemediation --account 111122223333
  steward list --closed --limit 200 --json`,
    );
  addTemporalFlags(command).action((flags: ListFlags) =>
    context.run(flags, async () => (await import('./list.ts')).list(flags, context)),
  );
}
