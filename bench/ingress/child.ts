import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { Stage, Tenancy } from '../stage.ts';

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const checkEveryMs = 50;

/**
 * Runs `steward ingress` as a process of its own, as in production; resolves once it takes events.
 * @returns what ends it
 * @throws Error with the end of its log where it ends before
 */
export async function startIngressChild(stage: Stage, tenancy: Tenancy): Promise<() => Promise<void>> {
  const child = startChild({
    name: 'ingress',
    words: [entry, 'ingress', '--config', tenancy.configurationFile],
    environment: tenancy.environment,
    logFile: join(stage.folder, `ingress-${tenancy.namespace}.log`),
    stops: stage.stops,
  });
  await Promise.race([untilReady(tenancy.ingress.url, stage.signal), child.gone]);
  return child.stop;
}

/** Resolves once the ingress at this address takes events. */
export async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  const readiness = new URL('/readyz', url);
  for (;;) {
    signal.throwIfAborted();
    const answer = await fetch(readiness, { signal }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await wait(checkEveryMs, undefined, { signal });
  }
}
