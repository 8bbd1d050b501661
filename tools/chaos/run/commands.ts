import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandLine, PlannedCommand } from '../records.ts';
import { now } from './lines.ts';
import { stewardWords } from './parts.ts';

/** How operators work. */
export interface OperatorOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly write: (line: CommandLine) => void;
  readonly signal: AbortSignal;
}

const againAfterMs = 2_000;
const answerWithinMs = 60_000;
const keptCharacters = 2_000;
/** An operator gives up after that: the workflow asks for nothing of the kind. */
const mostAttempts = 60;

/**
 * Gives a command until it is taken.
 * @returns true where it was
 */
export async function giveCommand({ key, words }: PlannedCommand, options: OperatorOptions): Promise<boolean> {
  const { write, signal } = options;
  for (let attempt = 1; attempt <= mostAttempts && !signal.aborted; attempt += 1) {
    const { exitCode, output } = await ran(words, options);
    write({ at: now(), key, exitCode, attempt, output: output.slice(-keptCharacters) });
    if (exitCode === 0) return true;
    await pause(againAfterMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

function ran(
  words: readonly string[],
  { environment, folder, signal }: OperatorOptions,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...stewardWords(words)], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, output: `${output}${error.message}` }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
