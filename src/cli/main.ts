import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../config/errors.ts';
import { exitCodes, unforeseenProblem, type CommandContext, type CommandResult } from './command.ts';
import { terminalJson, terminalText } from './format.ts';
import { pagerFor, showPaged } from './pager.ts';
import { runProgram } from './program.ts';
import { screenText, type Line } from './screen.ts';

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

let isDrawn = false;

/** On a terminal each line replaces the one that stood there: clearing the whole screen first would flicker. */
function draw(lines: readonly Line[]): void {
  const text = screenText(lines);
  if (process.stdout.isTTY) {
    const begin = isDrawn ? '\u001b[H' : '\u001b[2J\u001b[H';
    process.stdout.write(`${begin}${text.replaceAll('\n', '\u001b[K\n')}\u001b[K\n\u001b[J`);
  } else process.stdout.write(`${isDrawn ? '\n' : ''}${text}\n`);
  isDrawn = true;
}

function clearProgress(): void {
  if (progressShown) process.stderr.write(progressLine);
  progressShown = false;
}

/** Shows what is taller than the terminal by the reader's pager. @returns whether it did. */
function paged(printed: string | Uint8Array): boolean {
  if (typeof printed !== 'string') return false;
  const { isTTY, rows } = process.stdout;
  const isTerminal = isTTY && process.stdin.isTTY;
  const pager = pagerFor(process.env, { isTerminal, rows, lines: printed.split('\n').length });
  return pager !== undefined && showPaged(pager, printed, process.env);
}

async function run(options: { readonly json?: true }, command: () => Promise<CommandResult>): Promise<void> {
  try {
    const { text, screen, document, exitCode, bytes } = await command();
    clearProgress();
    const shown = screen === undefined ? terminalText(text) : screenText(screen);
    const printed = bytes ?? `${options.json === true ? terminalJson(document) : shown}\n`;
    // What was drawn stands there already.
    if (!isDrawn && (options.json === true || !paged(printed))) process.stdout.write(printed);
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
  draw,
  run,
  leave: () => void setTimeout(() => process.exit(), leaveWithinMs).unref(),
};

// A reader that ends early (`steward list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed);
});

const parsed = await runProgram(process.argv.slice(2), context);
process.exitCode ??= parsed;
