import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingMemorySettings } from '../../bin/memory.mjs';
import { startProcess, untilReady, type Started } from './processes.ts';

/** One `steward worker` or `steward ingress`. */
export interface StewardStart {
  readonly name: string;
  readonly service: 'worker' | 'ingress';
  readonly configurationFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly lasting: boolean;
  readonly signal: AbortSignal;
  /** Called as soon as the process is there. */
  readonly note: (started: Started) => void;
}

const entry = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const readyWithinMs = 60_000;
/** With which both say that they are ready, and nothing else does. */
const readyMark = '"ready": true';

/**
 * Starts a service as a process, with production's limits of memory; resolves once it says that it is ready.
 * @throws Error with the end of its log where it ends before
 */
export async function startSteward(start: StewardStart): Promise<Started> {
  const { name, service, configurationFile, environment, logFile, lasting, signal, note } = start;
  const memory = missingMemorySettings(environment, [], service);
  mkdirSync(dirname(logFile), { recursive: true });
  // A line of an earlier one says nothing about this one.
  writeFileSync(logFile, '');
  const words = [entry, service, '--config', configurationFile, '--json'];
  const started = await startProcess({
    name,
    command: process.execPath,
    words: [...memory.flags, '--disable-warning=ExperimentalWarning', ...words],
    environment: { ...environment, ...memory.variables },
    logFile,
    lasting,
  });
  note(started);
  const isReady = async (): Promise<boolean> => readFileSync(logFile, 'utf8').includes(readyMark);
  await untilReady(started, logFile, isReady, { withinMs: readyWithinMs, signal });
  return started;
}
