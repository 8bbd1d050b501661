import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { startChild } from '../child.ts';
import type { Stage, Tenancy } from '../stage.ts';

/** `steward ingress`, a process of its own with production's limits of memory. */
export interface IngressProcess {
  /** Resident memory, in megabytes; undefined where the system does not say. */
  readonly megabytes: () => number | undefined;
  /** Rejects with the end of its log when the process ends, for any reason. */
  readonly gone: Promise<never>;
  readonly stop: () => Promise<void>;
}

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const checkEveryMs = 50;
const kilobytesPerMegabyte = 1_024;

async function untilOk(url: URL, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await wait(checkEveryMs, undefined, { signal });
  }
}

function residentMegabytes(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / kilobytesPerMegabyte;
  } catch {
    return undefined;
  }
}

/**
 * Starts an ingress as in production; resolves once it takes events.
 * @param from the address that says so: `/healthz` before a Temporal that knows no search attributes
 * @throws Error with the end of its log where it ends before
 */
export async function startIngressProcess(
  { folder, stops, signal }: Pick<Stage, 'folder' | 'stops' | 'signal'>,
  { configurationFile, environment, ingress }: Pick<Tenancy, 'configurationFile' | 'environment' | 'ingress'>,
  from: '/readyz' | '/healthz' = '/readyz',
): Promise<IngressProcess> {
  const memory = missingMemorySettings(environment, [], 'ingress');
  const child = startChild({
    name: 'ingress',
    words: [entry, 'ingress', '--config', configurationFile],
    flags: memory.flags,
    environment: { ...environment, ...memory.variables },
    logFile: join(folder, `ingress-${environment['TEMPORAL_NAMESPACE']}.log`),
    stops,
  });
  await Promise.race([untilOk(new URL(from, ingress.url), signal), child.gone]);
  return { megabytes: () => residentMegabytes(child.process.pid), gone: child.gone, stop: child.stop };
}
