import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../config/errors.ts';
import { exitCodes, unforeseenProblem, type CommandContext, type CommandResult } from './command.ts';
import { terminalJson, terminalText } from './format.ts';
import { runProgram } from './program.ts';
import { screenText } from './screen.ts';

const progressLine = '\r\u001b[K';
const usualColumns = 80;
/** What is written has left by then. */
const leaveWithinMs = 200;
let progressShown = false;

function note(line: string): void {
  clearProgress();
  process.stderr.write(`${terminalText(line)}\n`);
}

function progress(line: string): void {
  if (!process.stderr.isTTY) return;
  progressShown = true;
  // Nothing could erase a line that wraps. Some terminals give no width, or 0.
  const width = (process.stderr.columns || usualColumns) - 1;
  process.stderr.write(`${progressLine}${`${terminalText(line)} …`.slice(0, width)}`);
}

function clearProgress(): void {
  if (progressShown) process.stderr.write(progressLine);
  progressShown = false;
}

async function run(options: { readonly json?: true }, command: () => Promise<CommandResult>): Promise<void> {
  try {
    const { text, screen, document, exitCode, bytes } = await command();
    clearProgress();
    const shown = screen === undefined ? terminalText(text) : screenText(screen);
    process.stdout.write(bytes ?? `${options.json === true ? terminalJson(document) : shown}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    const problem = problemOf(error);
    note(`steward: ${problem.message}`);
    if (options.json === true) process.stdout.write(`${terminalJson({ error: problem })}\n`);
    process.exitCode = problem.exitCode;
  }
}

function problemOf(error: unknown): { readonly message: string; readonly exitCode: number } {
  // The whole message: it names every field at fault, each on a line of its own.
  if (error instanceof ConfigurationError) return { message: error.message, exitCode: exitCodes.usage };
  const { message, exitCode } = unforeseenProblem(error);
  return { message, exitCode };
}

const context: CommandContext = {
  environment: process.env,
  workingDirectory: process.cwd(),
  clone: fileURLToPath(new URL('../../', import.meta.url)),
  note,
  progress,
  run,
  leave: () => void setTimeout(() => process.exit(), leaveWithinMs).unref(),
};

// A reader that ends early (`steward list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
});

const parsed = await runProgram(process.argv.slice(2), context);
process.exitCode ??= parsed;
