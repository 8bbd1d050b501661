import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { startChild } from '../child.ts';
import type { Child } from '../child.ts';
import type { Stage, Tenancy } from '../stage.ts';

/** A worker that runs as a process of its own. */
export interface WorkerChild {
  /** Processor time, user and system, of the whole process since its start, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Resident memory of the whole process, the most that it ever was, and heap in use in its main thread. */
  memory(): Promise<{
    readonly rssKilobytes: number;
    readonly peakKilobytes: number;
    readonly heapKilobytes: number;
  }>;
  /** Has it read its configuration again. */
  readonly reload: () => void;
  /** Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
}

/** What a worker answers. */
const usageSchema = z.object({
  cpuMicroseconds: z.number(),
  rssBytes: z.number(),
  heapBytes: z.number(),
  peakKilobytes: z.number(),
});

const entry = fileURLToPath(new URL('./process.ts', import.meta.url));
const bytesPerKilobyte = 1_024;
const microsecondsPerMs = 1_000;

/**
 * Starts a worker; resolves once it takes work.
 *
 * @param kind the worker of the tenancy's configuration, one that makes a remediation's calls barely, or one with nothing but an empty workflow
 * @throws Error with the end of its log where it ends before
 */
export async function startWorkerChild(
  stage: Stage,
  tenancy: Tenancy,
  kind: 'steward' | 'empty' | 'bare',
): Promise<WorkerChild> {
  // As `steward worker` and the image start it.
  const { flags, variables } = missingMemorySettings(tenancy.environment, []);
  const child = startChild({
    name: `${kind} worker`,
    words: [entry, kind, tenancy.configurationFile],
    flags,
    environment: { ...tenancy.environment, ...variables },
    logFile: join(stage.folder, `worker-${kind}.log`),
    stops: stage.stops,
  });
  await Promise.race([once(child.process, 'message'), child.gone]);
  return {
    cpuMs: async () => (await ask(child)).cpuMicroseconds / microsecondsPerMs,
    memory: async () => {
      const { rssBytes, heapBytes, peakKilobytes } = await ask(child);
      return {
        rssKilobytes: rssBytes / bytesPerKilobyte,
        heapKilobytes: heapBytes / bytesPerKilobyte,
        peakKilobytes,
      };
    },
    reload: () => void child.process.kill('SIGHUP'),
    stop: child.stop,
  };
}

/** What a worker takes while nothing is under way any more. */
export async function idleUsage(worker: WorkerChild, load: { readonly settleMs: number; readonly idleMs: number }) {
  await wait(load.settleMs);
  const beforeMs = await worker.cpuMs();
  await wait(load.idleMs);
  const idleCpuShare = ((await worker.cpuMs()) - beforeMs) / load.idleMs;
  return { ...(await worker.memory()), idleCpuShare };
}

async function ask({ process, gone }: Child): Promise<z.output<typeof usageSchema>> {
  const answered = once(process, 'message');
  process.send('usage');
  const [answer]: unknown[] = await Promise.race([answered, gone]);
  return usageSchema.parse(answer);
}
