import { Argument, type Command } from 'commander';
import { exitCodes, type CommandContext } from './command.ts';
import { completedShells, completionScript, type CompletedShell } from './completion.ts';
import { completionTree } from './completionTree.ts';

/** Adds `steward completion`: it completes all that the program has by then. */
export function addCompletion(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .description('print the script by which a shell completes commands, flags and values')
    .addArgument(new Argument('<shell>', 'the shell').choices(completedShells))
    .addHelpText(
      'after',
      `
It needs a command named steward: an alias does too.

Examples:
  source <(steward completion bash)                                    in ~/.bashrc
  source <(steward completion zsh)                                     in ~/.zshrc, after compinit
  steward completion fish > ~/.config/fish/completions/steward.fish`,
    )
    .action((shell: CompletedShell) =>
      context.run({}, () => {
        const text = completionScript(shell, completionTree(program));
        return Promise.resolve({ text, document: { shell, script: text }, exitCode: exitCodes.ok });
      }),
    );
}
