import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import {
  startTemporalServer,
  type RunningTemporal,
  type TemporalServerOptions,
} from '@marketplace-steward/testing/temporal/temporalServer';
import type { SimulatorProcess } from '@marketplace-steward/simulators/processes';
import { startChild, type Child, type ChildOptions } from '../../../bench/child.ts';

/** What can be killed and stopped: a process, or a server that one is. */
export interface Part {
  readonly name: string;
  readonly kind: PartKind;
  /** True while it runs and is not stopped by SIGSTOP. */
  readonly isUp: () => boolean;
  /** Starts it again where it was; resolves once it is there, not once it serves. */
  readonly start: () => Promise<void>;
  /** SIGKILL; resolves once it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGSTOP. */
  readonly freeze: () => void;
  /** SIGCONT. */
  readonly thaw: () => void;
}

/** What a schedule of faults knows parts by. */
export type PartKind = 'worker' | 'httpIngress' | 'queueIngress' | 'temporal' | 'catalog' | 'buyWithPrime';

const entry = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** A process of ours. `onUnexpectedEnd` hears of an end that nobody asked for; the part is down then. */
export function processPart(
  { name, kind }: Pick<Part, 'name' | 'kind'>,
  options: () => Omit<ChildOptions, 'name'>,
  onUnexpectedEnd: (part: Part) => void,
): Part {
  let child: Child | undefined;
  let isFrozen = false;
  const part: Part = {
    name,
    kind,
    isUp: () => child !== undefined && !isFrozen,
    async start() {
      const started = startChild({ name, ...options() });
      child = started;
      isFrozen = false;
      started.process.once('exit', () => {
        if (child !== started) return;
        child = undefined;
        onUnexpectedEnd(part);
      });
    },
    async kill() {
      const killed = child;
      child = undefined;
      if (killed === undefined) return;
      killed.process.kill('SIGKILL');
      await killed.gone.catch(() => undefined);
    },
    freeze() {
      if (child?.process.kill('SIGSTOP') === true) isFrozen = true;
    },
    thaw() {
      child?.process.kill('SIGCONT');
      isFrozen = false;
    },
  };
  return part;
}

/** A simulated vendor that comes back with its state, at the same port. */
export async function simulatorPart(
  { name, kind }: Pick<Part, 'name' | 'kind'>,
  begin: (port: number) => Promise<SimulatorProcess>,
): Promise<Part & { readonly url: string; readonly stop: () => Promise<void> }> {
  let running: SimulatorProcess | undefined = await begin(0);
  let isFrozen = false;
  const { url } = running;
  const send = (signal: NodeJS.Signals): void => {
    if (running !== undefined) process.kill(running.pid, signal);
  };
  return {
    name,
    kind,
    url,
    isUp: () => running !== undefined && !isFrozen,
    async start() {
      running = await begin(Number(new URL(url).port));
      isFrozen = false;
    },
    async kill() {
      const killed = running;
      running = undefined;
      await killed?.kill();
    },
    freeze() {
      send('SIGSTOP');
      isFrozen = true;
    },
    thaw() {
      send('SIGCONT');
      isFrozen = false;
    },
    async stop() {
      send('SIGCONT');
      await running?.stop();
    },
  };
}

/** How `steward` is called. */
export function stewardWords(words: readonly string[]): readonly string[] {
  return [entry, ...words];
}

/** The Temporal server on its file, always at the same port. */
export interface TemporalPart extends Part {
  readonly running: () => RunningTemporal;
  readonly stop: () => Promise<void>;
}

/** Starts Temporal's dev server on a file of its own. */
export async function temporalPart(
  options: TemporalServerOptions & { readonly databaseFile: string },
): Promise<TemporalPart> {
  let isFrozen = false;
  let isDown = false;
  let server = await startTemporalServer(options);
  const port = Number(server.address.split(':')[1]);
  const pid = (): number => {
    const owner = JSON.parse(readFileSync(`${options.databaseFile}.owner`, 'utf8')) as { server: { pid: number } };
    return owner.server.pid;
  };
  return {
    name: 'temporal',
    kind: 'temporal',
    isUp: () => !isDown && !isFrozen,
    running: () => server,
    async start() {
      server = await startTemporalServer({ ...options, port });
      if (!server.address.endsWith(`:${port}`))
        throw new Error(`Temporal came back at ${server.address}, not at ${port}`);
      isDown = false;
    },
    async kill() {
      isDown = true;
      process.kill(pid(), 'SIGKILL');
      // It has ended: this gives its file back.
      await server.stop();
    },
    freeze() {
      process.kill(pid(), 'SIGSTOP');
      isFrozen = true;
    },
    thaw() {
      if (isFrozen && !isDown) process.kill(pid(), 'SIGCONT');
      isFrozen = false;
    },
    stop: () => server.stop(),
  };
}

/** Waits until a check holds. @throws where it does not within the time, or the run is stopped */
export async function untilTrue(
  check: () => Promise<boolean> | boolean,
  { withinMs, everyMs = 100, signal, what }: UntilOptions,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    signal.throwIfAborted();
    if (await Promise.resolve(check()).catch(() => false)) return;
    if (performance.now() > endMs) throw new Error(`${what} was not there within ${Math.round(withinMs / 1_000)} s`);
    await pause(everyMs, undefined, { signal });
  }
}

/** How long {@link untilTrue} waits, and for what. */
export interface UntilOptions {
  readonly withinMs: number;
  readonly everyMs?: number;
  readonly signal: AbortSignal;
  readonly what: string;
}
