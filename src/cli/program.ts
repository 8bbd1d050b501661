import { Command, CommanderError } from 'commander';
import { addBackfill } from './backfillCommands.ts';
import { exitCodes, type CommandContext, type ExitCode } from './command.ts';
import { addCodecServer, addIngress, addReplayHistories, addRun, addShow, addVersion, addWorker } from './commands.ts';
import { addCompletion } from './completionCommand.ts';
import { addConfig } from './configCommands.ts';
import { addDlq } from './dlqCommands.ts';
import { addDoctor } from './doctorCommand.ts';
import { addEmit } from './emitCommands.ts';
import { addHealth, addOpen } from './healthCommands.ts';
import { addLinks } from './linksCommand.ts';
import { addList } from './listCommands.ts';
import { addOperatorCommands } from './operatorCommands.ts';
import { addQuarantine } from './quarantineCommands.ts';
import { addReconcile } from './reconcileCommands.ts';
import { addSchedules } from './scheduleCommands.ts';
import { addStatus, addWatch, knowsTemporal } from './statusCommands.ts';

const help = `
Exit status: 0 done, 1 failed or refused, 2 wrong usage or configuration,
3 Temporal, a worker or the ingress does not answer, 4 no such workflow, 130 Ctrl-C.
Everything about a command: steward <command> --help`;

const everyCommand = [
  addStatus,
  addWatch,
  addWorker,
  addIngress,
  addRun,
  addCodecServer,
  addEmit,
  addList,
  addLinks,
  addShow,
  addOpen,
  addHealth,
  addReplayHistories,
  addOperatorCommands,
  addQuarantine,
  addBackfill,
  addReconcile,
  addSchedules,
  addDlq,
  addConfig,
  addDoctor,
  addVersion,
  addCompletion,
];

/** The program with all of its commands. */
export function stewardProgram(context: CommandContext): Command {
  const program = new Command('steward')
    .description('Durable handling of AWS Marketplace and Buy with Prime events on Temporal.')
    .exitOverride()
    .option('-V, --version', 'print the release')
    .addHelpText('after', help);
  for (const add of everyCommand) add(program, context);
  pointToHelp(program, program.name());
  return program;
}

/**
 * Parses the arguments and runs the command that they name.
 * @param words the arguments after the program's own name.
 * @returns the exit status of the parsing alone; a command's own is what it gives to `context.run`.
 */
export async function runProgram(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const program = stewardProgram(context);
  try {
    if (words.length === 1 && ['-V', '--version'].includes(words[0] ?? '')) {
      await context.run({}, async () => (await import('./version.ts')).release(context));
      return exitCodes.ok;
    }
    const isPlain = words.length === 0 && (await knowsTemporal(context));
    await program.parseAsync(isPlain ? ['status'] : named(words), { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Commander has said what is wrong by now; it ends with 0 after a help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw error;
  }
}

/** After an error, each command points to its own help. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`See what is right with: ${name} --help`);
  for (const part of command.commands) pointToHelp(part, `${name} ${part.name()}`);
}

/** `steward replay` replays a kept event, which its ids name; with a query it replays the histories of workflows. */
function named(words: readonly string[]): readonly string[] {
  const [name, ...rest] = words;
  const isQuery = name === 'replay' && rest.some((word) => /^--query(=|$)/.test(word));
  return isQuery ? ['replay-histories', ...rest] : words;
}
