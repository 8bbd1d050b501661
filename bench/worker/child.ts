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
  /** Resident memory of the whole process, and heap in use in its main thread. */
  memory(): Promise<{ readonly rssBytes: number; readonly heapBytes: number }>;
  /** Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

/** What a worker answers. */
interface Usage {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
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
  return {
    cpuMs: async () => (await ask(child)).cpuMicroseconds / microsecondsPerMs,
    memory: () => ask(child),
    stop: child.stop,
  };
}

async function ask({ process, gone }: Child): Promise<Usage> {
  const answered = once(process, 'message');
  process.send('usage');
  const [answer]: unknown[] = await Promise.race([answered, gone]);
  if (isUsage(answer)) return answer;
  throw new TypeError(`a worker answered ${JSON.stringify(answer)}, expected {cpuMicroseconds, rssBytes, heapBytes}`);
}

function isUsage(answer: unknown): answer is Usage {
  if (typeof answer !== 'object' || answer === null) return false;
  return ['cpuMicroseconds', 'rssBytes', 'heapBytes'].every((name) => typeof Reflect.get(answer, name) === 'number');
}
