import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { BuyWithPrimeSimulatorOptions } from './buyWithPrime/index.ts';
import type { CatalogSimulatorOptions } from './marketplaceCatalog/index.ts';

/** A simulator in a process of its own. After its end the same options start it again, on the same port and state. */
export interface SimulatorProcess {
  readonly pid: number;
  /** The endpoint for clients, without a slash at its end. */
  readonly url: string;
  /** Resolves once the process is gone, with its status or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** `POST /_control/NAME`. @throws Error with the simulator's own words where it refuses */
  readonly control: (name: string, body?: unknown) => Promise<unknown>;
  /** `GET /_log`, by the filters that the simulator's page lists. */
  readonly log: (filter?: Readonly<Record<string, string>>) => Promise<readonly unknown[]>;
  /** SIGKILL; resolves once the process is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves once the process is gone. */
  readonly stop: () => Promise<void>;
}

interface ProcessOptions {
  /** Needed to start it again in the same place; a free one where missing. */
  readonly port?: number;
  /** Where its state outlasts a SIGKILL. It holds the headers of event targets too, so it is as secret as they are. */
  readonly stateFile?: string;
  /** Where standard error is added; nowhere where missing. */
  readonly logFile?: string;
}

/** How a process of the catalog is started. */
export type CatalogProcessOptions = ProcessOptions & Omit<CatalogSimulatorOptions, 'sessions' | 'events'>;
/** How a process of Buy with Prime is started. */
export type BuyWithPrimeProcessOptions = ProcessOptions & Omit<BuyWithPrimeSimulatorOptions, 'events'>;

const LOG_PAGE = 2000;
const program = fileURLToPath(new URL(`./process${extname(import.meta.url)}`, import.meta.url));

/** Starts AWS Marketplace Catalog as a process. Rejects where it ends before it serves: the log file says why. */
export function startCatalogProcess(options: CatalogProcessOptions): Promise<SimulatorProcess> {
  return started('marketplaceCatalog', options);
}

/** Starts Buy with Prime as a process. Rejects where it ends before it serves: the log file says why. */
export function startBuyWithPrimeProcess(options: BuyWithPrimeProcessOptions): Promise<SimulatorProcess> {
  return started('buyWithPrime', options);
}

async function started(name: string, { logFile, ...options }: ProcessOptions): Promise<SimulatorProcess> {
  const log = logFile === undefined ? 'ignore' : openSync(logFile, 'a');
  // A process group of its own: a Ctrl-C in the terminal reaches it only through who started it.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, name], {
    detached: true,
    stdio: ['pipe', 'pipe', log],
  }) as ChildProcessByStdio<Writable, Readable, null>;
  if (log !== 'ignore') closeSync(log);
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 1));
  });
  // A killed process has no more use for its options.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const served = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const early = ended.then((end): never => {
    throw new Error(`The simulator ${name} ended with ${end} before it served`);
  });
  const [line] = await Promise.race([served, early]);
  const { url } = JSON.parse(line) as { readonly url: string };
  early.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    url,
    ended,
    control: (call, body = {}) => asked(`${url}/_control/${call}`, { method: 'POST', body: JSON.stringify(body) }),
    log: async (filter = {}) => {
      const all: unknown[] = [];
      for (let from = 0; ; from = all.length) {
        const page = new URLSearchParams({ ...filter, from: String(from), limit: String(LOG_PAGE) });
        const { entries } = (await asked(`${url}/_log?${page.toString()}`, {})) as {
          readonly entries: readonly unknown[];
        };
        all.push(...entries);
        if (entries.length < LOG_PAGE) return all;
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

async function asked(url: string, request: RequestInit): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { headers: { 'content-type': 'application/json' }, ...request });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The simulator answered ${answer.status} to ${new URL(url).pathname}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
