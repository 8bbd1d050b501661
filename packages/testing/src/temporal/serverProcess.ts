import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** A server that this process started. */
export interface ServerProcess {
  pid: number;
  /** The last lines it wrote, for a message. */
  lastLines(): string;
  /** Resolves when the process has ended, for whatever reason. */
  ended: Promise<void>;
  hasEnded(): boolean;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
}

const linesKept = 15;
/** Ends the server when its own standard input closes, which the kernel does however this process ends. */
const watcherScript = `cat >/dev/null 2>&1
kill -TERM "$1" 2>/dev/null
for second in 1 2 3 4 5; do kill -0 "$1" 2>/dev/null || exit 0; sleep 1; done
kill -KILL "$1" 2>/dev/null`;

/**
 * Starts a server in a process group of its own, so that a Ctrl-C in the terminal reaches it only through us, with
 * a watcher beside it that ends it when this process dies without having stopped it (SIGKILL included).
 *
 * @throws Error where the command cannot be started
 */
export async function startServerProcess(command: string, args: readonly string[]): Promise<ServerProcess> {
  const server = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let ended = false;
  const whenEnded = new Promise<void>((resolve) => {
    server.once('exit', () => {
      ended = true;
      resolve();
    });
  });
  const lines: string[] = [];
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
      lines.splice(0, lines.length - linesKept);
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('spawn', resolve);
    server.once('error', (error) => reject(new Error(`${command} cannot be started: ${error.message}`)));
  });
  const pid = server.pid ?? 0;
  const watcher = watchProcess(pid);
  void whenEnded.then(() => watcher?.kill('SIGKILL'));

  return {
    pid,
    lastLines: () => lines.join('\n'),
    ended: whenEnded,
    hasEnded: () => ended,
    stop: async (graceMs) => {
      if (!ended) server.kill('SIGTERM');
      const force = setTimeout(() => server.kill('SIGKILL'), graceMs);
      await whenEnded;
      clearTimeout(force);
    },
  };
}

/**
 * Has a process end when this one does, however: SIGTERM, then SIGKILL. Kill the watcher once that process has ended,
 * since another one may get its pid.
 */
export function watchProcess(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watcher = spawn('sh', ['-c', watcherScript, 'sh', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a watcher the server still ends by stop(), or at the next start on the same database file.
  watcher.once('error', () => {});
  watcher.unref();
  return watcher;
}
