import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { Child } from '../child.ts';
import type { Stage, Tenancy } from '../stage.ts';

/** A worker that runs as a process of its own. */
export interface WorkerChild {
  /** Processor time, user and system, of the whole process since its start, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

const entry = fileURLToPath(new URL('./process.ts', import.meta.url));
const microsecondsPerMs = 1_000;

/**
 * Starts a worker; resolves once it takes work.
 *
 * @param kind the worker of the tenancy's configuration, or one with nothing but an empty workflow
 * @throws Error with the end of its log where it ends before
 */
export async function startWorkerChild(
  stage: Stage,
  tenancy: Tenancy,
  kind: 'steward' | 'empty',
): Promise<WorkerChild> {
  const child = startChild({
    name: `${kind} worker`,
    words: [entry, kind, tenancy.configurationFile],
    environment: tenancy.environment,
    logFile: join(stage.folder, `worker-${kind}.log`),
    stops: stage.stops,
  });
  await Promise.race([once(child.process, 'message'), child.gone]);
  return { cpuMs: () => askForCpuMs(child), stop: child.stop };
}

async function askForCpuMs({ process, gone }: Child): Promise<number> {
  const answered = once(process, 'message');
  process.send('cpu');
  const [answer]: unknown[] = await Promise.race([answered, gone]);
  if (typeof answer === 'object' && answer !== null && 'cpuMicroseconds' in answer) {
    return Number(answer.cpuMicroseconds) / microsecondsPerMs;
  }
  throw new TypeError(`a worker answered ${JSON.stringify(answer)}, expected {cpuMicroseconds}`);
}
