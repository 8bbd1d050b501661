import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../config/errors.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { exitCodes, unforeseenProblem } from './problems.ts';
import type { ExitCode } from './problems.ts';
import { runProgram } from './program.ts';

const progressLine = '\r\u001b[K';
const usualColumns = 80;
let progressShown = false;

function note(line: string): void {
  clearProgress();
  process.stderr.write(`${line}\n`);
}

function progress(line: string): void {
  if (!process.stderr.isTTY) return;
  progressShown = true;
  // A line that wraps could not be taken back. Some terminals give no width, or 0.
  const room = (process.stderr.columns || usualColumns) - 1;
  process.stderr.write(`${progressLine}${`${line} …`.slice(0, room)}`);
}

function clearProgress(): void {
  if (progressShown) process.stderr.write(progressLine);
  progressShown = false;
}

async function run(options: { readonly json?: true }, command: () => Promise<CommandResult>): Promise<void> {
  try {
    const { text, document, exitCode } = await command();
    clearProgress();
    process.stdout.write(`${options.json === true ? JSON.stringify(document, undefined, 2) : text}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    const problem = { message: messageOf(error), exitCode: exitCodeOf(error) };
    note(`steward: ${problem.message}`);
    if (options.json === true) process.stdout.write(`${JSON.stringify({ error: problem }, undefined, 2)}\n`);
    process.exitCode = problem.exitCode;
  }
}

function messageOf(error: unknown): string {
  // Every field at fault is named, on a line of its own.
  return error instanceof ConfigurationError ? error.message : unforeseenProblem(error).message;
}

function exitCodeOf(error: unknown): ExitCode {
  return error instanceof ConfigurationError ? exitCodes.usage : unforeseenProblem(error).exitCode;
}

const context: CommandContext = {
  environment: process.env,
  workingDirectory: process.cwd(),
  clone: fileURLToPath(new URL('../../', import.meta.url)),
  note,
  progress,
  run,
};

// A reader that ends early (`steward list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
});

const parsed = await runProgram(process.argv.slice(2), context);
process.exitCode ??= parsed;
