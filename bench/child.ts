import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { watchProcess } from '@marketplace-steward/testing/temporal/serverProcess';
import type { Stops } from './stops.ts';

/** A process of ours with a channel to it. */
export interface Child {
  readonly process: ChildProcess;
  /** Rejects with the end of its log when the process ends, for any reason. */
  readonly gone: Promise<never>;
  /** SIGTERM, after five seconds SIGKILL; resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

/** What runs, and how. */
export interface ChildOptions {
  /** For messages. */
  readonly name: string;
  /** The script and its arguments. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Node's own flags. */
  readonly flags?: readonly string[];
  /** For what it writes, behind what is there: several processes may have one. */
  readonly logFile: string;
  readonly stops: Stops;
}

const graceMs = 5_000;
const linesKept = 8;
const preload = new URL('./endWithParent.ts', import.meta.url).href;

/**
 * Runs a script of ours as a process of its own, in a group of its own, so that a Ctrl-C in the terminal reaches it only
 * through us.
 */
export function startChild({ name, words, environment, flags = [], logFile, stops }: ChildOptions): Child {
  const log = openSync(logFile, 'a');
  const child = spawn(
    process.execPath,
    [...flags, '--disable-warning=ExperimentalWarning', '--import', preload, ...words],
    {
      env: environment,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `status ${code}`}`));
  });
  const gone = ended.then((how): never => {
    throw new Error(`the ${name} ${how}; its log ends with:\n${tailOf(logFile)}`);
  });
  // It notices the end of its parent, unless it is stopped by SIGSTOP or busy: a run of chaos that was killed left such ones.
  const watcher = child.pid === undefined ? undefined : watchProcess(child.pid);
  void ended.then(() => watcher?.kill('SIGKILL'));
  // Callers that wait for an answer see it; there may be none.
  gone.catch(() => undefined);
  const stop = stops.add(async () => {
    if (child.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(force);
  });
  return { process: child, gone, stop };
}

function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-linesKept).join('\n');
}
