import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity, takeLock } from './processLock.mjs';

/** Another start is up; the message says which one and how to end it. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Takes the one lock of a state folder. Where a killed process has left it, this one takes it over.
 *
 * @param endpointsFile named in the message, as the place where the other start's addresses are
 * @returns releases the lock
 * @throws AlreadyRunning where the process that holds it runs
 */
export function takeStartLock(path: string, endpointsFile: string): () => void {
  const lock = takeLock(path);
  if ('release' in lock) return lock.release;
  throw new AlreadyRunning(
    `npm start is up already (process ${lock.holder}; its addresses: ${endpointsFile}). ` +
      `Use that one, or end it with Ctrl-C where it runs or with: kill ${lock.holder}`,
  );
}

/** The right to run a server on a database file, until `release`. */
export interface DatabaseOwnership {
  /** Notes the server's process, so that a later start can end it should this process be killed. */
  recordServer(pid: number): void;
  release(): void;
}

const graceMs = 5_000;
const pollMs = 50;

/**
 * Claims a database file for this process: two servers on one SQLite file would damage it. What a killed process
 * left running on the file is ended first.
 *
 * @param databaseFile the claim is a file beside it, `*.owner`
 * @throws Error where another process that runs holds the claim
 */
export async function claimDatabase(databaseFile: string, log: (line: string) => void): Promise<DatabaseOwnership> {
  const lock = takeLock(`${databaseFile}.owner`);
  if ('holder' in lock) {
    throw new Error(
      `${databaseFile} is in use by another start (process ${lock.holder}): end that process first, or use another file`,
    );
  }
  const left = (lock.left as { server?: { pid: number; identity: string } } | undefined)?.server;
  if (left !== undefined && processIdentity(left.pid) === left.identity) {
    log(`ending the Temporal server that a killed start left behind (process ${left.pid})`);
    // Should this process be killed too, the next start must still know of that server.
    lock.note({ server: left });
    await endProcess(left.pid, left.identity);
  }
  return {
    recordServer: (pid) => lock.note({ server: { pid, identity: processIdentity(pid) ?? '' } }),
    release: lock.release,
  };
}

/** Ends a process that is still the one meant: SIGTERM, and SIGKILL where it is there after the grace period. */
async function endProcess(pid: number, identity: string): Promise<void> {
  const deadline = Date.now() + graceMs;
  sendSignal(pid, identity, 'SIGTERM');
  while (processIdentity(pid) === identity) {
    if (Date.now() > deadline) sendSignal(pid, identity, 'SIGKILL');
    await delay(pollMs);
  }
}

function sendSignal(pid: number, identity: string, signal: NodeJS.Signals): void {
  if (processIdentity(pid) !== identity) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}
