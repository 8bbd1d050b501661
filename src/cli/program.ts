import { Command, CommanderError } from 'commander';
import { addAbandon } from './commands/abandon.ts';
import { addAcknowledge } from './commands/acknowledge.ts';
import { addAmend } from './commands/amend.ts';
import { addApprove } from './commands/approve.ts';
import { addBackfill } from './commands/backfill.ts';
import { addEmit } from './commands/emit.ts';
import { addIngress } from './commands/ingress.ts';
import { addList } from './commands/list.ts';
import { addRecheck } from './commands/recheck.ts';
import { addReopen } from './commands/reopen.ts';
import { addResolve } from './commands/resolve.ts';
import { addRetry } from './commands/retry.ts';
import { addShow } from './commands/show.ts';
import { addSnooze } from './commands/snooze.ts';
import { addWorker } from './commands/worker.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './problems.ts';
import type { ExitCode } from './problems.ts';

const help = `
Exit status: 0 done, 1 failed or refused, 2 wrong usage or configuration,
3 Temporal, a worker or the ingress does not answer, 4 no such workflow, 130 Ctrl-C.
Everything about a command: npx steward <command> --help`;

const everyCommand = [
  addWorker,
  addIngress,
  addEmit,
  addList,
  addShow,
  addRetry,
  addAmend,
  addApprove,
  addAcknowledge,
  addSnooze,
  addResolve,
  addReopen,
  addRecheck,
  addAbandon,
  addBackfill,
];

/**
 * Parses the arguments and runs the command that they name.
 * @param words the arguments after the program's own name.
 * @returns the exit status of the parsing alone; a command's own is what it gives to `context.run`.
 */
export async function runProgram(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const program = new Command('steward')
    .description('Durable handling of AWS Marketplace and Buy with Prime events on Temporal.')
    .exitOverride()
    .showHelpAfterError('What is right: npx steward <command> --help')
    .addHelpText('after', help);
  for (const add of everyCommand) add(program, context);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // Commander has said what is wrong by now; it ends with 0 after a help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw error;
  }
}
