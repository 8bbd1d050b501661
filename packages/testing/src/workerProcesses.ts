import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

/** Real `steward worker` processes on one configuration, for a test that kills them. */
export interface WorkerProcesses {
  /** Starts one more. */
  readonly start: () => ChildProcess;
  /** Ends one by SIGKILL; resolves once it is gone. */
  readonly kill: (worker: ChildProcess) => Promise<void>;
  /** Ends one by SIGTERM, as an orchestrator does; resolves once it has ended what it had begun. */
  readonly stop: (worker: ChildProcess) => Promise<void>;
  /** The identities of the notices in the logs of all of them, in the order in which they were written, repeats included. */
  readonly noticeIds: readonly string[];
  /** Plays a test; rejects where it does, or where a worker ends that was not killed. */
  readonly whileTheyLive: (play: () => Promise<void>) => Promise<void>;
  /** Kills all that are left, and removes their folder. */
  readonly close: () => Promise<void>;
}

/** A worker's concurrent changes. */
export interface WorkerDependencies {
  /** Contents of its configuration file. */
  readonly configuration: object;
  /** Asked at every start: a server that is started again may be elsewhere. */
  readonly temporal: () => { readonly address: string; readonly namespace: string };
  /** Variables beside those of Temporal and of the configuration's path: nothing of the machine's own comes in. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The access key that the catalog simulator takes for an account's. */
export function simulatedKeyOf(account: string): Readonly<Record<string, string>> {
  return { AWS_ACCESS_KEY_ID: `SIM${account}`, AWS_SECRET_ACCESS_KEY: 'simulated' };
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

/** Makes the folder of a configuration; starts nothing. */
export function workerProcesses({ configuration, temporal, environment }: WorkerDependencies): WorkerProcesses {
  const folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  const file = join(folder, 'steward.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const workers: ChildProcess[] = [];
  const asked = new Set<ChildProcess>();
  const noticeIds: string[] = [];
  const { promise: oneEnded, reject: endedByItself } = Promise.withResolvers<never>();
  oneEnded.catch(() => undefined);

  const start = (): ChildProcess => {
    const { address, namespace } = temporal();
    const worker = spawn(process.execPath, [entry, 'worker'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        STEWARD_CONFIG: file,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        ...environment,
      },
    });
    workers.push(worker);
    let lastLine = '';
    createInterface({ input: worker.stderr }).on('line', (line) => {
      lastLine = line;
      const id = /"noticeId":"([^"]+)"/.exec(line)?.[1];
      if (id !== undefined) noticeIds.push(id);
    });
    worker.once('close', (code, signal) => {
      if (signal === 'SIGKILL' || (asked.has(worker) && code === 0)) return;
      endedByItself(new Error(`A worker ended by itself with ${code ?? signal}; its log ends with: ${lastLine}`));
    });
    return worker;
  };
  return {
    start,
    kill,
    async stop(worker) {
      const ended = once(worker, 'exit');
      asked.add(worker);
      worker.kill('SIGTERM');
      await ended;
    },
    noticeIds,
    whileTheyLive: (play) => Promise.race([oneEnded, play()]),
    async close() {
      await Promise.all(workers.map(kill));
      rmSync(folder, { recursive: true });
    },
  };
}
