import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { processIdentity } from './processes.ts';

interface Holder {
  readonly pid: number;
  readonly identity: string;
}

/** Another start is up; the message says which one and how to end it. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Takes the one lock of a state folder. One left behind by a process that is gone is taken over.
 *
 * @param path of the lock file; its folder is made where it is missing
 * @param endpointsFile named in the message, as the place where the other start's addresses are
 * @returns gives the lock back
 * @throws AlreadyRunning where the process that holds it runs
 */
export function takeLock(path: string, endpointsFile: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const own: Holder = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  while (!createdExclusively(path, own)) {
    const holder = readHolder(path);
    if (holder !== undefined && processIdentity(holder.pid) === holder.identity) {
      throw new AlreadyRunning(
        `npm start is up already (process ${holder.pid}; its addresses: ${endpointsFile}). ` +
          `Use that one, or end it with Ctrl-C where it runs or with: kill ${holder.pid}`,
      );
    }
    rmSync(path, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

function createdExclusively(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, identity } = value as Partial<Record<keyof Holder, unknown>>;
  return typeof pid === 'number' && typeof identity === 'string' && identity !== '';
}
