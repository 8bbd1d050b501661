import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { until } from './until.ts';

const ownEntry = join(__dirname, '..', '..', '..', 'src', 'cli', 'main.ts');

/** What a run of the `steward` command left. */
export interface Ended {
  stdout: string;
  stderr: string;
  exitCode: number | null;
}

/** Where and with what the command is started. */
export interface StewardOptions {
  folder: string;
  /** The command's own file, where it is not that of this clone. */
  entry?: string;
  /** The Node that runs it, where it is not that of the test. */
  node?: string;
  /** What it reads from standard input. */
  input?: string;
  /** Variables beside those of the machine. */
  environment?: NodeJS.ProcessEnv;
}

/**
 * Runs the `steward` command as a process of its own, away from the machine's own configuration: no AWS_*,
 * TEMPORAL_* or STEWARD_* variable reaches it but those given.
 */
export async function runSteward(words: readonly string[], options: StewardOptions): Promise<Ended> {
  return ended(started(words, options));
}

/**
 * Runs a command until a worker has answered it: on a busy machine a worker can be later than the command waits. Then the
 * command has asked for nothing, says so, and may be repeated. The deadline of the test ends it.
 */
export function answeredSteward(words: readonly string[], options: StewardOptions): Promise<Ended> {
  return until(async () => {
    const ended = await runSteward(words, options);
    return /no answer\s+came\s+in\s+time/.test(`${ended.stdout}${ended.stderr}`) ? undefined : ended;
  });
}

/**
 * Starts `steward worker`, `ingress` or `run` and waits for the JSON document that says that it is ready.
 * @throws where it ends before that, with what it wrote
 */
export async function startSteward(
  words: readonly string[],
  options: StewardOptions,
): Promise<{
  ready: Record<string, unknown>;
  /** What it has written to standard error so far. */
  log: () => string;
  stop: (signal: NodeJS.Signals) => Promise<Ended>;
}> {
  const child = started([...words, '--json'], options);
  const whole = ended(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const document = await written(child, 'stdout', whole, (text) => text.endsWith('}\n'));
  const stop = (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return whole;
  };
  return { ready: JSON.parse(document) as Record<string, unknown>, log: () => log, stop };
}

/**
 * Runs the `steward` command and presses Ctrl-C once it has said something on standard error.
 * @throws where it ends before that, with what it wrote
 */
export async function interruptSteward(
  words: readonly string[],
  options: StewardOptions,
  sentence: string,
): Promise<Ended> {
  const child = started(words, options);
  const whole = ended(child);
  await written(child, 'stderr', whole, (text) => text.includes(sentence));
  child.kill('SIGINT');
  return whole;
}

/** What a child has written to a stream, once it fits. @throws where the child ends before that, with what it wrote */
function written(
  child: ChildProcessWithoutNullStreams,
  stream: 'stdout' | 'stderr',
  whole: Promise<Ended>,
  fits: (text: string) => boolean,
): Promise<string> {
  let said = '';
  const seen = new Promise<string>((resolve) => {
    child[stream].on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (fits(said)) resolve(said);
    });
  });
  const early = whole.then(({ stderr }) => Promise.reject(new Error(`it ended before it said so: ${stderr}`)));
  // After that, its end is the test's own doing.
  early.catch(() => {});
  return Promise.race([seen, early]);
}

/** Starts the `steward` command, away from the machine's own configuration. */
export function started(words: readonly string[], options: StewardOptions): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|TEMPORAL|STEWARD)_/.test(name));
  const child = spawn(options.node ?? process.execPath, [options.entry ?? ownEntry, ...words], {
    cwd: options.folder,
    env: { ...Object.fromEntries(inherited), ...options.environment },
  });
  child.stdin.end(options.input ?? '');
  return child;
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { stdout, stderr, exitCode };
}
