import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { OperatorFlags } from './actions/give.ts';
import type { CommandContext } from './context.ts';
import type { GivenCommand, OperatorCommandInput } from './operatorCommandInput.ts';
import { addTemporalFlags } from './temporalFlags.ts';

interface OperatorCommandTexts {
  readonly name: GivenCommand;
  readonly description: string;
  readonly help: string;
}

/**
 * Adds one of the commands, with actor and reason required: nobody acts in nobody's name.
 * @param wordsOf makes what the workflow is sent from the flags; those of its own are added to the command given back.
 */
export function addOperatorCommand<Flags extends OperatorFlags>(
  program: Command,
  context: CommandContext,
  { name, description, help }: OperatorCommandTexts,
  wordsOf: (flags: Flags) => OperatorCommandInput | Promise<OperatorCommandInput>,
): Command {
  const command = program
    .command(name)
    .description(description)
    .argument('<id>', 'the id of a workflow, or of a change set')
    .requiredOption('--actor <name>', 'who decides: it is kept in the record', spoken)
    .requiredOption('--reason <text>', 'why: it is kept in the record', spoken)
    .option('--json', 'print the answer as one JSON document and nothing else')
    .addHelpText('after', help);
  return addTemporalFlags(command).action((id: string, flags: Flags) =>
    context.run(flags, async () => {
      const words = await wordsOf(flags);
      return (await import('./actions/give.ts')).give(words, id, flags, context);
    }),
  );
}

/** A command that consists of who gives it and why. */
export function addPlainOperatorCommand(
  program: Command,
  context: CommandContext,
  texts: OperatorCommandTexts & { readonly name: Exclude<GivenCommand, 'amend' | 'resolve' | 'snooze'> },
): void {
  addOperatorCommand(program, context, texts, ({ actor, reason }) => ({
    command: texts.name,
    input: { actor, reason },
  }));
}

/** A text that says something, for commander. */
export function spoken(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidArgumentError('it must not be empty.');
  return trimmed;
}
