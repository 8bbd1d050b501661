import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { watchProcess } from '@marketplace-steward/testing/temporal/serverProcess';
import { processIdentity } from '../../packages/testing/src/temporal/processLock.mjs';

/** A process of the cluster, as its state keeps it. */
export const startedSchema = z.object({
  name: z.string(),
  pid: z.int().positive(),
  /** Distinguishes it from a later process with the same pid. */
  identity: z.string(),
});

/** One of {@link startedSchema}. */
export type Started = Readonly<z.output<typeof startedSchema>>;

/** How a process is started. */
export interface StartOptions {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** For what it writes, behind what is there. */
  readonly logFile: string;
  /** Another user than this process's own. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Whether it outlives this process. */
  readonly lasting: boolean;
}

const checkEveryMs = 100;
const tailLines = 8;

/**
 * Starts a process in a group of its own.
 * @throws Error where it cannot be started
 */
export async function startProcess(options: StartOptions): Promise<Started> {
  const { name, command, words, environment, logFile, user, lasting } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn(command, words, { env: environment, detached: true, stdio: ['ignore', log, log], ...user });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${name} cannot be started: ${error.message}`)));
  });
  child.unref();
  const pid = child.pid ?? 0;
  if (!lasting) {
    const watcher = watchProcess(pid);
    child.once('exit', () => watcher?.kill('SIGKILL'));
  }
  // Without one it has ended already: what waits for it says so, with the end of its log.
  return { name, pid, identity: processIdentity(pid) ?? 'ended at once' };
}

/** Whether it is still that process, and has not ended. */
export function isRunning({ pid, identity }: Started): boolean {
  return processIdentity(pid) === identity;
}

/**
 * Asks a process to end, and kills it where it takes longer than `graceMs`; resolves once it is gone. Another process
 * that has its pid by now is left alone.
 */
export async function stopProcess(started: Started, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const deadline = Date.now() + graceMs;
  sendSignal(started, signal);
  let killed = false;
  while (isRunning(started)) {
    if (!killed && Date.now() > deadline) {
      killed = true;
      sendSignal(started, 'SIGKILL');
    }
    await wait(checkEveryMs);
  }
}

function sendSignal(started: Started, signal: NodeJS.Signals): void {
  if (!isRunning(started)) return;
  try {
    process.kill(started.pid, signal);
  } catch {
    // It ended in between.
  }
}

/**
 * Waits until `check` is true.
 * @throws Error with the end of the process's log where it ends before, or after `withinMs`
 */
export async function untilReady(
  started: Started,
  logFile: string,
  check: () => Promise<boolean>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await check())) {
    signal.throwIfAborted();
    const how = isRunning(started) ? `is not ready after ${withinMs / 1_000} s` : 'ended';
    if (how === 'ended' || Date.now() > deadline) {
      throw new Error(`${started.name} ${how}; ${logFile} ends with:\n${tailOf(logFile)}`);
    }
    await wait(checkEveryMs, undefined, { signal });
  }
}

/** The last lines of a log. */
function tailOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n');
}

/** Whether something takes connections on a port of this machine. */
export function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
