import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { PersonFlags } from './actions/give.ts';
import type { CommandContext } from './context.ts';
import { addTemporalFlags } from './temporalFlags.ts';
import type { ChangeSetCommand } from './updateId.ts';

/** Adds one of the commands, with actor and reason required: nobody acts in nobody's name. */
export function addPersonCommand(
  program: Command,
  context: CommandContext,
  texts: { readonly name: ChangeSetCommand; readonly description: string; readonly help: string },
): void {
  const { name, description, help } = texts;
  const command = program
    .command(name)
    .description(description)
    .argument('<id>', 'the id of the change set, or of its workflow')
    .requiredOption('--actor <name>', 'who decides: it is kept in the record', words)
    .requiredOption('--reason <text>', 'why: it is kept in the record', words)
    .option('--json', 'print the answer as one JSON document and nothing else')
    .addHelpText('after', help);
  addTemporalFlags(command).action((id: string, flags: PersonFlags) =>
    context.run(flags, async () => (await import('./actions/give.ts')).give(name, id, flags, context)),
  );
}

function words(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('it must not be empty.');
  return trimmed;
}
