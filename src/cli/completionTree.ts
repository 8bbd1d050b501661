import type { Command, Option } from 'commander';
import { choicesOf } from './choice.ts';

/** A flag as a shell completes it. */
export interface CompletedFlag {
  /** `--state`, and `-o` where there is a short form. */
  readonly names: readonly string[];
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values that it takes, where they are few; else the shell offers files. */
  readonly values: readonly string[];
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly CompletedFlag[];
  /** Its own commands. */
  readonly commands: readonly CompletedCommand[];
  /** The values that its first argument takes, where they are few. */
  readonly values: readonly string[];
}

function flagOf(option: Option): CompletedFlag {
  return {
    names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
    description: option.description,
    takesValue: option.required || option.optional,
    values: option.argChoices ?? choicesOf(option.parseArg) ?? [],
  };
}

const help: CompletedFlag = {
  names: ['--help', '-h'],
  description: 'display help for command',
  takesValue: false,
  values: [],
};

/** What the command table has: commands, flags and the values of choices. */
export function completionTree(command: Command): CompletedCommand {
  const [first] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.description(),
    flags: [...command.options.filter(({ hidden }) => !hidden).map(flagOf), help],
    commands: command.commands.map(completionTree),
    values: first?.argChoices ?? choicesOf(first?.parseArg) ?? [],
  };
}
