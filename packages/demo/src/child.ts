import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A service of ours that runs as a process of its own, as in production. */
export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** Lets it begin its work; until then it only loads its code. */
  begin(environment: NodeJS.ProcessEnv): void;
  /** Resolves once it says on standard output that it is ready. Rejects when it ends before, or takes over a minute. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, with how it went. */
  readonly ended: Promise<string>;
  /** The last lines of its log. */
  lastLines(): string;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when the process is gone. */
  stop(graceMs: number): Promise<void>;
}

/** How a child is started. */
export interface ChildOptions {
  readonly name: 'worker' | 'ingress';
  readonly configurationFile: string;
  /** What it is started with; the rest comes with `begin`. */
  readonly environment: NodeJS.ProcessEnv;
  /** Overwritten. */
  readonly logFile: string;
}

const linesKept = 8;
const readyWithinMs = 60_000;
const entry = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const preload = new URL('./childPreload.ts', import.meta.url).href;

/**
 * Runs `steward worker` or `steward ingress` in a process group of its own, so that a Ctrl-C in the terminal reaches it
 * only through us. Its log goes to the file.
 */
export function startChild({ name, configurationFile, environment, logFile }: ChildOptions): Child {
  const log = openSync(logFile, 'w');
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      preload,
      entry,
      name,
      '--config',
      configurationFile,
      '--json',
    ],
    { env: environment, detached: true, stdio: ['ignore', 'pipe', log, 'ipc'] },
  );
  closeSync(log);
  const lastLines = () => tail(logFile);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with status ${code}` : `was ended by ${signal}`),
    );
  });
  const answered = new Promise<void>((resolve) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      // An error is a document too; what it says stands in the log as well, and the process ends.
      if (saysReady(text)) resolve();
    });
  });
  const endedEarly = ended.then((how): never => {
    throw new ChildFailed({ name, logFile, lastLines }, how);
  });
  const late = Promise.withResolvers<never>();
  const ready = Promise.race([answered, endedEarly, late.promise]);
  // A rejection that nobody awaits must not end the process.
  ready.catch(() => undefined);
  return {
    name,
    logFile,
    begin(more) {
      // A child that has ended by now rejects `ready`.
      child.send(more, () => undefined);
      const how = `was not ready within ${readyWithinMs / 1_000} s`;
      setTimeout(() => late.reject(new ChildFailed({ name, logFile, lastLines }, how)), readyWithinMs).unref();
    },
    ready,
    ended,
    lastLines,
    async stop(graceMs) {
      if (child.pid === undefined) return;
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/** A child has ended although nobody stopped it, or does not come to serve. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';

  constructor({ name, logFile, lastLines }: Pick<Child, 'name' | 'logFile' | 'lastLines'>, how: string) {
    super(`The ${name} ${how}. The last lines of its log (${logFile}):\n${lastLines()}`);
  }
}

function saysReady(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'ready' in answer && answer.ready === true;
  } catch {
    return false;
  }
}

function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-linesKept).join('\n');
  } catch {
    return '';
  }
}
