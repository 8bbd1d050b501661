import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { started } from './steward.ts';

/** Real `steward worker`, `steward ingress` or `steward run` processes on one configuration, for a test that kills them. */
export interface WorkerProcesses {
  /** Starts one more. */
  readonly start: () => ChildProcess;
  /** Ends one by SIGKILL; resolves once it is gone. */
  readonly kill: (worker: ChildProcess) => Promise<void>;
  /** Ends one by SIGTERM, as an orchestrator does; resolves once it has ended what it had begun. */
  readonly stop: (worker: ChildProcess) => Promise<void>;
  /** The identities of the notices in the logs of all of them, in the order in which they were written, repeats included. */
  readonly noticeIds: readonly string[];
  /** Plays a test; rejects when it does, or when a worker ends that was not killed. */
  readonly whileTheyLive: (play: () => Promise<void>) => Promise<void>;
  /** Kills all that are left, and removes their folder. */
  readonly close: () => Promise<void>;
}

/** What the workers run with. */
export interface WorkerDependencies {
  /** What runs: a worker, where it is left out. */
  readonly command?: 'worker' | 'ingress' | 'run';
  /** Contents of its configuration file. */
  readonly configuration: object;
  /** Asked at every start: a server that is started again may be elsewhere. */
  readonly temporal: () => { readonly address: string; readonly namespace: string };
  /** Variables beside those of Temporal and of the configuration's path: no AWS, Temporal or steward variable of the machine's own comes in. */
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
export function workerProcesses(dependencies: WorkerDependencies): WorkerProcesses {
  const { command = 'worker', configuration, temporal, environment } = dependencies;
  const folder = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  const file = join(folder, 'steward.yaml');
  writeFileSync(file, JSON.stringify(configuration));
  const workers: ChildProcess[] = [];
  const asked = new Set<ChildProcess>();
  const noticeIds: string[] = [];
  const { promise: oneEnded, reject: unexpectedEnd } = Promise.withResolvers<never>();
  oneEnded.catch(() => undefined);

  const start = (): ChildProcess => {
    const { address, namespace } = temporal();
    const own = { HOME: folder, STEWARD_CONFIG: file, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    const worker = started([command], { folder, environment: { ...own, ...environment } });
    worker.stdout.resume();
    workers.push(worker);
    let lastLine = '';
    createInterface({ input: worker.stderr }).on('line', (line) => {
      lastLine = line;
      const id = /"noticeId":"([^"]+)"/.exec(line)?.[1];
      if (id !== undefined) noticeIds.push(id);
    });
    worker.once('close', (code, signal) => {
      if (signal === 'SIGKILL' || (asked.has(worker) && code === 0)) return;
      unexpectedEnd(
        new Error(`A worker that nobody stopped ended with ${code ?? signal}; its log ends with: ${lastLine}`),
      );
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
