import { createInterface } from 'node:readline/promises';
import { CommandProblem, exitCodes } from './command.ts';

/** Where an operator is asked. */
interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Whether somebody can be asked: reads and sees what stands in the terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks for a yes. Anything else is a no, and so is the end of the input.
 * @throws CommandProblem `interrupted` for Ctrl-C
 */
export async function confirmed(
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  const terminal = createInterface({ input, output });
  try {
    const interrupted = new Promise<never>((_, reject) =>
      terminal.once('SIGINT', () => reject(new CommandProblem(exitCodes.interrupted, 'Nothing was sent.'))),
    );
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), interrupted, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
