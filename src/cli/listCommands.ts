import { InvalidArgumentError, Option, type Command } from 'commander';
import { contracts } from '../workflows/contracts.ts';
import { choiceOf } from './choice.ts';
import type { CommandContext } from './command.ts';
import { conditionProblem } from './givenQuery.ts';
import type { ListFlags } from './list.ts';
import { columnNames, outputs, type ListColumn } from './listNames.ts';
import { addTemporalFlags, positiveInteger } from './options.ts';
import { pageStart } from './pageToken.ts';
import { dueWhen, sinceWhen } from './whens.ts';

const types = contracts.map(({ type }) => type);
const states = [...new Set(contracts.flatMap((contract) => Object.keys(contract.states)))];
const chosenColumn = choiceOf('columns', columnNames);

function columnsIn(text: string): readonly ListColumn[] {
  const names = text.split(',').map((name) => chosenColumn(name.trim()));
  return columnNames.filter((name) => names.includes(name)).toSorted((a, b) => names.indexOf(a) - names.indexOf(b));
}

function condition(text: string): string {
  const problem = conditionProblem(text);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return text;
}

/** Adds `steward list`. */
export function addList(program: Command, context: CommandContext): void {
  const command = program
    .command('list')
    .description('list the workflows, the most urgent first: what each is about, its state, when it is due')
    .option('--state <state>', 'only those in this state, as the column STATE shows it', choiceOf('states', states))
    .option('--account <id>', 'only those of this AWS account or businessProductId')
    .option('--attention', 'only those that need an operator')
    .option('--type <type>', 'only those of this workflow type', choiceOf('types', types))
    .option('--closed', 'those that have ended, instead of those that run; the newest first')
    .option('--since <when>', 'started since then, or ended since then: 24h, 7d, today, yesterday, a date', (text) =>
      sinceWhen(text),
    )
    .option('--due <when>', 'due by then, overdue ones too: overdue, today, 7d, a date', (text) => dueWhen(text))
    .option('--query <condition>', "only those of this condition, in Temporal's list filter language", condition)
    .option(
      '--limit <n>',
      'at most so many (else 50, and all urgent ones); none hides what is overdue or due today',
      positiveInteger,
    )
    .option('--page <page>', 'go on where the page before ended: its “next”, with the same options', pageStart)
    .option('--columns <names>', `these columns, with commas between: ${columnNames.join(', ')}`, columnsIn)
    .option('--wide', 'cut nothing and show more columns, however wide a row becomes')
    .option('--ui <url>', 'base address of the Web UI, for links')
    .addOption(new Option('-o, --output <form>', `one of ${outputs.join(', ')}`).argParser(choiceOf('forms', outputs)))
    .addOption(new Option('--json', 'print one JSON document and nothing else').conflicts('output'))
    .addHelpText(
      'after',
      `
Examples:
  steward list --attention               what needs an operator
  steward list --due 7d                  what is overdue, or due within a week
  steward list --type changeSetRemediation --account 111122223333
  steward list --closed --since yesterday -o csv
  steward list --query 'StewardAttempt > 2' --columns subject,state,account,id`,
    );
  addTemporalFlags(command).action((given: ListFlags) => {
    const flags: ListFlags = given.output === 'json' ? { ...given, json: true } : given;
    return context.run(flags, async () => (await import('./list.ts')).list(flags, context));
  });
}
