import type { UpdateDefinition } from '@temporalio/common';
import { setHandler } from '@temporalio/workflow';
import type { CommandAnswer, CommandInput } from './operatorCommands.ts';
import { inputProblem } from './operatorCommands.ts';

/** How a workflow takes one command from operators. */
export interface CommandHandling<Command extends CommandInput = CommandInput> {
  /** Shown in the Web UI's list of updates: what it does; a JSON example is added. */
  readonly description: string;
  /** Why the command makes no sense now, or what is wrong with its data, in a sentence; undefined where all is well. */
  readonly refusal: (command: Command) => string | undefined;
  /** Takes the command; synchronous, so that the next validator sees its effect. */
  readonly take: (command: Command) => CommandAnswer;
}

/** An Error whose stack says nothing: the Web UI shows stacks, and operators need the sentence only. */
export function refusalError(sentence: string): Error {
  const error = new Error(sentence);
  error.stack = sentence;
  return error;
}

/** Registers a command as an update with a synchronous validator. */
export function handleCommand<Command extends CommandInput>(
  definition: UpdateDefinition<CommandAnswer, [Command]>,
  { description, refusal, take }: CommandHandling<Command>,
): void {
  setHandler(definition, take, {
    description: `${description} Data: {"actor": "<your-name>", "reason": "<why>"}`,
    validator: (command) => {
      const sentence = inputProblem(command) ?? refusal(command);
      if (sentence !== undefined) throw refusalError(sentence);
    },
  });
}
