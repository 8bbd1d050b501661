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

/** Commands that are given as a stream comes to them. */
export interface Operators {
  /** So much of the stream has set out. */
  readonly at: (share: number) => void;
  /** How many are not taken yet, and not given up. */
  readonly left: () => number;
}

const againAfterMs = 1_500;
const longestPauseMs = 8_000;
const answerWithinMs = 60_000;
const keptCharacters = 2_000;
/** An operator gives up after that: the workflow asks for nothing of the kind. */
const mostAttempts = 25;
/** Processes of the command at the same time. */
const atOnce = 2;

/** Gives each command until it is taken. */
export function operatorsOf(commands: readonly PlannedCommand[], options: OperatorOptions): Operators {
  const { write, signal } = options;
  const waiting = commands.toSorted((one, other) => one.at - other.at);
  let next = 0;
  let left = commands.length;
  let running = 0;

  async function attempted(command: PlannedCommand): Promise<Awaited<ReturnType<typeof ran>>> {
    while (running >= atOnce) await pause(50, undefined, { signal });
    running += 1;
    try {
      return await ran(command, options);
    } finally {
      running -= 1;
    }
  }

  async function give(command: PlannedCommand): Promise<void> {
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const { exitCode, output } = await attempted(command);
      write({ at: now(), key: command.key, exitCode, attempt, output: output.slice(-keptCharacters) });
      if (exitCode === 0) return;
      await pause(Math.min(longestPauseMs, againAfterMs * 1.3 ** (attempt - 1)), undefined, { signal });
    }
  }

  return {
    at(share) {
      for (let command = waiting[next]; command !== undefined && command.at <= share; command = waiting[next]) {
        next += 1;
        give(command)
          // Only the end of the run rejects.
          .catch(() => undefined)
          .finally(() => (left -= 1));
      }
    },
    left: () => left,
  };
}

function ran(
  { words, input = '' }: PlannedCommand,
  { environment, folder, signal }: OperatorOptions,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...stewardWords(words)], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  // It may end without reading.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, output: `${output}${error.message}` }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}
